"""The only signal handlers: a fact becomes an AuditEvent, its evidence, roll-ups, and a delivery for each sink."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from workflows import registry
from workflows.core import chain
from workflows.enqueuing import enqueue
from workflows.models import AuditEvent, ChainHead, Evidence
from workflows.signals import Fact, fact
from workflows.transactions import at_the_end, in_mind, keep_in_mind

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
    """Append the fact to its run's chain. The chain head's lock makes one writer at a time.

    The event gets its place and hash now and is written with all others of the step at its end; evidence, which
    a step may have to erase again, is there at once.
    """
    sequence, previous = in_mind((ChainHead, fact.run)) or _locked_head(fact.run)
    salt = secrets.token_hex(SALT_BYTES) if fact.evidence is not None else ""
    content = chain.normalise(fact.evidence) if fact.evidence is not None else None
    event = AuditEvent(
        run=fact.run,
        sequence=sequence + 1,
        verb=fact.verb,
        at=fact.at,
        actor=fact.actor,
        lead=fact.lead,
        booking=fact.booking,
        workflow_version=fact.version,
        stage=fact.stage,
        data=chain.normalise(fact.data),
        evidence_hash=chain.evidence_hash(salt, content) if salt else "",
        previous=previous,
    )
    event.hash = chain.event_hash(hashed_fields(event), previous)
    if salt:
        Evidence.objects.create(
            run=fact.run, sequence=event.sequence, lead=fact.lead, salt=salt, content=content
        )
    keep_in_mind((ChainHead, fact.run), (event.sequence, event.hash))
    at_the_end(write, event)


def _locked_head(run: int) -> tuple[int, str]:
    """Where the run's chain ends, which nobody else moves until the transaction ends."""
    head, _ = ChainHead.objects.select_for_update().get_or_create(run=run, defaults={"hash": chain.GENESIS})
    return head.sequence, head.hash


def write(events: Sequence[AuditEvent]) -> None:
    """Events that have their places, written in one statement, and what follows from them.

    The head of each run told of stands at its last event afterwards.
    """
    written = AuditEvent.objects.bulk_create(events)
    for run, last in {event.run: event for event in written}.items():
        ChainHead.objects.filter(run=run).update(sequence=last.sequence, hash=last.hash)
    for keep in registry.ROLL_UPS:
        keep(written)
    enqueue(written)


def connect() -> None:
    fact.connect(record, dispatch_uid="workflows.record")
