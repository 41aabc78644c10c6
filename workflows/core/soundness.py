"""Whether what is kept of one run fits together: its events, the evidence they name, its head, its anchored heads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workflows.core import chain, stored
from workflows.core.stored import Trace

BREAKS = {
    **chain.BREAKS,
    "evidence": "the evidence of event {sequence} is not what it was based on",
    "head": "event {sequence} is not the newest that was noted",
    "no_head": "the note of its newest event is missing",
    "no_anchor": "the anchor that covers event {sequence} is missing",
    "no_events": "all of its events are missing",
    "no_evidence": "the evidence of event {sequence} is missing, and nothing tells that it was erased",
    "no_run": "the run is gone, though its events are kept",
}

ERASES_ALL, ERASES_SOME = "lead.erased", "evidence.erased"
"""Facts after which evidence may be gone: all of the run's up to there, or that of the events it names."""

Place = tuple[int, str]
"""A sequence number, and one of BREAKS."""


def first_break(trace: Trace) -> Place | None:
    """The first place where the run's chain does not hold, or what its head and anchors know beyond its events."""
    anchored: dict[int, str] = {}
    for sequence, hash_ in trace.leaves:
        if anchored.setdefault(sequence, hash_) != hash_:
            return (sequence, "anchor")
    return _in_events(trace, anchored) or _beyond(trace, anchored)


def missing_evidence(trace: Trace) -> set[int]:
    """Sequences of events of a sound chain whose evidence is neither there nor told to be erased.

    Asked of every run, so nearly always a comparison of two sets of numbers.
    """
    missing = {event[1] for event in trace.events if event[10]} - trace.evidence.keys()
    return missing - erased(trace.events) if missing else missing


def erased(events: Iterable[tuple[Any, ...]]) -> set[int]:
    """Sequences of a run's events whose evidence was let go of, as its later events tell.

    `events` begin with the columns of `StoredEvent`, in the order of their sequences.
    """
    gone: set[int] = set()
    for event in events:
        if event[2] == ERASES_ALL:
            gone.update(range(1, event[1]))
        elif event[2] == ERASES_SOME:
            gone.update(number for number in _named(event[9]) if number < event[1])
    return gone


def _named(data: str) -> list[int]:
    found = json.loads(data).get("sequences") or []
    return [number for number in found if isinstance(number, int)]


def _in_events(trace: Trace, anchored: Mapping[int, str]) -> Place | None:
    """Events are millions: what is asked of each stands in one loop, over plain columns."""
    evidence, newest = trace.evidence, chain.GENESIS
    for place, event in enumerate(trace.events, 1):
        own = event[-1]
        if event[1] != place:
            return (place, "gap")
        if event[-2] != newest:
            return (place, "previous")
        try:
            if stored.event_hash(event) != own:
                return (place, "fields")
        except (ValueError, TypeError, RecursionError):
            return (place, "fields")
        if place in anchored and anchored[place] != own:
            return (place, "anchor")
        if place in evidence and not _evidence_fits(evidence[place], event[-3]):
            return (place, "evidence")
        newest = own
    return None


def _evidence_fits(kept: tuple[str, str], bound: str) -> bool:
    """Evidence that was erased is not asked about: what is left binds nobody."""
    try:
        return stored.evidence_hash(*kept) == bound
    except (ValueError, TypeError, RecursionError):
        return False


def _beyond(trace: Trace, anchored: Mapping[int, str]) -> Place | None:
    last = len(trace.events)
    noted, hash_, sealed = trace.head or (0, "", 0)
    if max([noted, *anchored]) > last:
        return (last + 1, "gap" if last else "no_events")
    if trace.head is None:
        return None
    if sealed and sealed not in anchored:
        return (sealed, "no_anchor")
    if noted == last and hash_ != (trace.events[-1][-1] if last else chain.GENESIS):
        return (last, "head")
    return None
