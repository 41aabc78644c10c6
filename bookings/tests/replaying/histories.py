"""Histories written down by hand: one file a path of the example workflow, events above, what they come to below.

A line is a verb, the stage or ``-``, and the data as ``name=value``, nested as ``before.rep=1``; ``booking`` is the
event's own. A line that begins with ``=`` says what must hold in the end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflows.core.replay import Event, RunState

FOLDER = Path(__file__).parent / "histories"
WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class History:
    name: str
    events: tuple[Event, ...]
    expected: dict[str, str]


def read_all() -> list[History]:
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> History:
    events: list[Event] = []
    expected: dict[str, str] = {}
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("="):
            name, _, value = line[1:].strip().partition(" ")
            expected[name] = value
        else:
            events.append(_event(len(events) + 1, line))
    return History(path.stem, tuple(events), expected)


def _event(sequence: int, line: str) -> Event:
    verb, stage, *pairs = line.split()
    data: dict[str, Any] = {}
    for name, _, text in (pair.partition("=") for pair in pairs):
        group, _, part = name.rpartition(".")
        (data.setdefault(group, {}) if group else data)[part] = _value(text)
    booking = data.pop("booking", None)
    return Event(sequence, verb, None if stage == "-" else stage, booking, data)


def _value(text: str) -> Any:
    return WORDS[text] if text in WORDS else int(text) if text.isdecimal() else text


def told(state: RunState, name: str) -> str:
    """What a state says of something that a history names, as the history writes it."""
    if name.startswith("bookings."):
        _, number, part = name.split(".")
        return str(getattr(state.bookings[int(number)], part))
    value = getattr(state, name)
    if name == "tags":
        return " ".join(sorted(tag for tag, is_on in value.items() if is_on)) or "none"
    if isinstance(value, dict):
        return " ".join(f"{status}={number}" for status, number in Counter(value.values()).items())
    return "none" if value is None else str(value)
