"""What goes into their fields: facts as they are or as a type, or a value that never changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.admin.mapping_field import MappingField, problem_of
from workflows.core import mapping
from workflows.core.mapping import Row

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NAMES = st.text("abcdefgh.", min_size=1, max_size=12).filter(lambda name: name.strip(". ") == name)
CONSTANTS = (
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
    | st.booleans()
    | st.integers(-999, 999)
)
ROWS = st.builds(
    Row, NAMES, st.sampled_from(["lead.email", "answers.x"]), st.none() | st.sampled_from(sorted(mapping.TYPES))
) | st.builds(Row, NAMES, st.none(), st.none(), CONSTANTS)  # fmt: skip


@pytest.mark.parametrize(
    "kind, value, sent",
    [
        ("text", 900, "900"), ("text", 9.0, "9"), ("text", True, "true"), ("text", ["a", 1], "a, 1"),
        ("text", AT, "2026-03-02T09:30:00Z"),
        ("number", " 12 ", 12), ("number", "1.50", 1.5), ("number", "a lot", None), ("number", True, 1),
        ("number", [1], None),
        ("flag", "no", False), ("flag", "Yes", True), ("flag", 0, False), ("flag", [], False), ("flag", ["x"], True),
        ("date", "2026-03-02T23:30:00-05:00", "2026-03-03"), ("date", "soon", None), ("date", AT, "2026-03-02"),
        ("instant", "2026-03-02", "2026-03-02T00:00:00Z"), ("instant", AT, "2026-03-02T09:30:00Z"),
        ("instant", 5, None),
        ("list", "a, b,,c", ["a", "b", "c"]), ("list", 5, [5]), ("list", ("x",), ["x"]),
    ],
)  # fmt: skip
def test_a_fact_is_sent_as_the_type_that_was_chosen(kind, value, sent):
    found = mapping.value_of(Row("x", "answers.x", kind), {"answers.x": value})
    assert found == sent and type(found) is type(sent)


@given(
    st.sampled_from(sorted(mapping.TYPES)),
    st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text()),
)
def test_no_value_is_a_fault_and_a_missing_one_stays_missing(kind, value):
    found = mapping.value_of(Row("x", "answers.x", kind), {"answers.x": value})
    assert (found is None) or value is not None


def test_a_constant_needs_no_facts():
    assert mapping.fill([Row("source", constant="Ordinus"), Row("mail", "lead.email")], {}) == {
        "source": "Ordinus",
        "mail": None,
    }


@given(st.lists(ROWS, unique_by=lambda row: row.theirs))
def test_rows_survive_being_stored_and_being_written_in_lines(rows):
    kept = mapping.stored(rows)
    assert list(mapping.rows_of(json.loads(json.dumps(kept)))) == rows
    field = MappingField(required=False)
    assert field.clean(field.prepare_value(kept)) == kept


@pytest.mark.parametrize("given", [5, None, {}, {"fact": "x", "value": 1}, {"fact": 1}, {"value": [1]}, {"value": None},
                                   {"fact": "lead.email", "type": "colour"}, {"value": "x" * 501}])  # fmt: skip
def test_what_cannot_stand_for_a_field_says_so(given):
    assert mapping.problem(given)


@pytest.mark.parametrize(
    "row", [Row("x", "lead.emil"), Row("x", "nonsense"), Row("x", "lead.email", "colour")]
)
def test_a_row_that_names_nothing_is_refused_with_its_cure(row):
    assert problem_of(row)
