"""The facts of a run as they were when something happened, from its events and their evidence alone."""

from __future__ import annotations

from typing import Any

from workflows.core import replay
from workflows.core.replay import Event
from workflows.models import AuditEvent, Delivery, Evidence
from workflows.registry import PAST_FACTS

QUALIFIED = "qualification.evaluated"


def facts_at(delivery: Delivery) -> dict[str, Any]:
    """What is known to have been otherwise than now when the fact of `delivery` happened.

    What a qualification was based on lies in its evidence; where the run stood follows from its events.
    """
    rows = AuditEvent.objects.filter(run=delivery.run or 0, sequence__lte=delivery.sequence).order_by(
        "sequence"
    )
    columns = ("sequence", "verb", "stage", "booking", "data")
    state = replay.fold(Event(*row) for row in rows.values_list(*columns))
    facts: dict[str, Any] = {
        "segment": state.segment,
        "pool": state.pool,
        "no_shows": state.no_shows,
        "reschedules": state.reschedules,
        "outcome": None,
    }
    number = delivery.booking or state.booking
    if number in state.bookings:
        facts["outcome"] = state.bookings[number].outcome or None
    for source in PAST_FACTS:
        facts.update(source(state, number))
    return _qualified_by(delivery) | facts


def _qualified_by(delivery: Delivery) -> dict[str, Any]:
    """The facts that the last qualification before it was based on; none when that evidence is gone."""
    qualified = AuditEvent.objects.filter(
        run=delivery.run or 0, sequence__lte=delivery.sequence, verb=QUALIFIED
    ).order_by("-sequence")
    sequence = qualified.values_list("sequence", flat=True).first()
    kept = Evidence.objects.filter(run=delivery.run or 0, sequence=sequence).first() if sequence else None
    return dict(kept.content.get("facts") or {}) if kept else {}
