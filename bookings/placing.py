"""Placing a meeting at a start somebody pressed: a new booking, or the same one moved. Called by offers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from bookings import access, mail, reminding, risks
from bookings.core import ics
from bookings.models import Booking, Enquiry, Message
from bookings.refusals import SlotTaken
from routing import assigning, holding, turns
from routing.assigning import Assigned, NotFree, Request
from routing.instants import instant_of
from routing.models import Assignment, Pool, Rep
from workflows.stages.base import Context

TAKEN = "This time is no longer free. Please pick another one."
UID_BYTES = 16


@dataclass(frozen=True)
class Pressed:
    """What somebody pressed: a start, on the guest's clock, perhaps in place of a meeting that is held."""

    start: datetime
    zone: str
    moving: Booking | None


def place(context: Context) -> Booking:
    """The meeting stands at the pressed start afterwards, with a rep who was free. Raises SlotTaken.

    The press is used up: `booking` in the payload names what came of it, and later offers of the same step
    offer again.
    """
    enquiry = Enquiry.objects.select_related("lead", "form").get(run=context.live_run)
    pool = Pool.objects.select_related("meeting_type").filter(slug=context.carried.get("pool")).first()
    pressed = _pressed(context, enquiry)
    if pool is None or pressed.start.second or pressed.start.microsecond or pressed.start < context.now:
        raise SlotTaken(TAKEN)
    request = Request(
        pool=pool,
        start=pressed.start,
        facts=context.facts,
        zone=pressed.zone,
        now=context.now,
        moving=pressed.moving.pk if pressed.moving else None,
        holder=context.live_run.pk,
    )
    assigning.lock(*(each for each in (pool, pressed.moving.pool if pressed.moving else None) if each))
    try:
        booking = (
            _move(context, request, pressed.moving) if pressed.moving else _make(context, request, enquiry)
        )
    except (NotFree, IntegrityError) as error:
        raise SlotTaken(TAKEN) from error
    holding.release(context.live_run.pk)
    context.payload.pop("start")
    context.payload["booking"] = booking.pk
    return booking


def _pressed(context: Context, enquiry: Enquiry) -> Pressed:
    moving = context.payload.get("moving")
    held = (
        Booking.objects.select_related(
            "assignment", "assignment__pool", "pool", "rep", "lead", "meeting_type"
        )
        .select_for_update(of=("self",))
        .get(pk=moving)
        if moving
        else None
    )
    zone = context.payload.get("time_zone") or enquiry.time_zone or ""
    return Pressed(context.payload["start"], zone, held)


def _make(context: Context, request: Request, enquiry: Enquiry) -> Booking:
    assigned = _assign(context, request)
    assignment = assigned.assignment
    end = instant_of(request.minute + request.pool.meeting_type.duration)
    booking = Booking.objects.create(
        lead=enquiry.lead,
        enquiry=enquiry,
        assignment=assignment,
        rep_id=assignment.rep_id,
        pool=request.pool,
        meeting_type=request.pool.meeting_type,
        start_at=request.start,
        end_at=end,
        time_zone=request.zone,
        uid=ics.uid_for(secrets.token_bytes(UID_BYTES)),
        made_at=context.now,
    )
    access.issue(booking, context.now)
    assigning.reserve(assignment, request, booking=booking.pk)
    _tell_draw(context, booking, assigned)
    context.announce("booking.made", booking=booking.pk, data=facts(booking, assignment))
    return booking


def _assign(context: Context, request: Request) -> Assigned:
    """The owner, the rep drawn at routing, or a draw among those free now."""
    only_rep, drawn = context.carried.get("_only_rep"), context.carried.get("_drawn")
    if only_rep:
        return assigning.give(request, Rep.objects.get(pk=only_rep), Assignment.Manner.OWNER)
    if drawn:
        assignment = Assignment.objects.select_related("rep", "pool").get(pk=drawn)
        assigning.check_free(request, assignment.rep_id)
        return Assigned(assignment, {})
    return assigning.draw(request)


def _move(context: Context, request: Request, booking: Booking) -> Booking:
    before = facts(booking, booking.assignment)
    old_rep, old_start, old_end = booking.rep, booking.start_at, booking.end_at
    assigned = _reassign(context, request, booking)
    booking.assignment, booking.rep = assigned.assignment, Rep.objects.get(pk=assigned.assignment.rep_id)
    booking.pool, booking.meeting_type = request.pool, request.pool.meeting_type
    booking.start_at = request.start
    booking.end_at = instant_of(request.minute + request.pool.meeting_type.duration)
    booking.time_zone = request.zone or booking.time_zone
    booking.revision += 1
    booking.invite_sequence += 1
    booking.save()
    assigning.reserve(assigned.assignment, request, booking=booking.pk)
    reminding.withdraw(context, "rescheduled", booking=booking.pk)
    mail.withdraw("newer_revision", context.now, booking=booking)
    risks.clear(
        booking, now=context.now, say=lambda verb, data: context.announce(verb, booking=booking.pk, data=data)
    )
    _tell_draw(context, booking, assigned)
    context.announce(
        "booking.rescheduled",
        booking=booking.pk,
        data={**facts(booking, assigned.assignment), "before": before},
    )
    if old_rep.pk != booking.rep_id:
        tell_former_rep(context.live_run, booking, old_rep, old_start, old_end, context.now)
    return booking


def _reassign(context: Context, request: Request, booking: Booking) -> Assigned:
    """Keep the rep where the pool says so and the rep is free; else give the turn back and assign anew."""
    old = booking.assignment
    if request.pool.keep_rep_on_reschedule and not context.carried.get("_only_rep"):
        try:
            kept = assigning.give(request, booking.rep, Assignment.Manner.KEPT)
        except NotFree:
            pass
        else:
            same_pool = old.pool_id == request.pool.pk
            assigning.release(old, give_back=not same_pool, reason="moved", now=context.now)
            turns.carry_over(old, kept.assignment, reason="moved", now=context.now)
            return kept
    assigning.release(old, give_back=True, reason="moved", now=context.now)
    return _assign(context, request)


def _tell_draw(context: Context, booking: Booking, assigned: Assigned) -> None:
    if assigned.record:
        context.announce("assignment.drawn", booking=booking.pk, data=assigned.record)


def tell_former_rep(
    run: Any, booking: Booking, rep: Rep, start: datetime, end: datetime, now: datetime
) -> None:
    """The rep who had the meeting takes it out of the calendar."""
    message = mail.to_rep(
        run,
        Message.Kind.REP_NOTICE,
        booking,
        key=f"{booking.pk}:{booking.revision}:former",
        now=now,
        invite_method="CANCEL",
        rep=rep,
    )
    message.details = {
        **message.details,
        "former": {"time_zone": rep.time_zone, "start": start.isoformat(), "end": end.isoformat()},
    }
    message.save(update_fields=["details"])


def facts(booking: Booking, assignment: Assignment) -> dict[str, Any]:
    """A booking for the audit trail."""
    return {
        "start": booking.start_at,
        "end": booking.end_at,
        "rep": booking.rep_id,
        "pool": booking.pool.slug,
        "meeting_type": booking.meeting_type.slug,
        "manner": assignment.manner,
        "revision": booking.revision,
    }
