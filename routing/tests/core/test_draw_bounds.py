"""Nobody is owed or owes more than `catch_up` meetings; what is cut off goes to the others by weight."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core.draw import clamp, moved
from routing.tests.core.turns import CATCH_UP, balances, far, pool, take_turn, with_balances


def test_balances_within_the_bounds_stay_as_they_are():
    assert clamp(with_balances((1, Fraction(5)), (1, Fraction(-5)), (7, Fraction(0))), CATCH_UP) == {}


def test_what_is_cut_off_is_spread_by_weight_over_those_not_at_the_bound():
    members = with_balances((9, Fraction(6)), (8, Fraction(5)), (2, Fraction(-5)), (3, Fraction(-6)))

    # First +1 to the third and fourth by 2:3, then what the fourth still owes beyond the bound to the others
    assert balances(moved(members, clamp(members, CATCH_UP))) == [
        5 - Fraction(2, 5) * Fraction(9, 19),
        5 - Fraction(2, 5) * Fraction(8, 19),
        -5 + Fraction(2, 5) - Fraction(2, 5) * Fraction(2, 19),
        -5,
    ]


def test_whoever_is_lifted_over_the_bound_passes_the_rest_on():
    members = with_balances((1, Fraction(8)), (8, Fraction(4)), (1, Fraction(-6)), (1, Fraction(-6)))

    assert balances(moved(members, clamp(members, CATCH_UP))) == [5, 5, -5, -5]


def test_a_rep_who_is_never_free_is_owed_no_more_than_the_bound():
    members = pool([1, 1, 2])
    for _ in range(60):
        drawn, members = take_turn(members, busy={1})

    assert members[0].balance == CATCH_UP
    assert drawn.corrections[1] == -Fraction(1, 4)
    assert sum(drawn.corrections.values()) == 0


def test_a_rep_who_was_not_free_for_months_catches_up_no_more_than_the_bound():
    members = pool([1, 1])
    for _ in range(200):
        _, members = take_turn(members, busy={1})
    winners = []
    for _ in range(40):
        drawn, members = take_turn(members)
        winners.append(drawn.winner)

    # Each turn pays half a meeting net, so five meetings are caught up in ten; then it is one each again
    assert winners == [1] * (2 * CATCH_UP) + [1, 2] * 15


@pytest.mark.parametrize("catch_up", [0, 1, 2])
def test_small_bounds_hold_too(catch_up):
    members = pool([5, 3, 1])
    for turn in range(60):
        _, members = take_turn(members, busy={1 + turn % 3}, catch_up=catch_up)

        assert far(members) <= catch_up
        assert sum(balances(members)) == 0


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(-12, 12)), min_size=2, max_size=8),
    st.integers(1, 6),
)
def test_a_clamp_keeps_the_sum_and_leaves_nobody_beyond(rows, catch_up):
    rest = sum(balance for _, balance in rows)
    members = with_balances(*((weight, Fraction(balance)) for weight, balance in rows), (4, Fraction(-rest)))

    corrections = clamp(members, catch_up)
    after = moved(members, corrections)

    assert sum(corrections.values()) == 0
    assert far(after) <= catch_up + 1e-9
    assert not clamp(after, catch_up)
    assert bool(corrections) is (far(members) > catch_up)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.floats(-12, 12)), min_size=2, max_size=8))
def test_floats_are_clamped_without_end_or_drift(rows):
    rest = sum(balance for _, balance in rows)
    members = with_balances(*rows, (4, -rest))

    after = moved(members, clamp(members, CATCH_UP))

    assert far(after) <= CATCH_UP + 1e-8
    assert sum(balances(after)) == pytest.approx(0, abs=1e-7)
