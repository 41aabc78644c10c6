"""Folding a run's events into the state they left behind: where it stands, what it holds, what is planned.

Pure: events in, state out, nothing read from tables. What the database says is held against it elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

ACTIVE, COMPLETED, SUPERSEDED, FAILED = "active", "completed", "superseded", "failed"
CONFIRMED, CANCELLED, ATTENDED, NO_SHOW = "confirmed", "cancelled", "attended", "no_show"
PLANNED, SENT, SKIPPED, WITHDRAWN = "planned", "sent", "skipped", "withdrawn"


class OutOfOrder(ValueError):
    """The events given are not one run's, in sequence."""


class Impossible(ValueError):
    """An event tells of a step that could not follow from those before it."""


@dataclass(frozen=True)
class Event:
    """One audit event as replay needs it."""

    sequence: int
    verb: str
    stage: str | None
    booking: int | None
    data: Mapping[str, Any]


@dataclass
class BookingState:
    """A booking as its events tell it; instants as ISO text."""

    start: str = ""
    end: str = ""
    rep: int = 0
    pool: str = ""
    revision: int = 0
    status: str = CONFIRMED
    outcome: str = ""


@dataclass
class RunState:
    """A run as its events tell it; `version` is the number of the one that it was moved to, if it was.

    Reminders are keyed by booking, revision and offset. Where rows of one plan have
    the same offset, the second and later ones are numbered: ``1d.2``.
    """

    state: str = ACTIVE
    stage: str = ""
    visit: int = 0
    kind: str = ""
    version: int | None = None
    next: str | None = None
    segment: str | None = None
    pool: str | None = None
    booking: int | None = None
    no_shows: int = 0
    reschedules: int = 0
    bookings: dict[int, BookingState] = field(default_factory=dict)
    reminders: dict[tuple[int, int, str], str] = field(default_factory=dict)
    tags: dict[str, bool] = field(default_factory=dict)
    messages: dict[int, str] = field(default_factory=dict)
    deliveries: dict[int, str] = field(default_factory=dict)
    before_leaving: dict[int, dict[str, Any]] = field(default_factory=dict)


# What an undo brings back: the run's own place and facts, not what happened to bookings in between.
RETURNING = ("segment", "pool", "booking", "no_shows", "reschedules")


def fold(events: Iterable[Event]) -> RunState:
    """The state after the last event.

    Raises OutOfOrder unless sequences count up from 1 without a gap, Impossible where a stage is left or entered that
    the run did not stand before, or something happens to a booking that was never made.
    """
    state = RunState()
    for expected, event in enumerate(events, 1):
        if event.sequence != expected:
            raise OutOfOrder(f"event {event.sequence} stands where {expected} should be")
        step = STEPS.get(event.verb)
        if step is None:
            continue
        try:
            step(state, event)
        except KeyError as error:
            raise Impossible(f"event {event.sequence}, {event.verb}, lacks {error} before it") from error
    return state


def _entered(state: RunState, event: Event) -> None:
    if not event.data.get("returned"):
        if event.data["visit"] != state.visit + 1:
            raise Impossible(
                f"event {event.sequence} enters a stage as number {event.data['visit']}, not the next"
            )
        if state.visit and state.next != event.stage:
            raise Impossible(
                f"event {event.sequence} enters “{event.stage}”, and the way led to “{state.next}”"
            )
    state.next = None
    state.stage, state.visit, state.kind = event.stage or "", event.data["visit"], event.data["kind"]
    if event.data.get("returned"):
        state.state = ACTIVE
        for name, value in state.before_leaving.get(state.visit, {}).items():
            setattr(state, name, value)


def _left(state: RunState, event: Event) -> None:
    if event.stage != state.stage or state.next is not None:
        raise Impossible(f"event {event.sequence} leaves “{event.stage}”, where the run was not")
    state.next = event.data["next"]
    state.before_leaving[state.visit] = {name: deepcopy(getattr(state, name)) for name in RETURNING}
    if state.kind != "meeting" or state.booking is None:
        return
    outcome = event.data["outcome"]
    booking = state.bookings[state.booking]
    if outcome == "attended":
        booking.status = ATTENDED
    elif outcome in ("no_show", "host_no_show"):
        booking.status = NO_SHOW
        state.no_shows += outcome == "no_show"
    elif outcome == "reschedule_requested":
        state.reschedules += 1


def _qualified(state: RunState, event: Event) -> None:
    state.segment = event.data["segment"]


def _routed(state: RunState, event: Event) -> None:
    state.pool = event.data["pool"]


def _made(state: RunState, event: Event) -> None:
    number = event.booking or 0
    if number in state.bookings or event.data["revision"] != 0:
        raise Impossible(f"event {event.sequence} makes booking {number}, which was there")
    state.bookings[number] = BookingState()
    _placed(state, event)
    state.booking, state.pool = number, event.data["pool"]


def _rescheduled(state: RunState, event: Event) -> None:
    _revised(state, event, event.data.get("before"))
    _placed(state, event)
    state.booking, state.pool = event.booking, event.data["pool"]


def _placed(state: RunState, event: Event) -> None:
    for name in ("start", "end", "rep", "pool", "revision"):
        setattr(state.bookings[event.booking or 0], name, event.data[name])


def _revised(state: RunState, event: Event, *tellings: Mapping[str, Any] | None) -> BookingState:
    """The booking, which this event gives its next revision; what it says of it must be what it was."""
    booking = state.bookings[event.booking or 0]
    if event.data["revision"] != booking.revision + 1:
        raise Impossible(
            f"event {event.sequence} revises a booking to {event.data['revision']}, not to the next"
        )
    for name in ("start", "end", "rep", "pool"):
        if any(told and name in told and told[name] != getattr(booking, name) for told in tellings):
            raise Impossible(f"event {event.sequence} tells of another {name} than the booking had")
    booking.revision = event.data["revision"]
    return booking


def _cancelled(state: RunState, event: Event) -> None:
    _revised(state, event, event.data).status = CANCELLED


def _restored(state: RunState, event: Event) -> None:
    _revised(state, event, event.data).status = CONFIRMED


def _reassigned(state: RunState, event: Event) -> None:
    unchanged = {name: value for name, value in event.data.items() if name != "rep"}
    _revised(state, event, unchanged, event.data.get("before")).rep = event.data["rep"]


def _reversed(state: RunState, event: Event) -> None:
    state.bookings[event.booking or 0].status = ATTENDED
    state.no_shows = max(state.no_shows - 1, 0)


def _outcome(state: RunState, event: Event) -> None:
    state.bookings[event.booking or 0].outcome = event.data["outcome"]


def _outcome_withdrawn(state: RunState, event: Event) -> None:
    state.bookings[event.booking or 0].outcome = ""


def _reminder(status: str) -> Callable[[RunState, Event], None]:
    def note(state: RunState, event: Event) -> None:
        mark = event.data.get("offset") or ""
        if row := event.data.get("row"):
            mark = f"{mark}.{row}"
        state.reminders[event.booking or 0, event.data.get("revision") or 0, mark] = status

    return note


def _tag(is_on: bool) -> Callable[[RunState, Event], None]:
    def note(state: RunState, event: Event) -> None:
        state.tags[event.data["tag"]] = is_on

    return note


def _message(status: str) -> Callable[[RunState, Event], None]:
    def note(state: RunState, event: Event) -> None:
        state.messages[event.data["message"]] = status

    return note


def _delivery(status: str) -> Callable[[RunState, Event], None]:
    def note(state: RunState, event: Event) -> None:
        state.deliveries[event.data["delivery"]] = status

    return note


def _migrated(state: RunState, event: Event) -> None:
    state.version, state.stage, state.kind = event.data["to"], event.data["stage"], event.data["kind"]


def _ended(status: str) -> Callable[[RunState, Event], None]:
    def note(state: RunState, event: Event) -> None:
        state.state = status

    return note


STEPS: dict[str, Callable[[RunState, Event], None]] = {
    "stage.entered": _entered,
    "stage.left": _left,
    "qualification.evaluated": _qualified,
    "routing.decided": _routed,
    "booking.made": _made,
    "booking.rescheduled": _rescheduled,
    "booking.cancelled": _cancelled,
    "booking.restored": _restored,
    "booking.reassigned": _reassigned,
    "no_show.reversed": _reversed,
    "outcome.recorded": _outcome,
    "outcome.corrected": _outcome,
    "outcome.withdrawn": _outcome_withdrawn,
    "reminder.planned": _reminder(PLANNED),
    "reminder.sent": _reminder(SENT),
    "reminder.skipped": _reminder(SKIPPED),
    "reminder.withdrawn": _reminder(WITHDRAWN),
    "lead.tagged": _tag(True),
    "lead.untagged": _tag(False),
    "message.sent": _message("sent"),
    "message.failed": _message("dead"),
    "delivery.delivered": _delivery("sent"),
    "delivery.failed": _delivery("dead"),
    "delivery.discarded": _delivery("withdrawn"),
    "run.completed": _ended(COMPLETED),
    "run.superseded": _ended(SUPERSEDED),
    "run.failed": _ended(FAILED),
    "run.migrated": _migrated,
}
