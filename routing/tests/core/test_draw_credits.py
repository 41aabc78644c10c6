"""Turns given back and charged."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core.draw import Member, credit, moved
from routing.tests.core.turns import CATCH_UP, balances, far, pool, take_turn, with_balances

POOLS = st.lists(st.integers(1, 100), min_size=1, max_size=10)


def played(data):
    """A pool after some draws with some members busy, so that the balances lie anywhere within the bounds."""
    members = pool(data.draw(POOLS))
    busy = data.draw(st.sets(st.sampled_from([each.id for each in members]), max_size=len(members) - 1))
    for _ in range(data.draw(st.integers(0, 25))):
        _, members = take_turn(members, busy)
    return members


def test_a_credit_is_paid_by_all_by_weight_itself_included():
    moves = credit(pool([5, 3, 1]), 1, 1, CATCH_UP)

    assert moves.deltas == {1: Fraction(4, 9), 2: Fraction(-3, 9), 3: Fraction(-1, 9)}
    assert moves.corrections == {}


def test_a_charge_is_a_credit_the_other_way_round():
    charged = credit(pool([5, 3, 1]), 2, -1, CATCH_UP).deltas

    assert charged == {id_: -delta for id_, delta in credit(pool([5, 3, 1]), 2, 1, CATCH_UP).deltas.items()}


def test_a_turn_given_back_leaves_the_balances_as_they_were_before_the_draw():
    before = with_balances((5, Fraction(1, 9)), (3, Fraction(-1, 9)))
    drawn, after = take_turn(before)

    assert moved(after, credit(after, drawn.winner, 1, CATCH_UP).deltas) == before


def test_handing_a_meeting_over_moves_one_turn_between_two_and_leaves_the_others():
    members = pool([5, 3, 1])
    members = moved(members, credit(members, 1, 1, CATCH_UP).deltas)
    members = moved(members, credit(members, 3, -1, CATCH_UP).deltas)

    assert balances(members) == [1, 0, -1]


def test_the_only_member_can_neither_earn_nor_pay():
    assert credit(pool([4]), 1, 1, CATCH_UP).deltas == {}


def test_who_is_no_active_member_has_no_balance_to_move():
    members = [*pool([4, 1]), Member(9, 1, Fraction(0), active=False)]

    assert credit(members, 9, 1, CATCH_UP).deltas == {}
    assert credit(members, 77, 1, CATCH_UP).deltas == {}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_credit_and_its_reversal_leave_every_balance_exactly_as_it_was(data):
    before = played(data)
    amount = data.draw(st.sampled_from([1, -1, 3, Fraction(1, 2)]))
    member_id = data.draw(st.sampled_from([each.id for each in before]))

    first = credit(before, member_id, amount, CATCH_UP)
    between = moved(before, first.deltas)
    second = credit(between, member_id, -amount, CATCH_UP, undoing=first.corrections)
    after = moved(between, second.deltas)

    assert after == before
    assert sum(balances(between)) == 0
    assert far(between) <= CATCH_UP + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_draw_and_the_turn_given_back_leave_every_balance_exactly_as_it_was(data):
    before = played(data)
    busy = data.draw(st.sets(st.sampled_from([each.id for each in before]), max_size=len(before) - 1))
    drawn, between = take_turn(before, busy)

    moves = credit(between, drawn.winner, 1, CATCH_UP, undoing=drawn.corrections)

    assert moved(between, moves.deltas) == before


def test_the_reversal_of_a_reversal_is_the_credit_again():
    before = with_balances((1, Fraction(5)), (2, Fraction(0)), (1, Fraction(-5)))
    first = credit(before, 1, 1, CATCH_UP)
    credited = moved(before, first.deltas)
    second = credit(credited, 1, -1, CATCH_UP, undoing=first.corrections)
    third = credit(before, 1, 1, CATCH_UP, undoing=second.corrections)

    assert moved(credited, second.deltas) == before
    assert second.corrections == {id_: -amount for id_, amount in first.corrections.items()}
    assert moved(before, third.deltas) == credited


def test_turns_drawn_at_the_bound_earn_nothing_when_they_are_given_back():
    members, turns = pool([1, 1]), []
    for _ in range(30):
        drawn, members = take_turn(members, busy={2})
        turns.append(drawn)
    assert balances(members) == [-5, 5]

    for drawn in reversed(turns):
        members = moved(members, credit(members, 1, 1, CATCH_UP, undoing=drawn.corrections).deltas)
    assert balances(members) == [0, 0]


def test_the_corrections_of_someone_who_has_left_are_taken_back_from_all_by_weight():
    members = with_balances((1, Fraction(1)), (3, Fraction(-1)))

    moves = credit(members, 1, 0, CATCH_UP, undoing={1: Fraction(-2), 3: Fraction(2)})

    assert moves.deltas == {1: 2 - Fraction(1, 2), 2: Fraction(-3, 2)}
