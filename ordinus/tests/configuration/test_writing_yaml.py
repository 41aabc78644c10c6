"""What is written reads back the same, here and by readers of YAML 1.1."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ordinus.configuration.emitting import emit
from ordinus.configuration.reading import read
from ordinus.configuration.times import Day

TRICKY = [
    "NO",
    "on",
    "~",
    "1e3",
    "0x1F",
    "-",
    ".nan",
    "a: b",
    "x #y",
    "x ",
    "1_000",
    "12:30",
    "=",
    "<<",
    "é\u2028",
]

texts = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    | st.text("ab \n:#-'\"{}[],&*!|>%@`~\t\r0.1e+\x85\ufeff", max_size=12)
    | st.sampled_from(TRICKY)
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=16,
)


@given(st.dictionaries(texts, values, min_size=1, max_size=4))
def test_whatever_is_written_is_read_as_it_was(document: dict[str, Any]) -> None:
    text = emit(document)
    source = read(text)
    assert source.data == document
    assert not source.problems
    assert emit(source.data) == text


@given(
    st.dictionaries(
        st.sampled_from(["a", "on", "NO", "y", "1"]), st.text("abyn01:_-.xeoNO~<= ", max_size=8), min_size=1
    )
)
def test_texts_are_texts_for_readers_of_older_yaml_too(document: dict[str, str]) -> None:
    assert yaml.safe_load(emit(document)) == document


def test_texts_of_several_lines_stand_as_such() -> None:
    assert emit({"body": "Hi,\n\nsee you.\n", "last": "a\nb"}) == (
        "body: |\n  Hi,\n\n  see you.\nlast: |-\n  a\n  b\n"
    )


def test_objects_of_a_section_begin_a_line_each_and_what_is_small_stays_small() -> None:
    document = {
        "reps": [{"email": "ana@acme.example", "time_off": [{"start": Day("2026-12-24")}], "hours": {}}]
    }
    assert emit(document) == (
        "reps:\n  - email: ana@acme.example\n    time_off: [{start: 2026-12-24}]\n    hours: {}\n"
    )
