"""What a sink is told: the body of a delivery, the same for every kind of sink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows import anchoring, pasts
from workflows.core import chain
from workflows.models import Anchor, AuditEvent, Delivery, Run
from workflows.registry import DELIVERY_FACTS, facts_of
from workflows.sinks.base import mapping_of, needs_of

PERSONAL = ("answers.", "lead.", "enrichment.", "crm.", "utm.", "rep.")


def body_of(delivery: Delivery, run: Run | None) -> dict[str, Any]:
    """The fact with the fields of the sink's mapping, as they are now; facts that are missing are null.

    For adapters that need some, facts stand beside it. It reads back from either database as the same
    canonical JSON.
    """
    facts = facts_about(delivery, run)
    needs = needs_of(delivery.sink)
    body = {
        "type": delivery.verb,
        "timestamp": chain.instant_text(delivery.at),
        "data": {
            "run": delivery.run,
            "lead": delivery.lead,
            "booking": delivery.booking,
            "sequence": delivery.sequence,
            "event": _event_of(delivery),
            "fields": {theirs: _plain(facts.get(ours)) for theirs, ours in mapping_of(delivery.sink).items()},
        },
    }
    return body | {"facts": {name: _plain(facts.get(name)) for name in needs}} if needs else body


def _event_of(delivery: Delivery) -> dict[str, Any]:
    if delivery.verb == anchoring.ANCHORED:
        return anchoring.record(Anchor.objects.get(number=delivery.sequence))
    data: dict[str, Any] = AuditEvent.objects.get(run=delivery.run or 0, sequence=delivery.sequence).data
    return data


def facts_about(delivery: Delivery, run: Run | None) -> dict[str, Any]:
    """All facts about a delivery's run, and those about the delivery itself, such as its booking's."""
    facts: dict[str, Any] = {}
    for source in DELIVERY_FACTS:
        facts.update(source(delivery))
    if run is None:
        return facts
    facts |= facts_of(run)
    return facts | pasts.facts_at(delivery) if delivery.backfill_id else facts


def personal_fields(body: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Those fields and facts of a body that tell something about a person, by their names."""
    fields = body["data"]["fields"]
    told = {
        theirs: value for theirs, value in fields.items() if mapping.get(theirs, "lead.").startswith(PERSONAL)
    }
    facts = body.get("facts") or {}
    return told | {name: value for name, value in facts.items() if name.startswith(PERSONAL)}


def _plain(value: Any) -> Any:
    """The value as JSON that both databases keep; what is none, such as a number beyond 2**53, as text."""
    try:
        return chain.normalise(value)
    except (TypeError, ValueError):
        return str(value).encode("utf-8", "replace").decode().replace("\x00", "")
