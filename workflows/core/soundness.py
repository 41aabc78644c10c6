"""Whether what is kept of one run fits together: its events, the evidence they name, its head, its anchored heads."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.core import chain, stored
from workflows.core.stored import Trace

BREAKS = {
    **chain.BREAKS,
    "evidence": "the evidence of event {sequence} is not what it was based on",
    "head": "event {sequence} is not the newest that was noted",
    "no_head": "the note of its newest event is missing",
    "no_anchor": "the anchor that covers event {sequence} is missing",
    "no_events": "all of its events are missing",
}

Place = tuple[int, str]
"""A sequence number, and one of BREAKS."""


def first_break(trace: Trace) -> Place | None:
    """The first place where the run's chain does not hold, or what its head and anchors know beyond its events."""
    anchored: dict[int, str] = {}
    for sequence, hash_ in trace.leaves:
        if anchored.setdefault(sequence, hash_) != hash_:
            return (sequence, "anchor")
    return _in_events(trace, anchored) or _beyond(trace, anchored)


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
