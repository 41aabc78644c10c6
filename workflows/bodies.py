"""What a sink is told: the body of a delivery, the same for every kind of sink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows import anchoring, pasts
from workflows.core import chain, mapping
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
    rows = mapping.rows_of(mapping_of(delivery.sink))
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
            "fields": {theirs: _plain(value) for theirs, value in mapping.fill(rows, facts).items()},
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


def personal_fields(body: Mapping[str, Any], mapped: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields and facts of a body that tell something about a person, by their names."""
    rows = {row.theirs: row for row in mapping.rows_of(mapped)}
    told = {name: value for name, value in body["data"]["fields"].items() if _is_personal(rows.get(name))}
    facts = body.get("facts") or {}
    return told | {name: value for name, value in facts.items() if name.startswith(PERSONAL)}


def _is_personal(row: mapping.Row | None) -> bool:
    """A field that the mapping no longer names may be; one that is always the same is not."""
    return row is None or (row.fact or "").startswith(PERSONAL)


def _plain(value: Any) -> Any:
    """The value as JSON that both databases keep; what is none, such as a number beyond 2**53, as text."""
    try:
        return chain.normalise(value)
    except (TypeError, ValueError):
        return str(value).encode("utf-8", "replace").decode().replace("\x00", "")
