"""What is written in a text box and read back is the same value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.admin import values

SCALARS = st.one_of(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.sampled_from([0.5, 12.25, -3.75]),
)


@given(SCALARS)
def test_a_scalar_reads_back_as_itself(value: object) -> None:
    found = values.scalar_from(values.scalar_to(value))
    assert found == value
    assert type(found) is type(value)


@given(st.lists(SCALARS, max_size=5))
def test_a_list_reads_back_as_itself(items: list[object]) -> None:
    assert values.list_from(values.list_to(items)) == items


@given(st.one_of(SCALARS, st.lists(SCALARS, min_size=1, max_size=4)))
def test_one_or_several_read_back_as_one_or_several(value: object) -> None:
    assert values.one_or_more_from(values.one_or_more_to(value)) == value


@pytest.mark.parametrize(
    "text, value",
    [
        ("500", 500),
        ('"500"', "500"),
        ("true", True),
        ("2026-12-24", "2026-12-24"),
        ("1.5", 1.5),
        ("US", "US"),
    ],
)
def test_numbers_and_flags_are_recognised(text: str, value: object) -> None:
    assert values.scalar_from(text) == value


def test_a_trailing_comma_makes_a_list_of_one() -> None:
    assert values.one_or_more_from("de,") == ["de"]
    assert values.one_or_more_from("de") == "de"


def test_a_line_that_says_nothing_is_named() -> None:
    with pytest.raises(values.BadLine, match="Line 2"):
        values.rows_from("email = lead.email\njust words", "=")


def test_a_name_may_stand_once_only() -> None:
    with pytest.raises(values.BadLine, match="twice"):
        values.rows_from("a = 1\na = 2", "=")
