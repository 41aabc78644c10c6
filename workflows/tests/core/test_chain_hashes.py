"""Hashes of events, evidence and anchors bind what they cover."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.core.chain import GENESIS, event_hash, evidence_hash, merkle_root


def leaf(text: str) -> bytes:
    return sha256(b"\x00" + text.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def test_an_event_hash_can_be_computed_by_hand():
    written = f'{{"previous":"{GENESIS}","sequence":1,"verb":"lead.submitted"}}'
    fields = {"verb": "lead.submitted", "sequence": 1}
    assert event_hash(fields, GENESIS) == sha256(written.encode()).hexdigest()


def test_the_order_of_fields_does_not_matter_and_their_values_do():
    assert event_hash({"a": 1, "b": 2}, GENESIS) == event_hash({"b": 2, "a": 1}, GENESIS)
    assert event_hash({"a": 1}, GENESIS) != event_hash({"a": 2}, GENESIS)
    assert event_hash({"a": 1}, GENESIS) != event_hash({"a": 1}, "1" * 64)


def test_a_field_cannot_take_the_place_of_the_previous_hash():
    with pytest.raises(ValueError, match="previous"):
        event_hash({"previous": "x"}, GENESIS)


def test_evidence_is_bound_by_its_salt_and_its_content():
    content = {"email": "ada@example.org"}
    assert evidence_hash("salt", content) == evidence_hash("salt", dict(content))
    assert evidence_hash("salt", content) != evidence_hash("other", content)
    assert evidence_hash("salt", content) != evidence_hash("salt", {"email": "eve@example.org"})


def test_the_empty_tree_is_the_hash_of_nothing():
    assert merkle_root([]) == sha256(b"").hexdigest()


def test_one_leaf_is_hashed_as_a_leaf():
    assert merkle_root(["a"]) == leaf("a").hex()


def test_an_uneven_tree_is_split_at_the_largest_power_of_two():
    a, b, c, d, e = map(leaf, "abcde")
    assert merkle_root("abc") == node(node(a, b), c).hex()
    assert merkle_root("abcde") == node(node(node(a, b), node(c, d)), e).hex()


def test_known_vectors_of_certificate_transparency_hold():
    # the reference Merkle tree of Certificate Transparency: its first entry, then its first two
    assert merkle_root([""]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle_root(["", "\x00"]) == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"


def test_an_inner_node_cannot_pass_for_a_leaf():
    joined = (leaf("a") + leaf("b")).decode("latin-1")
    assert merkle_root(["a", "b"]) != merkle_root([joined])


@given(st.lists(st.text(max_size=4), min_size=1, max_size=12), st.data())
def test_any_changed_leaf_changes_the_root(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], leaves[place] + "x", *leaves[place + 1 :]]
    assert merkle_root(changed) != merkle_root(leaves)
    assert merkle_root([*leaves, leaves[-1]]) != merkle_root(leaves)
