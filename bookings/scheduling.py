"""Picking, moving, cancelling and bringing back meetings: what a person presses, checked and handed to the engine.

Locks are taken in one order: the run, then the lead, then what routing locks, then the booking.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet

from bookings import clicks, mail, risks, undoing
from bookings.locking import lock_booking
from bookings.models import Booking, Enquiry, Lead, Message
from bookings.offering import (
    EXPIRED,
    MEETING,
    NO_SHOW,
    NOT_BOOKABLE,
    OFFER,
    PASSED,
    Slot,
    check_held,
    has_expired,
    movable,
    offered,
    stage_kind,
)
from bookings.refusals import AlreadyBooked, Gone, NotBookable, SlotTaken, TooLate
from routing import assigning, reviews
from routing.assigning import NotFree
from workflows import engine, preparing
from workflows.models import Run
from workflows.stages.base import NotWaiting
from workflows.transactions import atomically

__all__ = [
    "Slot",
    "book",
    "cancel",
    "clicked_cancel",
    "clicked_reschedule",
    "held_bookings",
    "movable",
    "move",
    "offered",
    "restore",
]

HELD = "You already hold a meeting with us. We have mailed you its link, with which you can move it."
UNAVAILABLE = "No time is free at the moment. Please write to us and we will find one."


Seal = Callable[[Booking], object]
"""Called with the booking as the last thing before a press is committed: what it writes stands or falls with it."""


def book(
    enquiry: Enquiry,
    start: datetime,
    *,
    now: datetime,
    actor: str = "lead",
    time_zone: str | None = None,
    seal: Seal | None = None,
) -> Booking:
    """The lead holds a meeting at the start afterwards; confirmation and reminders are on their way.

    Raises, in this order: Gone, AlreadyBooked (the lead is mailed the link of the meeting held), NotBookable,
    SlotTaken. Nothing has changed then.
    """
    prepared = preparing.prepare_ahead(Run.objects.get(enquiry=enquiry), now=now)
    try:
        return _book(enquiry, start, now, actor, time_zone or enquiry.time_zone, prepared, seal)
    except AlreadyBooked:
        _mail_held_link(enquiry, now)
        raise


@atomically
def _book(
    enquiry: Enquiry,
    start: datetime,
    now: datetime,
    actor: str,
    zone: str,
    prepared: dict[str, Any],
    seal: Seal | None,
) -> Booking:
    run = engine.lock(enquiry.run_id or 0)
    if run.state == Run.State.SUPERSEDED or has_expired(run):
        raise Gone(EXPIRED)
    lead = Lead.objects.select_for_update().get(pk=enquiry.lead_id)
    if _held(lead, enquiry, now).count() >= enquiry.form.active_bookings:
        raise AlreadyBooked(HELD)
    kind = stage_kind(run)
    if not run.is_under_way or kind not in (OFFER, NO_SHOW):
        raise NotBookable(NOT_BOOKABLE)
    if kind == NO_SHOW:
        clicks.rebook(run, now=now, used=True)
    payload: dict[str, Any] = {"start": start, "time_zone": zone}
    booked = _press(run, payload, now, actor, prepared)
    if seal:
        seal(booked)
    return booked


def _press(run: Run, payload: dict[str, Any], now: datetime, actor: str, prepared: dict[str, Any]) -> Booking:
    """One press on a start: all the way to a booking, or nothing at all."""
    try:
        engine.signal(run.pk, "picked", payload, actor=actor, now=now, prepared=prepared)
    except NotWaiting as error:
        raise NotBookable(NOT_BOOKABLE) from error
    if "booking" not in payload:
        raise SlotTaken(UNAVAILABLE)
    return Booking.objects.select_related("rep", "pool", "meeting_type", "lead", "enquiry").get(
        pk=payload["booking"]
    )


def held_bookings(lead: Lead, enquiry: Enquiry, now: datetime) -> list[Booking]:
    """The confirmed future meetings of a lead in the enquiry's workflow, soonest first."""
    related = ("lead", "rep", "meeting_type", "enquiry", "enquiry__run")
    return list(_held(lead, enquiry, now).select_related(*related).order_by("start_at"))


def _held(lead: Lead, enquiry: Enquiry, now: datetime) -> QuerySet[Booking]:
    return Booking.objects.upcoming(now).filter(
        lead=lead, enquiry__run__version__workflow=enquiry.form.workflow_id
    )


@atomically
def _mail_held_link(enquiry: Enquiry, now: datetime) -> None:
    for booking in held_bookings(enquiry.lead, enquiry, now)[:1]:
        run = engine.lock(booking.enquiry.run_id or 0)
        mail.to_guest(
            run,
            Message.Kind.MANAGE_LINK,
            key=f"{enquiry.run_id}:held:{now:%Y%m%d%H}",
            now=now,
            booking=booking,
            enquiry=booking.enquiry,
        )


def move(
    booking: Booking,
    start: datetime,
    *,
    now: datetime,
    actor: str = "lead",
    message: str = "",
    time_zone: str | None = None,
    seal: Seal | None = None,
) -> Booking:
    """The same meeting at another start: routing decided again, reminders rewound, all in one transaction.

    Raises TooLate, NotBookable, SlotTaken; nothing has changed then.
    """
    prepared = preparing.prepare_ahead(Run.objects.get(enquiry=booking.enquiry_id), now=now)
    return _move(booking.pk, start, now, actor, message, time_zone, prepared, seal)


@atomically
def _move(
    number: int,
    start: datetime,
    now: datetime,
    actor: str,
    message: str,
    time_zone: str | None,
    prepared: dict[str, Any],
    seal: Seal | None,
) -> Booking:
    run, booking = lock_booking(number)
    check_held(booking, now)
    if not run.is_under_way or stage_kind(run) != MEETING:
        raise NotBookable(NOT_BOOKABLE)
    if start == booking.start_at:
        raise SlotTaken("The meeting is at this time already. Please pick another one.")
    clicks.reschedule(run, booking, now=now, actor=actor, used=True)
    payload = {"start": start, "moving": booking.pk, "time_zone": time_zone or booking.time_zone}
    moved = _press(run, payload, now, actor, prepared)
    if message:
        _note(moved, message)
    if seal:
        seal(moved)
    return moved


def _note(booking: Booking, note: str) -> None:
    """Staff's own words stand at the top of the guest's message about this revision."""
    written = Message.objects.filter(
        booking=booking, revision=booking.revision, audience=Message.Audience.GUEST, rendered_at=None
    )
    for message in written:
        message.details = {**message.details, "note": note}
        message.save(update_fields=["details"])


@atomically
def cancel(
    booking: Booking, *, reason: str = "", now: datetime, actor: str = "lead", message: str = ""
) -> Booking:
    """The meeting is off: the rep is free, reminders are withdrawn, guest and rep are told. Twice is once.

    Raises TooLate once it has begun. A guest's or staff's cancellation gives the rep the turn back.
    """
    run, held = lock_booking(booking.pk)
    if held.status == Booking.Status.CANCELLED:
        return held
    check_held(held, now)
    before = undoing.snapshot(run, now)
    assigning.lock(held.pool)
    assigning.release(held.assignment, give_back=not actor.startswith("rep:"), reason="cancelled", now=now)
    held.status, held.cancelled_at, held.cancel_reason = Booking.Status.CANCELLED, now, reason
    held.revision += 1
    held.invite_sequence += 1
    held.save()
    undoing.withdraw_reminders(run, held, "cancelled", now, actor)
    risks.clear(held, now=now, say=partial(_say, run, held, now, actor))
    mail.withdraw("cancelled", now, booking=held)
    engine.say(
        run,
        "booking.cancelled",
        now=now,
        actor=actor,
        booking=held.pk,
        data={"rep": held.rep_id, "start": held.start_at, "revision": held.revision, "reason": bool(reason)},
        evidence={"reason": reason} if reason else None,
    )
    _mail_cancellation(run, held, now, message)
    if run.is_under_way and stage_kind(run) == MEETING and run.booking == held.pk:
        engine.signal(run.pk, "cancelled", {}, actor=actor, now=now, before=before)
    return held


def _say(run: Run, booking: Booking, now: datetime, actor: str, verb: str, data: dict[str, Any]) -> None:
    engine.say(run, verb, now=now, actor=actor, booking=booking.pk, data=data)


def _mail_cancellation(run: Run, booking: Booking, now: datetime, note: str) -> None:
    key = f"{booking.pk}:{booking.revision}:cancelled"
    mail.to_guest(
        run, Message.Kind.CANCELLATION, key=key, now=now, booking=booking, invite_method="CANCEL", note=note
    )
    mail.to_rep(run, Message.Kind.REP_NOTICE, booking, key=key, now=now, invite_method="CANCEL")


@atomically
def restore(booking: Booking, *, now: datetime, actor: str = "lead", seal: Seal | None = None) -> Booking:
    """A cancellation taken back within ten minutes: the same time, the same rep, the run where it stood.

    Raises TooLate when the time for it has passed or somebody has acted since, SlotTaken when the rep is not
    free any more, NotBookable when it is not cancelled.
    """
    run, held = lock_booking(booking.pk)
    if held.status != Booking.Status.CANCELLED:
        raise NotBookable("This meeting is not cancelled.")
    if held.start_at <= now:
        raise TooLate(PASSED)
    before = run.undo or {}
    undoing.step_back(run, now=now, actor=actor)
    assigning.lock(held.pool)
    try:
        assigning.resume(held.assignment, take_turn=held.assignment.manner != "owner", now=now)
    except NotFree as error:
        raise SlotTaken("The time has been given to somebody else. Please pick another one.") from error
    old_revision = held.revision - 1
    held.status, held.cancelled_at, held.cancel_reason = Booking.Status.CONFIRMED, None, ""
    held.revision += 1
    held.invite_sequence += 1
    held.save()
    run = engine.lock(run.pk)
    data = {"rep": held.rep_id, "start": held.start_at, "revision": held.revision}
    engine.say(run, "booking.restored", now=now, actor=actor, booking=held.pk, data=data)
    engine.returned(run, now=now, actor=actor)
    undoing.withdraw_mail(run, before, now)
    undoing.plan_reminders_again(run, held, old_revision, now, actor)
    undoing.confirm_again(run, held, now)
    reviews.ask([held.rep_id], now=now)
    if seal:
        seal(held)
    return held


def clicked_reschedule(booking: Booking, *, now: datetime) -> None:
    """Record that the reschedule page of this revision was opened; once."""
    clicks.opened(booking.pk, "reschedule.clicked", now=now)


def clicked_cancel(booking: Booking, *, now: datetime) -> None:
    """Record that the cancellation page of this revision was opened; once."""
    clicks.opened(booking.pk, "cancel.clicked", now=now)
