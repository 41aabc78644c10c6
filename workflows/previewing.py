"""What a sink would be told of a lead, before it is told: the same bytes, nothing written, nothing sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import bodies
from workflows.enqueuing import told_as
from workflows.models import AuditEvent, Delivery, Run, Sink

RECENT = 20
LOOKED_AT = 400


@dataclass(frozen=True)
class Preview:
    """A fact of a run, and the body that a delivery of it would have now."""

    event: AuditEvent
    verb: str
    body: Mapping[str, Any]


def recent_runs(sink: Sink) -> list[Run]:
    """Runs of which something happened lately that the sink takes, the newest first; simulated ones last."""
    events = AuditEvent.objects.filter(run__gt=0).order_by("-pk").values_list("run", "verb", "data")
    numbers: dict[int, None] = {}
    for run, verb, data in events[:LOOKED_AT]:
        if sink.takes(told_as(verb, data)) or not sink.events:
            numbers.setdefault(run)
    runs = Run.objects.in_bulk(list(numbers)[: RECENT * 2])
    found = [runs[number] for number in numbers if number in runs]
    return sorted(found, key=lambda run: run.is_synthetic)[:RECENT]


def preview(sink: Sink, run: Run, mapped: Mapping[str, Any]) -> Preview | None:
    """What would be sent of the run's newest fact that the sink takes, under this mapping; None without one."""
    for event in AuditEvent.objects.filter(run=run.pk).order_by("-sequence"):
        verb = told_as(event.verb, event.data)
        if sink.takes(verb) or not sink.events:
            break
    else:
        return None
    trial = Sink(pk=sink.pk, slug=sink.slug, kind=sink.kind, mapping=dict(mapped), events=sink.events)
    delivery = Delivery(
        sink=trial, run=run.pk, lead=event.lead, booking=event.booking, verb=verb, sequence=event.sequence,
        event=event.pk, at=event.at,
    )  # fmt: skip
    return Preview(event, verb, bodies.body_of(delivery, run))
