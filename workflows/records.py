"""The records on the other side that belong to our leads, runs and bookings: read before an attempt, kept after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflows.models import Delivery, Sink, SinkRecord
from workflows.sinks.base import SINK_KINDS, Links


def links_of(
    sink: Sink, *, lead: int | None = None, run: int | None = None, booking: int | None = None
) -> Links:
    """What is known of their records about these objects, by role."""
    numbers = {"lead": lead, "run": run, "booking": booking}
    known: dict[str, str] = {}
    for role, subject in _roles(sink).items():
        number = numbers[subject]
        if number is None:
            continue
        row = SinkRecord.objects.filter(sink=sink, subject=subject, number=number, role=role).first()
        if row is not None:
            known[role] = row.external_id
    return Links(known)


def links_for(delivery: Delivery) -> Links:
    """What is known of their records about a delivery's lead, run and booking."""
    return links_of(delivery.sink, lead=delivery.lead, run=delivery.run, booking=delivery.booking)


def keep(delivery: Delivery, kept: Mapping[str, str]) -> None:
    """Afterwards the records that an attempt came upon are known; an empty id forgets one.

    Roles that the adapter does not declare, and those of objects that the delivery has not, are passed over.
    """
    roles = _roles(delivery.sink)
    numbers = {"lead": delivery.lead, "run": delivery.run, "booking": delivery.booking}
    for role, theirs in kept.items():
        subject = roles.get(role)
        number = numbers.get(subject or "")
        if not subject or not number:
            continue
        place: dict[str, Any] = {"sink": delivery.sink, "subject": subject, "number": number, "role": role}
        if theirs:
            values = {"external_id": theirs[:200], "lead": delivery.lead}
            SinkRecord.objects.update_or_create(**place, defaults=values)
        else:
            SinkRecord.objects.filter(**place).delete()


def forget(leads: Iterable[int]) -> int:
    """Afterwards no record of these leads is known anywhere; tells how many were."""
    return SinkRecord.objects.filter(lead__in=list(leads)).delete()[0]


def _roles(sink: Sink) -> Mapping[str, str]:
    adapter = SINK_KINDS.get(sink.kind)
    return adapter.records if adapter else {}
