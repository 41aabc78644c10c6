"""The ledger and the balances as rows: what the pure draw decides is what the database holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from routing import turns
from routing.models import Assignment, LedgerEntry, MeetingType, Membership, Pool, Rep

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool() -> Pool:
    meeting_type = MeetingType.objects.create(slug="demo", name="Demo")
    pool = Pool.objects.create(slug="all", name="All", meeting_type=meeting_type)
    for name, weight in (("ana", 3), ("ben", 1)):
        rep = Rep.objects.create(email=f"{name}@acme.example", name=name)
        turns.join(pool, rep, weight=weight, daily_cap=None, weekly_cap=None, now=NOW)
    return pool


def given(pool: Pool, name: str) -> Assignment:
    return Assignment.objects.create(
        pool=pool,
        rep=Rep.objects.get(email=f"{name}@acme.example"),
        manner=Assignment.Manner.NAMED,
        state=Assignment.State.DRAWN,
        made_at=NOW,
    )


def balances(pool: Pool) -> dict[str, float]:
    rows = pool.members.order_by("pk").values_list("rep__name", "balance")
    return {name: round(balance, 9) for name, balance in rows}


def test_a_charge_is_paid_to_all_by_weight(pool: Pool) -> None:
    turns.charge(given(pool, "ben"), reason="named", now=NOW)
    assert balances(pool) == {"ana": 0.75, "ben": -0.75}


def test_a_turn_given_back_leaves_everybody_where_they_were(pool: Pool) -> None:
    assignment = given(pool, "ben")
    turns.charge(assignment, reason="named", now=NOW)
    turns.give_back(assignment, reason="cancelled", now=NOW)
    assert balances(pool) == {"ana": 0, "ben": 0}
    assert list(LedgerEntry.objects.order_by("pk").values_list("kind", "amount")) == [
        ("turn", -1),
        ("credit", 1),
    ]


def test_a_turn_is_given_back_only_once(pool: Pool) -> None:
    assignment = given(pool, "ben")
    turns.charge(assignment, reason="named", now=NOW)
    turns.give_back(assignment, reason="cancelled", now=NOW)
    turns.give_back(assignment, reason="cancelled", now=NOW)
    assert balances(pool) == {"ana": 0, "ben": 0}


def test_who_leaves_takes_no_balance_along(pool: Pool) -> None:
    turns.charge(given(pool, "ben"), reason="named", now=NOW)
    turns.leave(Membership.objects.get(pool=pool, rep__name="ben"), now=NOW)
    assert sum(balances(pool).values()) == 0
    assert not Membership.objects.get(pool=pool, rep__name="ben").is_active


def test_who_comes_back_begins_at_nothing_owed(pool: Pool) -> None:
    ben = Rep.objects.get(name="ben")
    turns.charge(given(pool, "ben"), reason="named", now=NOW)
    turns.set_active(ben, False, now=NOW)
    turns.set_active(ben, True, now=NOW)
    assert balances(pool)["ben"] == 0
