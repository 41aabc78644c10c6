"""Every path of the example workflow replays to what it came to, and an altered history does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bookings.tests.organisation import STAGES
from bookings.tests.replaying.histories import History, read_all, told
from workflows.core.replay import STEPS, Event, Impossible, OutOfOrder, fold

HISTORIES = read_all()
each_history = pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)

CARRIED = {
    "segment", "pool", "start", "end", "rep", "revision", "outcome", "offset", "tag", "visit", "next", "message",
    "delivery", "kind",
}  # fmt: skip
"""Data that the state is folded from."""

UNSEEN = {
    ("stage.entered", "kind"), ("message.sent", "kind"), ("message.failed", "kind"), ("run.completed", "end"),
    ("outcome.withdrawn", "outcome"), ("stage.left", "outcome"), ("reminder.sent", "message"),
    ("routing.decided", "outcome"),
}  # fmt: skip
"""Data of that name which tell nothing that the state holds, or what another event of the same step tells too."""


def state_of(events: Sequence[Event]) -> Any:
    """The folded state, or None where the events cannot have happened."""
    try:
        return fold(events)
    except (OutOfOrder, Impossible):
        return None


def renumbered(events: Sequence[Event]) -> list[Event]:
    return [replace(event, sequence=place) for place, event in enumerate(events, 1)]


@each_history
def test_it_comes_to_what_is_written(history: History) -> None:
    state = fold(history.events)
    assert {name: told(state, name) for name in history.expected} == history.expected


def branches_of(stages: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for stage in stages:
        for outcome, target in stage.get("branches", {}).items():
            for way in target if isinstance(target, list) else [{"to": target}]:
                yield stage["name"], outcome, way["to"]


def test_together_they_take_every_branch_of_the_example_workflow_and_no_other() -> None:
    taken = {
        (event.stage, event.data["outcome"], event.data["next"])
        for history in HISTORIES
        for event in history.events
        if event.verb == "stage.left" and event.data["outcome"] != "reversed"
    }
    assert taken == set(branches_of(STAGES))


def test_together_they_tell_of_everything_that_changes_a_state() -> None:
    told_of = {event.verb for history in HISTORIES for event in history.events}
    assert set(STEPS) - told_of == set()


@each_history
def test_without_any_one_of_its_events_it_does_not_replay(history: History) -> None:
    for place in range(len(history.events)):
        shorter = (*history.events[:place], *history.events[place + 1 :])
        is_last = place == len(history.events) - 1
        assert state_of(shorter) is None or is_last


@each_history
def test_an_event_left_out_and_the_rest_renumbered_comes_to_something_else(history: History) -> None:
    whole = fold(history.events)
    unnoticed = [
        event.verb
        for place, event in enumerate(history.events)
        if event.verb in STEPS
        and not is_repeated(history, place)
        and state_of(renumbered((*history.events[:place], *history.events[place + 1 :]))) == whole
    ]
    assert unnoticed == []


def is_repeated(history: History, place: int) -> bool:
    """Whether later events write over all that this one wrote: the state at the end is theirs alone."""
    event, later = history.events[place], history.events[place + 1 :]
    if event.verb.startswith(("stage.", "run.")) and any(each.data.get("returned") for each in later):
        return event.data.get("visit", 99) > min(
            each.data["visit"] for each in later if "returned" in each.data
        )
    if event.verb.startswith("reminder."):
        return any(each.verb.startswith("reminder.") and key_of(each) == key_of(event) for each in later)
    if event.verb in ("routing.decided", "booking.restored", "booking.cancelled", "outcome.withdrawn",
                      "outcome.recorded", "lead.untagged"):  # fmt: skip
        return True
    return event.verb == "no_show.reversed"


def key_of(event: Event) -> tuple[Any, ...]:
    return event.booking, event.data.get("revision"), event.data.get("offset")


@each_history
def test_two_events_that_changed_places_do_not_replay(history: History) -> None:
    for place in range(len(history.events) - 1):
        swapped = list(history.events)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        assert state_of(swapped) is None


@each_history
def test_any_change_of_what_a_state_is_folded_from_shows(history: History) -> None:
    whole = fold(history.events)
    unnoticed = []
    for place, event in enumerate(history.events):
        if event.verb not in STEPS or is_repeated(history, place):
            continue
        for name in sorted(CARRIED & event.data.keys()):
            if (event.verb, name) in UNSEEN:
                continue
            value = event.data[name]
            changed = {**event.data, name: value + 1 if isinstance(value, int) else f"{value}-altered"}
            altered = [*history.events[:place], replace(event, data=changed), *history.events[place + 1 :]]
            if state_of(altered) == whole:
                unnoticed.append((event.verb, name))
    assert unnoticed == []
