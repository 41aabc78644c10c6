"""Every way of changing a chain is found, at the event where it begins."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.core.chain import GENESIS, Break, event_hash, verify

Event = tuple[dict, str, str]


def chain_of(length: int, first: dict | None = None) -> list[Event]:
    events: list[Event] = []
    head = GENESIS
    for sequence in range(1, length + 1):
        fields = {"run": 7, "sequence": sequence, "verb": "stage.entered", "data": {"n": sequence}}
        if sequence == 1:
            fields |= first or {}
        own = event_hash(fields, head)
        events.append((fields, head, own))
        head = own
    return events


PLACES = st.integers(1, 12)
few = settings(max_examples=30, deadline=None)


def test_an_untouched_chain_holds():
    events = chain_of(12)
    assert verify(events) is None
    assert verify(iter(events), {3: events[2][2], 12: events[11][2]}) is None


def test_a_run_without_events_holds():
    assert verify([]) is None


@few
@given(PLACES, st.sampled_from(["verb", "data", "run"]))
def test_a_changed_field_is_found(place, name):
    events = chain_of(12)
    fields, previous, own = events[place - 1]
    events[place - 1] = ({**fields, name: "changed"}, previous, own)
    assert verify(events) == Break(place, "fields")


@few
@given(PLACES)
def test_an_added_or_removed_field_is_found(place):
    events = chain_of(12)
    fields, previous, own = events[place - 1]
    events[place - 1] = ({**fields, "extra": None}, previous, own)
    assert verify(events) == Break(place, "fields")
    events[place - 1] = ({name: fields[name] for name in fields if name != "data"}, previous, own)
    assert verify(events) == Break(place, "fields")


@few
@given(PLACES)
def test_an_event_rewritten_with_a_fitting_hash_is_found_at_the_next(place):
    events = chain_of(13)
    fields, previous, _ = events[place - 1]
    forged = {**fields, "verb": "forged"}
    events[place - 1] = (forged, previous, event_hash(forged, previous))
    assert verify(events) == Break(place + 1, "previous")


@few
@given(PLACES)
def test_a_changed_previous_hash_is_found(place):
    events = chain_of(12)
    fields, _, _ = events[place - 1]
    events[place - 1] = (fields, "f" * 64, event_hash(fields, "f" * 64))
    assert verify(events) == Break(place, "previous")


@few
@given(PLACES)
def test_a_removed_event_is_found(place):
    events = chain_of(13)
    del events[place - 1]
    assert verify(events) == Break(place, "gap")


@few
@given(PLACES)
def test_a_repeated_event_is_found(place):
    events = chain_of(12)
    events.insert(place, events[place - 1])
    assert verify(events) == Break(place + 1, "gap")


@few
@given(st.integers(1, 11))
def test_two_exchanged_events_are_found(place):
    events = chain_of(12)
    events[place - 1], events[place] = events[place], events[place - 1]
    assert verify(events) == Break(place, "gap")


@few
@given(st.integers(1, 11))
def test_a_cut_tail_is_found_by_the_anchor(kept):
    events = chain_of(12)
    assert verify(events[:kept]) is None
    assert verify(events[:kept], {12: events[11][2]}) == Break(kept + 1, "gap")


def test_a_chain_that_vanished_whole_is_found_by_the_anchor():
    assert verify([], {3: chain_of(3)[2][2]}) == Break(1, "gap")


def test_a_chain_rewritten_whole_is_found_by_the_anchor():
    honest, forged = chain_of(12), chain_of(12, first={"verb": "forged"})
    assert verify(forged) is None
    assert verify(forged, {5: honest[4][2], 12: honest[11][2]}) == Break(5, "anchor")


@pytest.mark.parametrize("value", [float("nan"), 2**60, "\ud800", {1, 2}])
def test_a_value_that_no_event_can_hold_counts_as_a_changed_field(value):
    events = chain_of(3)
    fields, previous, own = events[1]
    events[1] = ({**fields, "data": value}, previous, own)
    assert verify(events) == Break(2, "fields")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("gap", "event 4 is missing"),
        ("previous", "event 4 does not follow from the event before it"),
        ("fields", "event 4 was changed after it was written"),
        ("anchor", "event 4 is not the one that was anchored"),
    ],
)
def test_a_break_says_what_is_wrong(kind, sentence):
    assert str(Break(4, kind)) == sentence
