from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.core.scale import Scale, number, scale_of


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9).filter(lambda value: value == 0 or abs(value) > 1e-6), min_size=1))
def test_zero_and_every_value_lie_within_few_round_marks(values: list[float]) -> None:
    scale = scale_of(values)
    assert all(0 <= scale.place(value) <= 100 for value in [0, *values])
    slack = scale.step * 1e-6
    assert scale.low <= min(0, *values) + slack and scale.high >= max(0, *values) - slack
    assert 2 <= len(scale.marks) <= 8
    assert scale.marks[0] == pytest.approx(scale.low) and scale.marks[-1] == pytest.approx(scale.high)


def test_marks_are_round_numbers_from_zero() -> None:
    assert scale_of([3, 17]).marks == [0, 5, 10, 15, 20]
    assert scale_of([0.08]).marks == [0, 0.02, 0.04, 0.06, 0.08]
    assert scale_of([-3, 5]).marks == [-4, -2, 0, 2, 4, 6]


def test_nothing_and_only_zeros_still_give_a_scale() -> None:
    assert scale_of([]) == scale_of([0, 0]) == Scale(0, 1, 1)
    assert scale_of([float("nan"), float("inf")]) == Scale(0, 1, 1)


def test_half_of_the_way_lies_at_half_of_the_length() -> None:
    assert scale_of([10]).place(5) == 50
    assert scale_of([-10, 10]).place(0) == 50


@pytest.mark.parametrize(
    ("value", "said"),
    [(1234567, "1,234,567"), (-3, "−3"), (2.5, "2.5"), (0.125, "0.12"), (40.0, "40"), (18.18, "18.2")],
)
def test_numbers_are_said_for_people(value: float, said: str) -> None:
    assert number(value) == said
