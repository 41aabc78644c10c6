"""What stands behind a sentence: an event's longer data with names for numbers, slugs and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bookings.story.words import Event, Names, moment, said


def detail_of(event: Event, names: Names) -> dict[str, Any]:
    """The parts of the data that a sentence cannot hold: lists and what is nested. Empty when there are none."""
    data = event.data if isinstance(event.data, Mapping) else {}
    return {
        _title(key): _in_words(key, value, names)
        for key, value in data.items()
        if isinstance(value, list | dict) and value
    }


def _title(key: str) -> str:
    words = said(key.replace(".", " "))
    return words[:1].upper() + words[1:]


def _in_words(key: str, value: Any, names: Names) -> Any:
    if isinstance(value, Mapping):
        return {_title(name): _in_words(name, item, names) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_in_words(key, item, names) for item in value]
    known = _KNOWN.get(key)
    if known is not None and value in (names_by := known(names)):
        return names_by[value]
    if isinstance(value, str):
        return moment(value, names.zone) or (said(value) if key in _CODES else value)
    if isinstance(value, float):
        return round(value, 3)
    return value


_KNOWN: dict[str, Any] = {
    "rep": lambda names: names.reps,
    "winner": lambda names: names.reps,
    "owner": lambda names: names.reps,
    "pool": lambda names: names.pools,
    "segment": lambda names: names.segments,
    "template": lambda names: names.templates,
    "sink": lambda names: names.sinks,
}
_CODES = frozenset({"code", "reason", "outcome", "manner", "kind", "signal", "party", "source", "state"})
