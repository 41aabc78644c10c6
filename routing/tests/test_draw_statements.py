"""A draw takes the same few statements for any number of members and however long the pool's past is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from routing import assigning
from routing.assigning import Request
from routing.instants import minute_of
from routing.models import Assignment, LedgerEntry, MeetingType, Membership, Pool, Rep, WorkingHours

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
START = datetime(2026, 6, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def pool() -> Pool:
    shape = MeetingType.objects.create(slug="demo", name="Demo", duration=30)
    return Pool.objects.create(slug="general", name="General", meeting_type=shape)


def add_members(pool: Pool, count: int) -> None:
    reps = Rep.objects.bulk_create(
        Rep(email=f"{pool.members.count()}-{number}@acme.example", name=f"Rep {number}")
        for number in range(count)
    )
    Membership.objects.bulk_create(Membership(pool=pool, rep=rep, weight=1) for rep in reps)
    WorkingHours.objects.bulk_create(
        WorkingHours(rep=rep, weekday=1, start_minute=540, end_minute=1020) for rep in reps
    )


def add_past(pool: Pool, count: int) -> None:
    rep = pool.members.first().rep
    long_ago = minute_of(NOW) - 400 * 1440
    for number in range(count):
        held = Assignment.objects.create(
            rep=rep, pool=pool, manner="draw", state="reserved", reference=number + 1, has_turn=True,
            start=long_ago + number * 60, end=long_ago + number * 60 + 30, made_at=NOW,
        )  # fmt: skip
        LedgerEntry.objects.create(pool=pool, rep=rep, kind="turn", amount=-1, assignment=held, at=NOW)


def statements(pool: Pool) -> list[str]:
    """Those of one draw, which is taken back."""
    request = Request(pool=pool, start=START, facts={}, zone="UTC", now=NOW)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assigning.lock(pool)
        assigned = assigning.draw(request)
        assert sum(each["free"] for each in assigned.record["candidates"]) == pool.members.count()
        transaction.set_rollback(True)
    return [each["sql"] for each in asked]


def test_balances_change_by_one_statement_and_nothing_grows(pool: Pool) -> None:
    add_members(pool, 2)
    few = statements(pool)
    changes = [each for each in few if each.startswith('UPDATE "routing_membership"')]
    add_members(pool, 12)
    add_past(pool, 15)
    many = statements(pool)

    assert len(changes) == 1
    assert len([each for each in many if each.startswith('UPDATE "routing_membership"')]) == 1
    assert len(many) == len(few)
