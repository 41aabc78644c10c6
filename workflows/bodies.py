"""What a sink is told: the body of a delivery, the same for every kind of sink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.core import chain
from workflows.models import AuditEvent, Delivery, Run
from workflows.registry import DELIVERY_FACTS, facts_of

PERSONAL = ("answers.", "lead.", "enrichment.", "crm.", "utm.", "rep.")


def body_of(delivery: Delivery, run: Run | None) -> dict[str, Any]:
    """The fact with the fields of the sink's mapping, as they are now; facts that are missing are null.

    It reads back from either database as the same canonical JSON.
    """
    event = AuditEvent.objects.get(run=delivery.run or 0, sequence=delivery.sequence)
    facts = facts_about(delivery, run)
    return {
        "type": delivery.verb,
        "timestamp": chain.instant_text(delivery.at),
        "data": {
            "run": delivery.run,
            "lead": delivery.lead,
            "booking": delivery.booking,
            "sequence": delivery.sequence,
            "event": event.data,
            "fields": {theirs: _plain(facts.get(ours)) for theirs, ours in delivery.sink.mapping.items()},
        },
    }


def facts_about(delivery: Delivery, run: Run | None) -> dict[str, Any]:
    """All facts about a delivery's run, and those about the delivery itself, such as its booking's."""
    facts: dict[str, Any] = {}
    for source in DELIVERY_FACTS:
        facts.update(source(delivery))
    return facts | facts_of(run) if run else facts


def personal_fields(body: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Those fields of a body that come from facts about a person."""
    fields = body["data"]["fields"]
    return {
        theirs: value for theirs, value in fields.items() if mapping.get(theirs, "lead.").startswith(PERSONAL)
    }


def _plain(value: Any) -> Any:
    """The value as JSON that both databases keep; what is none, such as a number beyond 2**53, as text."""
    try:
        return chain.normalise(value)
    except (TypeError, ValueError):
        return str(value).encode("utf-8", "replace").decode().replace("\x00", "")
