"""What a guest can pick from: the starts of an offer, or those a held meeting could move to. Decides, never books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bookings import clicks
from bookings.models import Booking, Enquiry
from bookings.refusals import Gone, NotBookable, TooLate
from routing import availability
from routing.deciding import offered_starts
from routing.instants import instant_of
from routing.models import Assignment, Pool
from workflows.foresight import Foresight, foresee_outcome
from workflows.models import Run
from workflows.registry import FactsOf
from workflows.versions import load

OFFER, MEETING, NO_SHOW = "offer", "meeting", "no_show"
EXPIRED = "This offer has ended. Please send the form again to see the times that are free now."
NOT_BOOKABLE = "There is nothing to book here at the moment."
PASSED = "This meeting has begun or is over, so it can no longer be changed here."


@dataclass(frozen=True)
class Slot:
    """A start that can be picked, and the end that goes with it."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Terms:
    """The pool whose starts are offered, if there is one, what decides who takes part, and the one rep, if only one."""

    pool: Pool | None
    facts: Mapping[str, Any]
    only_rep: int | None


def stage_kind(run: Run) -> str:
    """The kind of the stage the run stands in."""
    stage = load(run.version_id).stages.get(run.stage)
    return stage.kind if stage else ""


def offered(
    enquiry: Enquiry, from_on: date, to_on: date, *, now: datetime, time_zone: str | None = None
) -> list[Slot]:
    """The starts the lead can pick on these dates, ascending. Records once per offer that they were shown.

    Raises Gone for an offer that has ended, NotBookable where there is none.
    """
    run = Run.objects.get(enquiry=enquiry)
    check_open(run)
    zone = time_zone or enquiry.time_zone
    slots = _starts(run, terms(run, now=now), zone, from_on, to_on, now)
    clicks.shown(run, len(slots), slots[0].start if slots else None, now=now)
    return slots


def movable(
    booking: Booking, from_on: date, to_on: date, *, now: datetime, time_zone: str | None = None
) -> list[Slot]:
    """Where the meeting could move to, as routing would decide now. Changes nothing.

    Raises TooLate once it has begun, NotBookable when it is not held any more.
    """
    check_held(booking, now)
    run = Run.objects.get(enquiry=booking.enquiry_id)
    if not run.is_under_way or stage_kind(run) != MEETING:
        raise NotBookable(NOT_BOOKABLE)
    payload = {"start": None, "moving": booking.pk}
    ahead = foresee_outcome(run, "reschedule_requested", now=now, payload=payload)
    zone = time_zone or booking.time_zone
    slots = _starts(run, _foreseen(run, ahead), zone, from_on, to_on, now, moving=booking.pk)
    return [slot for slot in slots if slot.start != booking.start_at]


def check_held(booking: Booking, now: datetime) -> None:
    if booking.status == Booking.Status.CANCELLED:
        raise NotBookable("This meeting is cancelled.")
    if booking.status != Booking.Status.CONFIRMED or booking.start_at <= now:
        raise TooLate(PASSED)


def check_open(run: Run) -> None:
    if run.state == Run.State.SUPERSEDED or has_expired(run):
        raise Gone(EXPIRED)
    if not run.is_under_way or stage_kind(run) not in (OFFER, NO_SHOW):
        raise NotBookable(NOT_BOOKABLE)


def has_expired(run: Run) -> bool:
    """Whether the run is over because nobody took its last offer."""
    return not run.is_under_way and run.carried.get("_offer") == "expired"


def terms(run: Run, *, now: datetime) -> Terms:
    """On which terms the lead of an open offer, or one who is to book again, can pick a start."""
    if stage_kind(run) == OFFER:
        return _terms(run.carried, FactsOf(run))
    return _foreseen(run, foresee_outcome(run, "rebook_requested", now=now, payload={"start": None}))


def _foreseen(run: Run, ahead: Foresight) -> Terms:
    if ahead.kind != OFFER:
        return Terms(None, {}, None)
    carried = {key: value for key, value in ahead.carried.items() if key[:1] != "_"}
    return _terms(ahead.carried, {**FactsOf(run), **carried})


def _terms(carried: Any, facts: Mapping[str, Any]) -> Terms:
    pool = Pool.objects.select_related("meeting_type").filter(slug=carried.get("pool")).first()
    return Terms(pool, facts, only_rep(carried))


def _starts(
    run: Run, given: Terms, zone: str, from_on: date, to_on: date, now: datetime, *, moving: int | None = None
) -> list[Slot]:
    pool = given.pool
    if pool is None or from_on > to_on:
        return []
    view = availability.window(
        zone, now, from_on=from_on, to_on=to_on, horizon_days=pool.meeting_type.horizon_days
    )
    starts = offered_starts(
        pool, given.facts, view, now=now, only_rep=given.only_rep, without_booking=moving, holder=run.pk
    )
    length = pool.meeting_type.duration
    return [Slot(instant_of(start), instant_of(start + length)) for start in starts]


def only_rep(carried: Any) -> int | None:
    """The one rep whose starts are offered: the owner, or the one drawn at routing."""
    if carried.get("_only_rep"):
        return int(carried["_only_rep"])
    drawn = carried.get("_drawn")
    return Assignment.objects.values_list("rep", flat=True).get(pk=drawn) if drawn else None
