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
    long_ago = minute_of(NOW) - 4000 * 1440
    held = Assignment.objects.bulk_create(
        Assignment(
            rep=rep, pool=pool, manner="draw", state="reserved", reference=number + 1, has_turn=True,
            start=long_ago + number * 60, end=long_ago + number * 60 + 30, made_at=NOW,
        )
        for number in range(count)
    )  # fmt: skip
    LedgerEntry.objects.bulk_create(
        LedgerEntry(pool=pool, rep=rep, kind="turn", amount=-1, assignment=each, at=NOW) for each in held
    )


def statements(pool: Pool) -> list[str]:
    """Those of one draw, which is taken back."""
    request = Request(pool=pool, start=START, facts={}, zone="UTC", now=NOW)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assigning.lock(pool)
        assigned = assigning.draw(request)
        assert sum(each["free"] for each in assigned.record["candidates"]) == pool.members.count()
        transaction.set_rollback(True)
    return [each["sql"] for each in asked]


def changes(asked: list[str]) -> int:
    """How many statements change balances."""
    return sum('UPDATE "routing_membership"' in each or "UPDATE routing_membership" in each for each in asked)


def test_balances_change_by_one_statement_and_nothing_grows(pool: Pool) -> None:
    add_members(pool, 10)
    few = statements(pool)
    add_past(pool, 2_000)
    after_years = statements(pool)
    add_members(pool, 990)
    many = statements(pool)

    assert (changes(few), changes(after_years), changes(many)) == (1, 1, 1)
    assert (len(after_years), len(many)) == (len(few), len(few))


def test_what_a_bound_cuts_off_is_one_statement_more_whoever_takes_it(pool: Pool) -> None:
    add_members(pool, 10)
    within = statements(pool)
    at_bound, others = pool.catch_up, pool.members.order_by("pk")[1:]
    pool.members.filter(pk=pool.members.first().pk).update(balance=at_bound)
    for each in others:
        Membership.objects.filter(pk=each.pk).update(balance=-at_bound / 9)
    add_members(pool, 90)
    Membership.objects.filter(balance=at_bound).update(daily_cap=0)
    request = Request(pool=pool, start=START, facts={}, zone="UTC", now=NOW)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assigning.lock(pool)
        assigned = assigning.draw(request)

    corrected = LedgerEntry.objects.filter(kind="correction", assignment=assigned.assignment)
    assert len(assigned.record["corrections"]) == corrected.count() == 100
    assert changes([each["sql"] for each in asked]) == 2
    assert len(asked) <= len(within) + 1
    assert abs(sum(pool.members.values_list("balance", flat=True))) < 1e-9


def test_giving_a_turn_back_takes_as_many_statements_for_any_number_of_members(pool: Pool) -> None:
    def statements_of_release() -> int:
        request = Request(pool=pool, start=START, facts={}, zone="UTC", now=NOW)
        with transaction.atomic():
            assigning.lock(pool)
            assigned = assigning.draw(request)
            with CaptureQueriesContext(connection) as asked:
                assigning.release(assigned.assignment, give_back=True, reason="cancelled", now=NOW)
            assert changes([each["sql"] for each in asked]) == 1
            transaction.set_rollback(True)
        return len(asked)

    add_members(pool, 10)
    few = statements_of_release()
    add_members(pool, 990)
    assert statements_of_release() == few


def test_who_takes_no_part_is_paid_nothing(pool: Pool) -> None:
    """Away on the day, and of another language: the balances kept are those of the record, theirs as before."""
    add_members(pool, 4)
    pool.matches.create(attribute="languages", operator="contains", fact="answers.language")
    *_, away, other = reps = [member.rep for member in pool.members.order_by("pk")]
    Rep.objects.filter(pk__in=[rep.pk for rep in reps]).update(attributes={"languages": ["de"]})
    Rep.objects.filter(pk=other.pk).update(attributes={"languages": ["en"]})
    away.time_off.create(start_on=START.date(), end_on=START.date())
    request = Request(pool=pool, start=START, facts={"answers.language": "de"}, zone="UTC", now=NOW)
    with transaction.atomic():
        assigning.lock(pool)
        winner = assigning.draw(request).record["rep"]

    kept = dict(pool.members.values_list("rep", "balance"))
    assert (kept[away.pk], kept[other.pk]) == (0, 0)
    assert sorted(kept[rep.pk] for rep in reps[:2]) == [-0.5, 0.5] and kept[winner] == -0.5
