"""Draws per second: the whole of one, from the locks to the ledger, with many members and with a long past."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from benchmarks import supplies  # noqa: E402
from benchmarks.measuring import interleaved, milliseconds, table  # noqa: E402
from benchmarks.supplies import NOW  # noqa: E402
from routing import assigning  # noqa: E402
from routing.assigning import Request  # noqa: E402
from routing.instants import minute_of  # noqa: E402
from routing.models import Assignment, LedgerEntry, Membership, Pool  # noqa: E402

MEMBERS = (10, 100, 1000)
PAST = 100_000
BATCH = 5000
YEARS = 2 * 365 * 1440
HEADS = ("members", "past bookings", "one draw, ms", "draws a second")


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    pools = supplies.build(max(MEMBERS), 14, MEMBERS)
    rows = []
    for past in (0, PAST):
        if past:
            _fill_the_past(pools, past)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
        took = interleaved({str(size): _draw(pools[size]) for size in MEMBERS}, rounds)
        for size in MEMBERS:
            each = statistics.median(took[str(size)].clock)
            rows.append([f"{size:,}", f"{past:,}", milliseconds(each), f"{1 / each:.0f}"])
    print(table(HEADS, sorted(rows, key=lambda row: int(row[0].replace(",", "")))))


def _draw(pool: Pool) -> Callable[[], None]:
    """One draw, taken back with its transaction, so that every round finds the same balances."""
    start = (NOW + timedelta(days=8)).replace(hour=10, minute=0)

    def draw() -> None:
        request = Request(pool=pool, start=start, facts={}, zone="UTC", now=NOW)
        with transaction.atomic():
            assigning.lock(pool)
            assigned = assigning.draw(request)
            assert len(assigned.record["candidates"]) == pool.members.count()
            transaction.set_rollback(True)

    return draw


def _fill_the_past(pools: dict[int, Pool], past: int) -> None:
    """Meetings that were held over two years, by turns one of each pool, each with its entry in the ledger."""
    now = minute_of(NOW)
    members = {
        pool: list(Membership.objects.filter(pool=pool).values_list("rep", flat=True))
        for pool in pools.values()
    }
    for first in range(0, past, BATCH):
        held = []
        for number in range(first, first + BATCH):
            pool, reps = list(members.items())[number % len(members)]
            start = now - YEARS + number * 10
            held.append(
                Assignment(
                    rep_id=reps[number % len(reps)], pool=pool, manner="draw", state="reserved", has_turn=True,
                    reference=number + 1, start=start, end=start + 10, made_at=NOW,
                )
            )  # fmt: skip
        LedgerEntry.objects.bulk_create(
            LedgerEntry(pool=each.pool, rep_id=each.rep_id, kind="turn", amount=-1.0, assignment=each, at=NOW)
            for each in Assignment.objects.bulk_create(held)
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
