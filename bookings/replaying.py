"""Holding what a run's events tell against what the database says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bookings.models import Booking, LeadTag, Message
from workflows.core import chain, replay
from workflows.core.replay import Event, RunState
from workflows.models import AuditEvent, Delivery, Run, Timer

# A message or delivery given up may be tried again by staff; until it ends anew, its last fact is the older one.
OPEN = ("waiting", "sending")


def state_of(run_id: int) -> RunState:
    """The run's state from its events alone. Raises OutOfOrder and Impossible of workflows.core.replay."""
    rows = AuditEvent.objects.filter(run=run_id).order_by("sequence")
    columns = ("sequence", "verb", "stage", "booking", "data")
    return replay.fold(Event(*row) for row in rows.values_list(*columns).iterator())


def differences(run: Run) -> list[str]:
    """One sentence for each thing the events tell otherwise than the database; empty when they agree."""
    try:
        state = state_of(run.pk)
    except (replay.OutOfOrder, replay.Impossible) as error:
        return [f"its events cannot be folded: {error}"]
    return [
        f"{what}: {told!r} by its events, {held!r} in the database"
        for what, told, held in _compared(run, state)
        if told != held
    ]


def _compared(run: Run, state: RunState) -> Iterator[tuple[str, Any, Any]]:
    yield "state", state.state, run.state
    yield "stage", state.stage, run.stage
    if state.version is not None:
        yield "version", state.version, run.version.number
    yield "visit", state.visit, run.visit
    yield "segment", state.segment, run.carried.get("segment")
    yield "pool", state.pool, run.carried.get("pool")
    yield "current booking", state.booking, run.booking
    yield "no-shows", state.no_shows, run.carried.get("no_shows", 0)
    yield "moves", state.reschedules, run.carried.get("reschedules", 0)
    yield from _bookings(run, state)
    yield from _reminders(run, state)
    yield from _outgoing(run, state)
    yield "tags", _tags_told(run), set(LeadTag.objects.filter(lead=run.lead).values_list("tag", flat=True))


def _bookings(run: Run, state: RunState) -> Iterator[tuple[str, Any, Any]]:
    rows = {row.pk: row for row in Booking.objects.filter(enquiry__run=run.pk).select_related("pool")}
    yield "bookings", sorted(state.bookings), sorted(rows)
    for number, told in state.bookings.items():
        row = rows.get(number)
        if row is None:
            continue
        held = {
            "start": chain.instant_text(row.start_at),
            "end": chain.instant_text(row.end_at),
            "rep": row.rep_id,
            "pool": row.pool.slug,
            "revision": row.revision,
            "status": row.status,
            "outcome": row.outcome,
        }
        for name, value in held.items():
            yield f"booking {number} {name}", getattr(told, name), value


def _reminders(run: Run, state: RunState) -> Iterator[tuple[str, Any, Any]]:
    """What is told to be planned waits as a timer, or has fired and its mail is on the way."""
    waiting = {
        (timer.booking, timer.revision, _mark(timer.details))
        for timer in Timer.objects.waiting().filter(run=run.pk, purpose="reminder")
    }
    mailing = {
        (message.booking_id, message.revision, _mark(message.details))
        for message in Message.objects.filter(run=run.pk, kind=Message.Kind.REMINDER, state__in=OPEN)
    }
    given_up = {
        (message.booking_id, message.revision, _mark(message.details))
        for message in Message.objects.filter(run=run.pk, kind=Message.Kind.REMINDER, state="dead")
    }
    told = {key for key, status in state.reminders.items() if status == replay.PLANNED}
    yield "planned reminders", sorted(told - given_up), sorted(waiting | mailing)


def _mark(details: dict[str, Any]) -> str | None:
    row = details.get("row")
    return f"{details['offset']}.{row}" if row else details.get("offset")


def _outgoing(run: Run, state: RunState) -> Iterator[tuple[str, Any, Any]]:
    messages = dict(Message.objects.filter(run=run.pk).exclude(state__in=OPEN).values_list("pk", "state"))
    ended = {pk: end for pk, end in messages.items() if end != "withdrawn"}
    told = {
        pk: end
        for pk, end in state.messages.items()
        if pk in ended or (pk in messages and end == "sent")  # one given up may be withdrawn later
    }
    yield "messages", told, ended
    deliveries = dict(Delivery.objects.filter(run=run.pk).exclude(state__in=OPEN).values_list("pk", "state"))
    told = {pk: end for pk, end in state.deliveries.items() if pk in deliveries}
    recorded = set(Delivery.objects.filter(run=run.pk, is_recorded_only=True).values_list("pk", flat=True))
    yield "deliveries", told, {pk: end for pk, end in deliveries.items() if pk in told or pk not in recorded}


def _tags_told(run: Run) -> set[str]:
    """Tags belong to the lead, so all its runs have a say."""
    rows = AuditEvent.objects.filter(lead=run.lead, verb__in=("lead.tagged", "lead.untagged")).order_by("id")
    tags: set[str] = set()
    for verb, data in rows.values_list("verb", "data"):
        (tags.add if verb == "lead.tagged" else tags.discard)(data["tag"])
    return tags
