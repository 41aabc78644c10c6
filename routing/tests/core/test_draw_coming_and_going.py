"""Joining, leaving, coming back and changes of weight: no burst, no debt, and the balances sum to 0."""

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core.draw import Member, leave, moved
from routing.tests.core.turns import CATCH_UP, balances, far, pool, take_turn, with_balances

CHANGES = st.sampled_from(["join", "leave", "come back", "weight", "draw", "draw", "draw", "draw", "draw"])


def gone(members, member_id):
    """The members after one has left: inactive, at 0."""
    after = moved(members, leave(members, member_id, CATCH_UP))
    return [replace(each, active=False) if each.id == member_id else each for each in after]


def test_who_leaves_spreads_the_balance_by_weight_over_the_others():
    members = with_balances((1, Fraction(3, 2)), (2, Fraction(-1)), (4, Fraction(-1, 2)))

    assert leave(members, 1, CATCH_UP) == {1: Fraction(-3, 2), 2: Fraction(1, 2), 3: Fraction(1)}


def test_who_leaves_spreads_nothing_over_those_at_the_bound():
    members = with_balances((1, Fraction(2)), (3, Fraction(5)), (1, Fraction(-3)), (1, Fraction(-4)))

    assert leave(members, 1, CATCH_UP) == {1: -2, 3: 1, 4: 1}


def test_who_leaves_a_debt_spreads_nothing_of_it_over_those_at_the_lower_bound():
    members = with_balances((1, Fraction(-2)), (3, Fraction(-5)), (1, Fraction(5)), (3, Fraction(2)))

    assert leave(members, 1, CATCH_UP) == {1: 2, 3: Fraction(-1, 2), 4: Fraction(-3, 2)}


def test_what_lifts_another_over_the_bound_goes_on_to_the_rest():
    members = with_balances((1, Fraction(4)), (3, Fraction(4)), (1, Fraction(-8)))

    assert balances(moved(members, leave(members, 1, CATCH_UP))) == [0, 5, -5]


def test_the_last_one_leaves_nothing():
    assert leave(pool([3]), 1, CATCH_UP) == {}


def test_who_is_no_member_cannot_leave():
    with pytest.raises(KeyError):
        leave(pool([3]), 2, CATCH_UP)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CHANGES, st.integers(0, 99), st.integers(1, 100)), max_size=80))
def test_the_balances_sum_to_zero_and_stay_small_whatever_happens(changes):
    members = pool([3, 1])
    for change, pick, weight in changes:
        active = [each for each in members if each.active]
        chosen = members[pick % len(members)]
        if change == "join":
            members.append(Member(len(members) + 1, weight, Fraction(0)))
        elif change == "leave" and len(active) > 1 and chosen.active:
            members = gone(members, chosen.id)
        elif change == "come back":
            members = [replace(each, active=True) if each is chosen else each for each in members]
        elif change == "weight":
            members = [replace(each, weight=weight) if each is chosen else each for each in members]
        elif change == "draw":
            _, members = take_turn(members)

        assert sum(balances(members)) == 0
        assert all(each.balance == 0 for each in members if not each.active)
        assert far(members) <= CATCH_UP


@pytest.mark.parametrize("seed", range(12))
def test_nobody_gets_more_or_less_than_the_share_after_a_change_by_two_meetings(seed):
    generator = random.Random(seed)
    members = pool([generator.randint(1, 20) for _ in range(6)])
    for _ in range(8):
        for _ in range(generator.randrange(15)):
            _, members = take_turn(members)
        members = changed(members, generator)
        served, due, after = Counter(), Counter(), members
        for _ in range(25):
            drawn, after = take_turn(after)
            served[drawn.winner] += 1
            due.update(drawn.shares)
            assert all(abs(served[each.id] - due[each.id]) < 2 for each in after if each.active)


def changed(members, generator):
    active = [each for each in members if each.active]
    chosen = generator.choice(active)
    change = generator.choice(["join", "leave", "weight"]) if len(active) > 2 else "join"
    if change == "join":
        return [*members, Member(len(members) + 1, generator.randint(1, 20), Fraction(0))]
    if change == "leave":
        return gone(members, chosen.id)
    return [replace(each, weight=generator.randint(1, 20)) if each is chosen else each for each in members]


def test_a_newcomer_is_not_flooded_after_years_of_draws():
    members = pool([1, 1, 1])
    for _ in range(301):
        _, members = take_turn(members)
    members = [*members, Member(4, 1, Fraction(0))]
    winners = []
    for _ in range(12):
        drawn, members = take_turn(members)
        winners.append(drawn.winner)

    assert Counter(winners)[4] == 3
    assert all(winners[at : at + 2] != [4, 4] for at in range(11))


def test_who_was_away_for_a_month_comes_back_without_debt_or_claim():
    members = pool([1, 1, 1])
    for _ in range(100):
        _, members = take_turn(members, away={3})
    served = Counter()
    for _ in range(30):
        drawn, members = take_turn(members)
        served[drawn.winner] += 1

    assert served == {1: 10, 2: 10, 3: 10}
