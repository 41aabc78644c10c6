"""Text is given the room it needs, and what is too long ends in an ellipsis."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflows.core.layout.lettering import width_of, wrapped


@given(st.text(max_size=80), st.integers(1, 4))
def test_no_line_is_wider_than_it_may_be(text: str, lines: int) -> None:
    found = wrapped(text, 12, 90, lines)
    assert len(found) <= lines
    assert all(width_of(line, 12) <= 90 or len(line) <= 2 for line in found)


def test_words_go_to_the_next_line_whole() -> None:
    assert wrapped("Reschedule requested", 13, 100, 2) == ["Reschedule", "requested"]


def test_what_fits_is_left_alone() -> None:
    assert wrapped("if pool is Success", 11, 200, 1) == ["if pool is Success"]


def test_what_does_not_fit_says_so() -> None:
    assert wrapped("one two three", 12, 70, 1) == ["one two…"]
    assert wrapped("Donaudampfschifffahrtsgesellschaft", 12, 60, 2)[0].endswith("…")
