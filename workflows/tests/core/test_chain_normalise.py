"""Normalised data reads back from either database exactly as it was written."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.core.chain import canonical, normalise

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=10)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9) | st.fractions(-1000, 1000)
DECIMALS = st.decimals(-1000, 1000, allow_nan=False)
INSTANTS = st.datetimes(timezones=st.timezones())
SCALARS = st.none() | st.booleans() | NUMBERS | DECIMALS | TEXT | st.dates() | INSTANTS
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(DATA)
def test_what_is_normalised_survives_json_and_stays_as_it_is(value):
    kept = normalise(value)
    assert json.loads(json.dumps(kept)) == kept
    assert canonical(json.loads(json.dumps(kept))) == canonical(kept)
    assert canonical(normalise(kept)) == canonical(kept)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (0.1 + 0.2, 0.3),
        (2.0, 2),
        (-0.0, 0),
        (1e-9, 0),
        (0.1234567, 0.123457),
        (Decimal("1.10"), 1.1),
        (Decimal("3.00"), 3),
        (Fraction(1, 3), 0.333333),
        ((1, (2, 3)), [1, [2, 3]]),
        (date(2026, 3, 8), "2026-03-08"),
        (datetime(2026, 3, 8, 7, tzinfo=UTC), "2026-03-08T07:00:00Z"),
        (datetime(2026, 3, 8, 7, 0, 0, 50, UTC), "2026-03-08T07:00:00.000050Z"),
        (datetime(2026, 3, 8, 7, tzinfo=timezone(timedelta(hours=-5))), "2026-03-08T12:00:00Z"),
    ],
)
def test_a_value_takes_its_one_stored_form(value, kept):
    stored = normalise(value)
    assert stored == kept
    assert type(stored) is type(kept)


def test_a_whole_float_is_written_as_a_whole_number():
    assert json.dumps(normalise([1.0, -0.0, True])) == "[1, 0, true]"


def test_members_of_enumerations_become_plain_values():
    class Colour(StrEnum):
        RED = "red"

    class Rank(IntEnum):
        FIRST = 1

    kept = normalise({Colour.RED: Rank.FIRST})
    assert [(type(key), type(value)) for key, value in kept.items()] == [(str, int)]


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        Decimal("NaN"),
        Decimal("1e400"),
        Fraction(10**400),
        1e22,
        2**53,
        -(2**53),
        "a\x00b",
        {"a\x00": 1},
        "\udc00",
        datetime.fromisoformat("2026-03-08T07:00:00"),
    ],
)
def test_a_value_that_cannot_be_stored_exactly_is_refused(value):
    with pytest.raises(ValueError, match=r"cannot|must|needs"):
        normalise({"deep": [value]})


@pytest.mark.parametrize("value", [{1: 2}, {None: 1}, {1, 2}, b"x", time(10), timedelta(1), object()])
def test_a_type_that_json_does_not_know_is_refused(value):
    with pytest.raises(TypeError):
        normalise([value])
