"""From database to list of starts, against merely reading the same rows, and against a reading minute by minute."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks import supplies  # noqa: E402
from benchmarks.measuring import interleaved, median_ratio, milliseconds, peak_megabytes, table  # noqa: E402
from benchmarks.supplies import NOW  # noqa: E402
from routing import availability  # noqa: E402
from routing.core import slots  # noqa: E402
from routing.models import Assignment, BusyTime, Pool  # noqa: E402
from routing.tests.core.brute_force import offered_by_hand  # noqa: E402

REPS, DAYS = (10, 50, 200, 500), (7, 14, 30, 60)
GUEST, PEAKS = "Europe/Berlin", "peaks"
BEARABLE = 150
"""Reps times days up to which the reading by minutes is waited for."""
HEADS = (
    "reps × days",
    "rows",
    "starts",
    "ours, ms",
    "reading, ms",
    "ratio",
    "ours, processor",
    "reading, processor",
    "by minutes, ms",
    "peak, MB",
)


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    pools = supplies.build(max(REPS), max(DAYS), REPS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    # A process that has done the work before has the memory already, so peaks are measured in a fresh one.
    peaks = json.loads(subprocess.check_output([sys.executable, "-m", "benchmarks.slots", PEAKS]))
    sizes = [(reps, days) for reps in REPS for days in DAYS]
    rows = [_measured(pools[reps], days, rounds, peaks[f"{reps} × {days}"]) for reps, days in sizes]
    print(table(HEADS, rows))


def peaks() -> dict[str, float]:
    """Megabytes by size, each in a child of this process, which itself has asked the database nothing."""
    return {
        f"{reps} × {days}": peak_megabytes(lambda reps=reps, days=days: _ours(*_asked(reps, days))())
        for reps in REPS
        for days in DAYS
    }


def _asked(reps: int, days: int) -> tuple[Pool, slots.Window]:
    pool = Pool.objects.select_related("meeting_type").get(slug=f"pool-{reps}")
    pool.meeting_type.horizon_days = days
    return pool, availability.window(GUEST, NOW, horizon_days=days)


def _measured(pool: Pool, days: int, rounds: int, peak: float) -> list[str]:
    pool.meeting_type.horizon_days = days
    view = availability.window(GUEST, NOW, horizon_days=days)
    ids = list(pool.members.values_list("rep", flat=True))
    ours = _ours(pool, view)
    reading = _reading(ids, view)
    took = interleaved({"ours": ours, "reading": reading}, rounds)
    by_hand = _by_minutes(pool, view) if len(ids) * days <= BEARABLE else None
    return [
        f"{len(ids)} × {days}",
        f"{reading():,}",
        f"{len(ours()):,}",
        milliseconds(statistics.median(took["ours"].clock)),
        milliseconds(statistics.median(took["reading"].clock)),
        f"{median_ratio(took['ours'].clock, took['reading'].clock):.2f}",
        milliseconds(statistics.median(took["ours"].processor)),
        milliseconds(statistics.median(took["reading"].processor)),
        milliseconds(by_hand) if by_hand is not None else "—",
        f"{peak:.0f}",
    ]


def _ours(pool: Pool, view: slots.Window) -> Callable[[], tuple[int, ...]]:
    """What a guest's page asks for; the pool is there already, its members and their rows are not."""

    def ours() -> tuple[int, ...]:
        stock = availability.supply(pool, {}, view, now=NOW)
        return slots.pool_starts(stock.reps, stock.shape, stock.calendar, view).starts

    return ours


def _reading(ids: list[int], view: slots.Window) -> Callable[[], int]:
    """The busy times and reservations of the same weeks, as integers through the ORM, into two lists."""
    start, end = availability._span(view)
    margin = availability.CAP_MARGIN
    columns = ("rep", "start", "end", "buffer_before", "buffer_after", "pool")

    def reading() -> int:
        busy = BusyTime.objects.filter(rep__in=ids, end__gt=start - 40, start__lt=end + 40).order_by()
        held = Assignment.objects.reserved().filter(
            rep__in=ids, end__gt=start - margin, start__lt=end + margin
        )
        return len(list(busy.values_list("rep", "start", "end"))) + len(
            list(held.order_by().values_list(*columns))
        )

    return reading


def _by_minutes(pool: Pool, view: slots.Window) -> float:
    """Seconds that the plain reading takes once its rows are there; it must come to the same starts."""
    stock = availability.supply(pool, {}, view, now=NOW)
    began = time.perf_counter()
    found = {start for rep in stock.reps for start in offered_by_hand(rep, stock.shape, stock.calendar, view)}
    took = time.perf_counter() - began
    if tuple(sorted(found)) != _ours(pool, view)():
        raise SystemExit("The two readings differ, so nothing here can be believed.")
    return took


if __name__ == "__main__":
    if sys.argv[1] == PEAKS:
        print(json.dumps(peaks()))
    else:
        main(int(sys.argv[1]))
