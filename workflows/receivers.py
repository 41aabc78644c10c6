"""The only signal handlers: a fact becomes an AuditEvent, its evidence, roll-ups, and a delivery for each sink."""

from __future__ import annotations

import secrets
from typing import Any

from workflows import registry
from workflows.core import chain
from workflows.enqueuing import enqueue
from workflows.models import AuditEvent, ChainHead, Evidence
from workflows.signals import Fact, fact
from workflows.transactions import at_the_end

SALT_BYTES = 16


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
    at_the_end(enqueue, event)


def connect() -> None:
    fact.connect(record, dispatch_uid="workflows.record")
