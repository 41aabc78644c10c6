"""Pools that share one account of turns: a rep has one balance in all of them, and all of them sum to 0."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from routing import assigning, grouping, turns
from routing.assigning import Request
from routing.core.draw import redraw
from routing.models import Assignment, LedgerEntry, MeetingType, Membership, Pool, Rep, WorkingHours

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
START = NOW + timedelta(days=1)
HERE = {"north": {"ana": 1, "ben": 2}, "south": {"ben": 1, "cy": 1, "dee": 3}}


def build() -> dict[str, Pool]:
    """Two pools that share Ben, of one group; everybody is always free."""
    meeting_type = MeetingType.objects.create(slug="demo", name="Demo")
    for name in ("ana", "ben", "cy", "dee"):
        rep = Rep.objects.create(email=f"{name}@acme.example", name=name)
        WorkingHours.objects.bulk_create(
            WorkingHours(rep=rep, weekday=day, start_minute=0, end_minute=1440) for day in range(7)
        )
    pools = {}
    for slug, members in HERE.items():
        pool = Pool.objects.create(slug=slug, name=slug, meeting_type=meeting_type)
        for name, weight in members.items():
            turns.join(pool, rep_named(name), weight=weight, daily_cap=None, weekly_cap=None, now=NOW)
        grouping.regroup(pool, "all", now=NOW)
        pools[slug] = pool
    return pools


def rep_named(name: str) -> Rep:
    return Rep.objects.get(name=name)


def drawn(pool: Pool) -> assigning.Assigned:
    pool.refresh_from_db()
    return assigning.draw(Request(pool, START, {}, "UTC", NOW))


def balances() -> dict[str, float]:
    """One balance for each rep who takes turns; that it is one is asserted."""
    found: dict[str, set[float]] = {}
    for name, balance in Membership.objects.taking_turns().values_list("rep__name", "balance"):
        found.setdefault(name, set()).add(round(balance, 9))
    assert all(len(kept) == 1 for kept in found.values()), found
    return {name: kept.pop() for name, kept in found.items()}


@pytest.mark.django_db
class TestTwoPools:
    def test_a_turn_in_one_pool_counts_in_the_other(self) -> None:
        pools = build()
        record = drawn(pools["north"]).record
        assert record["fairness_group"] == "all"
        assert balances() == {"ana": 0.333333333, "ben": -0.333333333, "cy": 0, "dee": 0}
        apart = [each for each in record["candidates"] if each["reason"] == "not_a_member"]
        assert {each["rep"] for each in apart} == {rep_named("cy").pk, rep_named("dee").pk}
        assert redraw(record).winner == record["winner"]
        # By itself the south would go on to Ben after Dee; being ahead in the north, he waits for Cy.
        assert [rep_of(drawn(pools["south"])) for _ in range(2)] == ["dee", "cy"]

    def test_ben_has_as_many_meetings_as_both_shares_make(self) -> None:
        pools = build()
        served = Counter(rep_of(drawn(pools[("north", "south")[number % 2]])) for number in range(60))
        due = {"ana": 30 / 3, "ben": 30 * 2 / 3 + 30 / 5, "cy": 30 / 5, "dee": 30 * 3 / 5}
        assert all(abs(served[name] - share) < 1.5 for name, share in due.items()), served
        assert sum(balances().values()) == pytest.approx(0, abs=1e-6)

    def test_a_turn_given_back_leaves_everybody_where_they_were(self) -> None:
        pools = build()
        drawn(pools["south"])
        before = balances()
        for _ in range(12):
            turns.give_back(drawn(pools["north"]).assignment, reason="cancelled", now=NOW)
        after = balances()
        assert {name: after[name] for name in ("cy", "dee")} == {name: before[name] for name in ("cy", "dee")}
        assert sum(after.values()) == pytest.approx(0, abs=1e-6)

    def test_who_leaves_one_pool_keeps_the_balance_and_who_leaves_both_does_not(self) -> None:
        pools = build()
        drawn(pools["north"])
        ben = balances()["ben"]
        turns.leave(Membership.objects.get(pool=pools["north"], rep__name="ben"), now=NOW)
        assert balances()["ben"] == ben
        turns.join(pools["north"], rep_named("ben"), weight=1, daily_cap=None, weekly_cap=None, now=NOW)
        assert balances()["ben"] == ben
        turns.set_active(rep_named("ben"), False, now=NOW)
        assert "ben" not in balances()
        assert sum(balances().values()) == pytest.approx(0, abs=1e-6)

    def test_joining_adds_up_and_parting_begins_at_nothing(self) -> None:
        pools = build()
        grouping.regroup(pools["south"], "", now=NOW)
        assert set(Membership.objects.filter(pool=pools["south"]).values_list("balance", flat=True)) == {0}
        Membership.objects.filter(rep__name="ana").update(balance=1.5)
        Membership.objects.filter(rep__name="ben").update(balance=-1.5)
        Membership.objects.filter(pool=pools["south"], rep__name="ben").update(balance=0.5)
        Membership.objects.filter(rep__name="cy").update(balance=-0.5)
        grouping.regroup(pools["south"], "all", now=NOW)
        assert balances() == {"ana": 1.5, "ben": -1, "cy": -0.5, "dee": 0}
        grouping.regroup(pools["south"], "", now=NOW)
        # What Cy and Dee, who are in no pool of the group any more, were owed lies with those who stay.
        north = Membership.objects.filter(pool=pools["north"]).values_list("rep__name", "balance")
        assert {name: round(balance, 6) for name, balance in north} == {"ana": 1.333333, "ben": -1.333333}
        assert LedgerEntry.objects.filter(reason="left", pool=pools["north"]).count() == 2


def rep_of(assigned: assigning.Assigned) -> str:
    return Rep.objects.get(pk=assigned.assignment.rep_id).name


class TestWhateverHappens(TestCase):
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["draw", "draw", "draw", "back", "leave", "join", "rest", "regroup", "bound"]
                ),
                st.sampled_from(list(HERE)),
                st.sampled_from(["ana", "ben", "cy", "dee"]),
                st.integers(1, 3),
            ),
            min_size=8,
            max_size=25,
        )
    )
    def test_balances_are_alike_in_all_pools_of_the_group_and_sum_to_0(self, steps: list[Any]) -> None:
        pools = build()
        for step, slug, name, number in steps:
            self._take(step, pools[slug], name, number)
            for pool in pools.values():
                pool.refresh_from_db()
            if all(pool.fairness_group for pool in pools.values()):
                assert sum(balances().values()) == pytest.approx(0, abs=1e-6)
                continue
            for pool in pools.values():
                kept = pool.members.taking_turns().values_list("balance", flat=True)
                assert sum(kept) == pytest.approx(0, abs=1e-6)

    def _take(self, step: str, pool: Pool, name: str, number: int) -> None:
        rep = rep_named(name)
        pool.refresh_from_db()
        if step == "draw" and pool.members.taking_turns().exists():
            drawn(pool)
        elif step == "back":
            held = Assignment.objects.filter(pool=pool, has_turn=True).select_related("pool").first()
            if held:
                turns.give_back(held, reason="no_show", now=NOW)
        elif step == "leave":
            for member in pool.members.filter(rep=rep, is_active=True):
                turns.leave(member, now=NOW)
        elif step == "join":
            turns.join(pool, rep, weight=number, daily_cap=None, weekly_cap=None, now=NOW)
        elif step == "rest":
            turns.set_active(rep, not rep.is_active, now=NOW)
        elif step == "regroup":
            grouping.regroup(pool, "" if pool.fairness_group else "all", now=NOW)
        elif step == "bound":
            Pool.objects.filter(pk=pool.pk).update(catch_up=number)
