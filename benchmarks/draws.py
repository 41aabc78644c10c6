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
from routing.models import Assignment, LedgerEntry, Pool  # noqa: E402

MEMBERS = (10, 100, 1000)
PAST = 100_000
YEARS = 2 * 365 * 1440
HEADS = ("members", "past bookings", "one draw, ms", "draws a second")


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    pools = supplies.build(max(MEMBERS), 14, MEMBERS)
    rows = []
    for past in (0, PAST):
        if past:
            _fill_the_past(past)
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
    members = pool.members.count()

    def draw() -> None:
        request = Request(pool=pool, start=start, facts={}, zone="UTC", now=NOW)
        with transaction.atomic():
            assigning.lock(pool)
            assigned = assigning.draw(request)
            assert len(assigned.record["candidates"]) == members
            transaction.set_rollback(True)

    return draw


def _fill_the_past(past: int) -> None:
    """Meetings that were held over two years, by turns one of each pool and member, each with its ledger entry."""
    values = {"past": past, "first": minute_of(NOW) - YEARS, "now": NOW.replace(tzinfo=None)}
    with connection.cursor() as cursor:
        for statement in (MEETINGS, ENTRIES):
            cursor.execute(statement, values)
    assert Assignment.objects.filter(has_turn=True).count() == LedgerEntry.objects.count() == past


MEETINGS = """
    WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < %(past)s),
    places AS (
        SELECT pool_id, rep_id, DENSE_RANK() OVER (ORDER BY pool_id) - 1 AS pool,
               ROW_NUMBER() OVER (PARTITION BY pool_id ORDER BY id) - 1 AS place
        FROM routing_membership
    ),
    sizes AS (SELECT pool, COUNT(*) AS size FROM places GROUP BY pool)
    INSERT INTO routing_assignment (rep_id, pool_id, manner, state, has_turn, reference, start, "end",
                                    buffer_before, buffer_after, made_at)
    SELECT rep_id, pool_id, 'draw', 'reserved', TRUE, n + 1, %(first)s + n * 10, %(first)s + n * 10 + 10,
           0, 0, %(now)s
    FROM numbers
    JOIN sizes ON sizes.pool = n %% (SELECT COUNT(*) FROM sizes)
    JOIN places ON places.pool = sizes.pool AND place = n %% size
"""
ENTRIES = """
    INSERT INTO routing_ledgerentry (pool_id, rep_id, kind, amount, assignment_id, booking, reason, at)
    SELECT pool_id, rep_id, 'turn', -1, id, reference, 'drawn', made_at FROM routing_assignment WHERE has_turn
"""


if __name__ == "__main__":
    main(int(sys.argv[1]))
