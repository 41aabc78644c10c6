"""Who is drawn, by which rule, and what it does to the balances."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core.draw import Candidate, Member, NobodyFree, accrual, draw
from routing.tests.core.turns import CATCH_UP, balances, pool, take_turn, with_balances

HALF = Fraction(1, 2)


def test_the_largest_balance_goes_first_among_those_owed_a_whole_meeting():
    drawn, _ = take_turn(with_balances((9, Fraction(1)), (1, Fraction(3, 2)), (9, Fraction(-5, 2))))

    assert (drawn.winner, drawn.rule) == (2, "owed")


def test_who_is_owed_a_whole_meeting_but_is_busy_waits():
    drawn, after = take_turn(with_balances((1, Fraction(3)), (1, HALF), (1, Fraction(-7, 2))), busy={1})

    assert (drawn.winner, drawn.rule) == (2, "deadline")
    assert balances(after) == [
        3 + Fraction(1, 3),
        HALF + Fraction(1, 3) - 1,
        Fraction(-7, 2) + Fraction(1, 3),
    ]


def test_the_earliest_deadline_goes_first_among_those_not_ahead():
    # (1 - b) / share: 1 / (1/4) = 4 for the first, (1/2) / (1/8) = 4.. for the second, the third is ahead
    members = with_balances((2, Fraction(1, 8)), (1, HALF), (5, Fraction(-5, 8)))
    drawn, _ = take_turn(members)

    assert (drawn.winner, drawn.rule) == (1, "deadline")


def test_when_all_who_are_free_are_ahead_the_earliest_deadline_still_decides():
    members = with_balances((1, Fraction(-1, 10)), (3, Fraction(-4, 10)), (1, HALF))
    drawn, _ = take_turn(members, busy={3})

    assert (drawn.winner, drawn.rule) == (2, "all_ahead")


@pytest.mark.parametrize(
    ("members", "winner"),
    [
        (with_balances((1, 1.5), (3, 1.5), (1, -3.0)), 2),
        (with_balances((1, 1.5000004), (3, 1.5), (1, -3.0000004)), 2),
        (with_balances((2, 1.5), (2, 1.5), (1, -3.0)), 1),
        (with_balances((1, 0.5), (2, 0.0), (1, -0.5)), 2),
        (with_balances((1, 0.0), (1, 0.0)), 1),
        (with_balances((1, -1e-8), (1, 1e-8)), 1),
        (with_balances((1, -1e-5), (1, 1e-5)), 2),
    ],
)
def test_a_tie_goes_to_the_larger_weight_then_to_the_lower_id(members, winner):
    drawn, _ = take_turn(members)

    assert drawn.winner == winner


def test_a_balance_that_rounding_took_just_below_one_is_a_whole_meeting():
    drawn, _ = take_turn(with_balances((1, 1 - 1e-9), (100, 0.5), (100, -1.5)))

    assert (drawn.winner, drawn.rule) == (1, "owed")


def test_the_winner_pays_one_meeting_and_all_who_took_part_are_paid_their_share():
    drawn, after = take_turn(pool([5, 3, 1]))

    assert drawn.shares == {1: Fraction(5, 9), 2: Fraction(3, 9), 3: Fraction(1, 9)}
    assert balances(after) == [Fraction(-4, 9), Fraction(3, 9), Fraction(1, 9)]
    assert drawn.corrections == {}


def test_who_takes_no_part_is_paid_nothing_and_cannot_be_drawn():
    drawn, after = take_turn(with_balances((1, Fraction(2)), (1, Fraction(-1)), (1, Fraction(-1))), away={1})

    assert drawn.winner == 2
    assert drawn.shares == {2: HALF, 3: HALF}
    assert balances(after) == [2, -HALF - 1, -HALF]


def test_an_inactive_member_is_as_if_not_there():
    drawn = draw(
        [Candidate(Member(1, 9, Fraction(3), active=False)), Candidate(Member(2, 1, Fraction(0)))], 5
    )

    assert drawn.winner == 2
    assert drawn.balances == {2: 0}


@pytest.mark.parametrize(("busy", "away"), [({1, 2}, ()), ({1}, {2}), ((), {1, 2})])
def test_a_draw_among_nobody_is_refused(busy, away):
    with pytest.raises(NobodyFree):
        take_turn(pool([1, 1]), busy, away)


def test_a_weight_that_earns_nothing_is_refused():
    with pytest.raises(ValueError, match="member 7 is 0"):
        Member(7, 0)


def test_weights_of_5_3_1_are_served_5_3_1_in_nine_draws():
    members, served = pool([5, 3, 1]), Counter()
    for _ in range(9):
        drawn, members = take_turn(members)
        served[drawn.winner] += 1

    assert served == {1: 5, 2: 3, 3: 1}
    assert balances(members) == [0, 0, 0]


@pytest.mark.parametrize("zero", [0, 0.0, Decimal(0), Fraction(0)])
def test_any_kind_of_number_draws_the_same(zero):
    members, exact = pool([7, 4, 2], zero), pool([7, 4, 2])
    for _ in range(40):
        drawn, members = take_turn(members)
        expected, exact = take_turn(exact)
        assert drawn.winner == expected.winner

    assert all(type(balance) is type(zero / 1) for balance in balances(members))


def test_a_share_of_exact_numbers_is_exact():
    assert accrual(1, 3, Fraction(1)) == Fraction(1, 3)
    assert accrual(1, 4) == 0.25


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nobody_is_ever_drawn_who_is_not_free(data):
    members = pool(data.draw(st.lists(st.integers(1, 100), min_size=1, max_size=8)), 0.0)
    ids = st.sets(st.sampled_from([member.id for member in members]))
    for _ in range(20):
        busy, away = data.draw(ids), data.draw(ids)
        if busy | away == {member.id for member in members}:
            continue
        drawn, members = take_turn(members, busy, away)

        assert drawn.winner not in busy | away
        assert abs(sum(balances(members))) < 1e-9
        assert max(map(abs, balances(members))) <= CATCH_UP + 1e-9
