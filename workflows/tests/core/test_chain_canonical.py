"""The canonical form is RFC 8785, whichever way it is written."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.core.chain import canonical

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=12)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(JSON)
def test_the_fast_way_writes_the_bytes_of_the_reference(value):
    try:
        expected = rfc8785.dumps(value)
    except ValueError:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical(value)
    else:
        assert canonical(value) == expected


@given(st.text(max_size=40))
def test_every_text_is_escaped_as_the_reference_does(text):
    assert canonical({"text": text}) == rfc8785.dumps({"text": text})


def test_every_control_character_is_escaped_as_the_reference_does():
    text = "".join(map(chr, range(0x100))) + "\u2028\u2029\U0001f600"
    assert canonical([text]) == rfc8785.dumps([text])


def test_the_example_of_the_rfc_comes_out_as_printed_there():
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(value) == expected.encode()


def test_keys_are_sorted_by_utf_16_units():
    value = {"\U0001f600": 1, "\ufb33": 2, "a": 3, "\u00f6": 4}
    assert list(json.loads(canonical(value))) == ["a", "\u00f6", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), float("inf"), {1: 2}, {None: 1}, {"a": {1}}, "\ud800", b"bytes"]
)
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)
