"""Facts on their way out: one delivery for each fact and each sink that takes it, in the facts' transaction.

The guest who presses a button waits for this, so it does not grow with facts and sinks as far as that can be had:
all facts of a step are told at its end, the sinks are read once, and the rows are copied inside the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from workflows.models import AuditEvent, Delivery, Run, Sink

PUSHED = "event.pushed"
ABOUT_DELIVERIES = "delivery."
MOST_ROWS = 300
"""In one statement, with three parameters each: SQLite takes 999 in its older versions."""

COPY = f"""
WITH told (event, sink, verb) AS (VALUES {{rows}})
INSERT INTO {Delivery._meta.db_table} (
    key, sink_id, run, lead, booking, verb, sequence, event, at, due_at, created_at,
    state, attempt, reason, is_recorded_only
)
SELECT
    sink.slug || ':' || fact.run || ':' || fact.sequence, sink.id, fact.run, fact.lead, fact.booking,
    told.verb, fact.sequence, fact.id, fact.at, fact.at, fact.at,
    '{Delivery.State.WAITING}', 0, '', COALESCE(run.is_synthetic, false)
FROM told
JOIN {AuditEvent._meta.db_table} fact ON fact.id = told.event
JOIN {Sink._meta.db_table} sink ON sink.id = told.sink
LEFT JOIN {Run._meta.db_table} run ON run.id = fact.run
ORDER BY fact.id, sink.id
"""


def told_as(verb: str, data: Mapping[str, Any]) -> str:
    """What a fact is called towards sinks: an event that an action pushes goes by its own name."""
    return str(data["event"]) if verb == PUSHED else verb


def told_to(event: AuditEvent, sinks: Sequence[Sink]) -> list[Sink]:
    """Those of `sinks` that take the fact; some take all pushed events, whatever their names.

    What happened to a delivery that itself told of a delivery is told to nobody, or it would never end.
    """
    if event.verb.startswith(ABOUT_DELIVERIES) and event.data["verb"].startswith(ABOUT_DELIVERIES):
        return []
    names = {event.verb, told_as(event.verb, event.data)}
    return [sink for sink in sinks if any(sink.takes(name) for name in names)]


def key_of(sink: Sink, event: AuditEvent) -> str:
    """The name of the effect that a fact has at a sink, however it comes there; `COPY` writes the same."""
    return f"{sink.slug}:{event.run}:{event.sequence}"


def enqueue(events: Sequence[AuditEvent]) -> None:
    """Afterwards each of the facts waits for each sink that takes it."""
    sinks = list(Sink.objects.in_use())
    rows = [
        (event.pk, sink.pk, told_as(event.verb, event.data))
        for event in events
        for sink in told_to(event, sinks)
    ]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), MOST_ROWS):
            some = rows[start : start + MOST_ROWS]
            places = ", ".join(["(%s, %s, %s)"] * len(some))
            cursor.execute(COPY.format(rows=places), [value for row in some for value in row])
