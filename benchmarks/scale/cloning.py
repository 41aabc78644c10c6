"""Years of leads in minutes: simulated runs written again and again, each with numbers, days and a chain of its own.

A few hundred runs come out of the real engine. Each is then copied many times, moved by whole days, and every
event is hashed anew as the trace hashes it, so that `verify_audit` finds each chain sound. Rows go in by COPY, from as
many processes as there are processors; indexes that no constraint needs are made afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from random import Random
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from benchmarks.scale.patterns import FIRST, TABLES, Pattern, copy_statement, patterns
from workflows.core import chain
from workflows.models import AuditEvent
from workflows.spreading import processors, spread

BATCH = 1_000
DAY_MINUTES = 1440


class Batch(NamedTuple):
    """So many copies from one number on, that end within the days before an instant; a share booked a meeting."""

    first: int
    leads: int
    until: datetime
    days: int
    booked: float
    seed: int


def fill(
    leads: int, booked: float, until: datetime, days: int, seed: int, tell: Callable[[int], None]
) -> None:
    """Afterwards there are so many leads more, spread over the days before `until`; of a share of them a meeting was
    booked. `tell` is told how many there are by now."""
    batches = [
        Batch(FIRST + start, min(BATCH, leads - start), until, days, booked, seed)
        for start in range(0, leads, BATCH)
    ]
    done = 0
    with _without_indexes():
        for written in spread(write, batches, processors()):
            done += written
            tell(done)
    _go_on_after()


def write(batch: Batch) -> int:
    chance = Random(batch.seed + batch.first)
    without, with_booking = _known()
    told: dict[type[models.Model], list[str]] = {model: [] for model in TABLES}
    for number in range(batch.first, batch.first + batch.leads):
        pattern = chance.choice(with_booking if chance.random() < batch.booked else without)
        target = batch.until - timedelta(days=chance.random() * batch.days)
        _copy(pattern, number, math.floor((target - pattern.ended_at) / timedelta(days=1)), told)
    with transaction.atomic(), connection.cursor() as cursor:
        _unhindered(cursor)
        for model, rows in told.items():
            with cursor.copy(copy_statement(model)) as target_table:
                target_table.write("".join(rows))
    return batch.leads


@cache
def _known() -> tuple[Sequence[Pattern], Sequence[Pattern]]:
    """The patterns, without a booking and with one."""
    found = patterns()
    return [each for each in found if not each.has_booking], [each for each in found if each.has_booking]


@cache
def _most_children() -> int:
    return max(pattern.children for kind in _known() for pattern in kind)


def _copy(pattern: Pattern, number: int, days: int, told: dict[type[models.Model], list[str]]) -> None:
    """One run written again: its rows, moved by so many days, and its chain, hashed anew from its first event on."""
    most = _most_children()
    first = FIRST + (number - FIRST) * most
    values: dict[str, object] = {f"c{place}": first + place for place in range(pattern.children)}
    values |= {f"d{day}": _moved(day, days) for day in pattern.days}
    values |= {name: minutes + days * DAY_MINUTES for name, minutes in pattern.minutes.items()}
    values |= {"n": number, "previous": chain.GENESIS}
    events = told[AuditEvent]
    for hashed, row in pattern.events:
        values["hash"] = sha256((hashed % values).encode()).hexdigest()
        events.append(row % values)
        values["previous"] = values["hash"]
    for model, rows in pattern.rows.items():
        told[model].append(rows % values)


@lru_cache(100_000)
def _moved(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _unhindered(cursor: Any) -> None:
    """Without waiting for the disk after each batch, and without looking up what foreign keys point at."""
    cursor.execute("SET LOCAL synchronous_commit = off")
    cursor.execute("SELECT current_setting('is_superuser')")
    if cursor.fetchone()[0] == "on":
        cursor.execute("SET LOCAL session_replication_role = replica")


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Those that stand behind no constraint are dropped, and made again when all rows are there."""
    names = [model._meta.db_table for model in TABLES]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
            [names],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            for _, definition in found:
                cursor.execute(definition)


def _go_on_after() -> None:
    """Numbers given from now on follow those of the copies; the planner knows how much there is."""
    with connection.cursor() as cursor:
        for model in TABLES:
            table, key = model._meta.db_table, model._meta.pk.column if model._meta.pk else ""
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key])
            sequence = cursor.fetchone()[0]
            if sequence:
                cursor.execute(
                    f"SELECT setval(%s, (SELECT coalesce(max({key}), 1) FROM {table}))", [sequence]
                )
        cursor.execute("VACUUM ANALYZE")


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
