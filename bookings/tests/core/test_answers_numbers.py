from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.answers import LARGEST_NUMBER, QuestionSpec, clean


def answer(raw: object, **spec: object) -> tuple[object, list[str]]:
    cleaned = clean([QuestionSpec("q", "Question", "number", **spec)], {"q": raw})
    return cleaned.values.get("q"), cleaned.errors.get("q", [])


@pytest.mark.parametrize(
    ("raw", "number"),
    [(5, 5), (5.5, 5.5), ("5", 5), (" 5 ", 5), ("5.5", 5.5), ("-3", -3), ("+3", 3), (".5", 0.5),
     ("1e3", 1000), (0, 0), ("0", 0), ("007", 7)],
)  # fmt: skip
def test_numbers_come_as_numbers_or_as_text(raw, number):
    assert answer(raw) == (number, [])


@pytest.mark.parametrize("raw", [5, "5", 5.0, "5.0", "5e0"])
def test_a_whole_number_is_an_int(raw):
    assert type(answer(raw)[0]) is int


def test_a_required_zero_is_an_answer():
    assert answer(0, required=True) == (0, [])


@pytest.mark.parametrize("raw", [True, False, [5], {"a": 5}, "abc", "NaN", "inf", float("nan"), float("inf")])
def test_what_is_no_number_is_refused(raw):
    assert answer(raw) == (None, ["Please enter a number."])


@pytest.mark.parametrize("raw", ["1,000", "1.000,5", "1 000", "5 people", "0x10", "1e", "1_000"])
def test_a_number_that_could_be_read_in_two_ways_is_not_guessed(raw):
    value, (sentence,) = answer(raw, min=1)
    assert value is None
    assert sentence.startswith("Please enter a number of at least 1.")
    assert "like 1200 or 12.5" in sentence


@pytest.mark.parametrize(
    ("bounds", "outside", "inside", "sentence"),
    [
        ({"min": 1}, 0, 1, "Please enter a number of at least 1."),
        ({"min": 1.0}, "0.5", "1", "Please enter a number of at least 1."),
        ({"max": 1_000_000}, 1_000_001, 1_000_000, "Please enter a number of at most 1000000."),
        ({"min": 0.5, "max": 50}, 51, 50, "Please enter a number between 0.5 and 50."),
    ],
)
def test_bounds_hold_and_say_themselves(bounds, outside, inside, sentence):
    assert answer(outside, **bounds) == (None, [sentence])
    assert answer(inside, **bounds)[1] == []


@pytest.mark.parametrize("raw", [LARGEST_NUMBER + 1, -(10**400), "9" * 40, 1e300, "1e30"])
def test_numbers_that_canonical_json_cannot_hold_are_refused(raw):
    assert answer(raw) == (None, ["Please enter a number with at most 15 digits."])


def test_the_largest_number_is_kept_exactly():
    assert answer(str(LARGEST_NUMBER)) == (2**53 - 1, [])


def test_digits_without_end_are_refused_before_they_are_read():
    assert answer("9" * 100_000)[0] is None


@settings(max_examples=100)
@given(st.integers(-LARGEST_NUMBER, LARGEST_NUMBER))
def test_every_whole_number_survives_the_form(number):
    assert answer(str(number)) == (number, [])


@settings(max_examples=100)
@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_numbers(text):
    value, sentences = answer(text)
    assert value is None or isinstance(value, int | float)
    assert all(sentence.startswith("Please") for sentence in sentences)
