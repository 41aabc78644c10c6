"""The only signal handlers: a fact becomes an AuditEvent, its evidence, roll-ups, and a delivery for each sink."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from workflows import registry
from workflows.core import chain
from workflows.models import AuditEvent, ChainHead, Delivery, Evidence, Run, Sink
from workflows.signals import Fact, fact

SALT_BYTES = 16
PUSHED = "event.pushed"
ABOUT_DELIVERIES = "delivery."


def hashed_fields(event: AuditEvent) -> dict[str, Any]:
    """The stored fields an event's hash covers, in the form that is hashed."""
    return {
        "run": event.run,
        "sequence": event.sequence,
        "verb": event.verb,
        "at": chain.normalise(event.at),
        "actor": event.actor,
        "lead": event.lead,
        "booking": event.booking,
        "workflow_version": event.workflow_version,
        "stage": event.stage,
        "data": event.data,
        "evidence": event.evidence_hash,
    }


def record(sender: object, fact: Fact, **kwargs: object) -> None:
    """Append the fact to its run's chain. The chain head's lock makes one writer at a time."""
    head, _ = ChainHead.objects.select_for_update().get_or_create(
        run=fact.run, defaults={"hash": chain.GENESIS}
    )
    salt = secrets.token_hex(SALT_BYTES) if fact.evidence is not None else ""
    content = chain.normalise(fact.evidence) if fact.evidence is not None else None
    event = AuditEvent(
        run=fact.run,
        sequence=head.sequence + 1,
        verb=fact.verb,
        at=fact.at,
        actor=fact.actor,
        lead=fact.lead,
        booking=fact.booking,
        workflow_version=fact.version,
        stage=fact.stage,
        data=chain.normalise(fact.data),
        evidence_hash=chain.evidence_hash(salt, content) if salt else "",
        previous=head.hash,
    )
    event.hash = chain.event_hash(hashed_fields(event), head.hash)
    event.save(force_insert=True)
    if salt:
        Evidence.objects.create(
            run=fact.run, sequence=event.sequence, lead=fact.lead, salt=salt, content=content
        )
    ChainHead.objects.filter(run=fact.run).update(sequence=event.sequence, hash=event.hash)
    for keep in registry.ROLL_UPS:
        keep(event)
    enqueue(event)


def told_as(verb: str, data: Mapping[str, Any]) -> str:
    """What a fact is called towards sinks: an event that an action pushes goes by its own name."""
    return str(data["event"]) if verb == PUSHED else verb


def sinks_told(event: AuditEvent) -> tuple[str, list[Sink]]:
    """What a fact is called towards sinks, and those that take it.

    An event that an action pushes goes by its own name, also to sinks that take all pushed events. What
    happened to a delivery that itself told of a delivery is told to nobody, or it would never end.
    """
    name = told_as(event.verb, event.data)
    if event.verb == PUSHED:
        taking = Sink.objects.taking(name)
        return name, taking + [sink for sink in Sink.objects.taking(PUSHED) if sink not in taking]
    if event.verb.startswith(ABOUT_DELIVERIES) and event.data["verb"].startswith(ABOUT_DELIVERIES):
        return event.verb, []
    return event.verb, Sink.objects.taking(event.verb)


def key_of(sink: Sink, event: AuditEvent) -> str:
    """The name of the effect that a fact has at a sink, however it comes there."""
    return f"{sink.slug}:{event.run}:{event.sequence}"


def enqueue(event: AuditEvent) -> None:
    """One delivery for each sink that takes the fact, in the transaction of the fact."""
    verb, sinks = sinks_told(event)
    if not sinks:
        return
    synthetic = bool(event.run) and Run.objects.filter(pk=event.run, is_synthetic=True).exists()
    Delivery.objects.bulk_create(
        Delivery(
            key=key_of(sink, event),
            sink=sink,
            run=event.run,
            lead=event.lead,
            booking=event.booking,
            verb=verb,
            sequence=event.sequence,
            event=event.pk,
            at=event.at,
            due_at=event.at,
            created_at=event.at,
            is_recorded_only=synthetic,
        )
        for sink in sinks
    )


def connect() -> None:
    fact.connect(record, dispatch_uid="workflows.record")
