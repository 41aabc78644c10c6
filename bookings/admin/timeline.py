"""A lead's path for people: one sentence an event, and what it was based on folded under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.admin.names import load_names
from bookings.core import wording
from bookings.story import detail_of, icon_of, tell, tone_of
from workflows.admin.folding import folded
from workflows.models import AuditEvent, Evidence

MOST_EVENTS = 500


@dataclass(frozen=True)
class Told:
    """An event as the timeline shows it."""

    sentence: str
    icon: str
    tone: str
    at: datetime
    exact: str
    relative: str
    evidence: SafeString | str
    evidence_title: str


def told(events: Iterable[AuditEvent], now: datetime, zone: str) -> list[Told]:
    """The events in words, in the order given. Three queries for the evidence and eight for names."""
    events = without_echoes(list(events))
    names = load_names(zone)
    kept = _evidence_of(events)
    result = []
    for event in events:
        details = detail_of(event, names)
        evidence = kept.get((event.run, event.sequence))
        content = {**details, **evidence} if isinstance(evidence, dict) else details
        result.append(
            Told(
                sentence=tell(event, names),
                icon=icon_of(event.verb),
                tone=tone_of(event),
                at=event.at,
                exact=wording.moment(event.at, zone),
                relative=wording.relative(now, event.at),
                evidence=folded(content) if content else "",
                evidence_title="What it was based on" if evidence else "More",
            )
        )
    return result


def without_echoes(events: list[AuditEvent]) -> list[AuditEvent]:
    """Without the entries into stages that the sentence of the stage just left tells already."""
    left = {
        (event.run, event.sequence + 1): event.data.get("next")
        for event in events
        if event.verb == "stage.left" and isinstance(event.data, dict)
    }
    return [
        event
        for event in events
        if event.verb != "stage.entered" or left.get((event.run, event.sequence), "") != event.stage
    ]


def render(
    request: HttpRequest, heading: str, events: Iterable[AuditEvent], *, in_tab: bool = False
) -> SafeString:
    zone = timezone.get_current_timezone_name()
    shown = list(events)
    context = {
        "heading": heading,
        "told": told(shown, timezone.now(), zone),
        "in_tab": in_tab,
        "is_cut": len(shown) == MOST_EVENTS,
    }
    return render_to_string("admin/ordinus/timeline.html", context, request)


def _evidence_of(events: list[AuditEvent]) -> dict[tuple[int, int], object]:
    places = {(event.run, event.sequence) for event in events if event.evidence_hash}
    if not places:
        return {}
    runs = {run for run, _ in places}
    rows = Evidence.objects.filter(run__in=runs).values_list("run", "sequence", "content")
    return {(run, sequence): content for run, sequence, content in rows if (run, sequence) in places}
