"""With fixed participants all free, nobody is ever a whole meeting ahead of or behind the fair share."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core.draw import credit, moved
from routing.tests.core.turns import CATCH_UP, far, pool, take_turn

WEIGHTS = st.lists(st.integers(1, 100), min_size=1, max_size=50)


def check_every_prefix(weights, draws, zero=Fraction(0)):
    members, served, total = pool(weights, zero), Counter(), sum(weights)
    for count in range(1, draws + 1):
        drawn, members = take_turn(members)
        served[drawn.winner] += 1
        for member in members:
            # |served - count * weight / total| < 1, in whole numbers
            assert abs(served[member.id] * total - count * member.weight) < total
        assert not drawn.corrections
    return served


@settings(max_examples=20, deadline=None)
@given(WEIGHTS)
def test_served_and_fair_share_differ_by_less_than_one_at_every_prefix(weights):
    check_every_prefix(weights, 40)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=4))
def test_small_pools_stay_within_one_meeting_too(weights):
    check_every_prefix(weights, 80)


@pytest.mark.parametrize(
    "weights",
    [[1] * 50, [100] + [1] * 49, [100, 99], [99, 1], [50, 25, 13, 6, 3, 2, 1], list(range(1, 21))],
    ids=str,
)
def test_a_whole_period_serves_everyone_exactly_the_weight(weights):
    served = check_every_prefix(weights, sum(weights), 0.0)

    assert [served[number] for number in range(1, len(weights) + 1)] == weights


def test_rounding_never_adds_up_over_many_draws():
    generator = random.Random(3)
    weights = [generator.randint(1, 100) for _ in range(7)]

    check_every_prefix(weights, 10_000, 0.0)


def test_held_meetings_come_out_by_weight_when_a_quarter_of_the_guests_stay_away():
    generator = random.Random(20_000)
    members, held = pool([5, 3, 1], 0.0), Counter()
    for _ in range(20_000):
        drawn, members = take_turn(members)
        if generator.random() < 0.25:
            members = moved(members, credit(members, drawn.winner, 1, CATCH_UP).deltas)
        else:
            held[drawn.winner] += 1

    shares = [held[number] / held.total() for number in (1, 2, 3)]
    assert shares == pytest.approx([0.556, 0.333, 0.111], abs=0.01)
    assert sum(member.balance for member in members) == pytest.approx(0, abs=1e-9)


def test_late_no_shows_are_made_good_as_well():
    generator = random.Random(25)
    members, held, pending = pool([5, 3, 1]), Counter(), []
    for _ in range(3_000):
        drawn, members = take_turn(members)
        pending.append(drawn.winner)
        if len(pending) > 10:
            guest_of = pending.pop(0)
            if generator.random() < 0.25:
                members = moved(members, credit(members, guest_of, 1, CATCH_UP).deltas)
            else:
                held[guest_of] += 1

    shares = [held[number] / held.total() for number in (1, 2, 3)]
    assert shares == pytest.approx([5 / 9, 3 / 9, 1 / 9], abs=0.005)
    assert sum(member.balance for member in members) == 0
    assert far(members) <= CATCH_UP
