"""Hashes from the text that a database hands out are those of the fields it was written from."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.core import chain, stored
from workflows.core.stored import StoredEvent

NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9).map(chain.normalise)
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
WAYS_TO_WRITE = (
    lambda data: json.dumps(data),
    lambda data: json.dumps(data, ensure_ascii=False, separators=(", ", ": ")),
    lambda data: json.dumps(data, ensure_ascii=False, sort_keys=True),
)
NUMBER_OR_NONE = st.none() | st.integers(0, 2**53 - 1)


@settings(max_examples=150)
@given(
    data=st.dictionaries(TEXT, JSON, max_size=4), write=st.sampled_from(WAYS_TO_WRITE), stage=st.none() | TEXT,
    actor=TEXT, lead=NUMBER_OR_NONE, booking=NUMBER_OR_NONE, micro=st.integers(0, 999_999),
)  # fmt: skip
def test_an_event_has_the_same_hash_however_its_data_are_written(
    data, write, stage, actor, lead, booking, micro
):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(microseconds=micro)
    told = at.replace(tzinfo=None).isoformat()
    told = told.rstrip("0") if micro else told
    fields = {
        "run": 7, "sequence": 3, "verb": "booking.made", "at": chain.normalise(at), "actor": actor, "lead": lead,
        "booking": booking, "workflow_version": None, "stage": stage, "data": data, "evidence": "ab",
    }  # fmt: skip
    row = StoredEvent(
        7, 3, "booking.made", told, actor, lead, booking, None, stage, write(data), "ab", "0" * 64, ""
    )
    assert stored.event_hash(row) == chain.event_hash(fields, "0" * 64)


@settings(max_examples=100)
@given(content=JSON, write=st.sampled_from(WAYS_TO_WRITE), salt=TEXT)
def test_evidence_has_the_same_hash_however_it_is_written(content, write, salt):
    assert stored.evidence_hash(salt, write(content)) == chain.evidence_hash(salt, content)


@pytest.mark.parametrize(
    "text, told",
    [
        ('{"b": 0.4, "a": -1.5}', '{"a":-1.5,"b":0.4}'),
        ('{"x": 0.000001}', '{"x":0.000001}'),
        ('{"x": 1.50}', '{"x":1.5}'),
        ('{"x": 2.0}', '{"x":2}'),
        ('{"x": 1e-05}', '{"x":0.00001}'),
        ('{"\\u00e9": 1, "z": "\\u00fc"}', '{"z":"ü","é":1}'),
        ('{"\\ud83d\\ude00": 1, "\\ufb33": 2}', '{"😀":1,"\ufb33":2}'),
    ],
)
def test_it_is_the_canonical_form(text, told):
    assert stored.canonical(text) == told


def test_what_is_no_json_is_refused():
    with pytest.raises(ValueError):
        stored.canonical('{"x": ')
