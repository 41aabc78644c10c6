"""Moving look-ups from one sink to another: at any instant exactly one of the two is asked."""

from __future__ import annotations

from datetime import datetime

from workflows.changes import Change, announce_changes
from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS
from workflows.transactions import atomically


class CannotSwitch(Exception):
    """The text is a sentence that says why, and what to do."""


@atomically
def switch_look_ups(to: Sink, *, now: datetime, actor: str) -> list[Sink]:
    """Afterwards `to` alone answers the facts `crm.*`; tells which sinks did so before. Raises CannotSwitch.

    One transaction: a lead that comes meanwhile is looked up by the old ones or by the new one, never by none.
    """
    rows = {sink.pk: sink for sink in Sink.objects.select_for_update().order_by("pk")}
    new = rows[to.pk]
    adapter = SINK_KINDS.get(new.kind)
    if adapter is None or not adapter.can_look_up:
        raise CannotSwitch(f"“{new}” cannot be asked about a lead.")
    if new.retired_at is not None or not new.is_enabled:
        raise CannotSwitch(f"“{new}” is switched off. Switch it on first.")
    before = [sink for sink in rows.values() if sink.look_up and sink.pk != new.pk]
    for sink, answers in [*((sink, False) for sink in before), (new, True)]:
        if sink.look_up == answers:
            continue
        sink.look_up = answers
        sink.save(update_fields=["look_up"])
        change = Change("look_up", not answers, answers)
        announce_changes(f"sink:{sink.slug}", [change], actor=actor, at=now)
    return before
