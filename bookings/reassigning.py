"""Giving a held meeting to another rep at the same time: the guest keeps time, invite and link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from bookings import mail, risks, undoing
from bookings.locking import lock_booking
from bookings.models import Booking, Message
from bookings.placing import facts, tell_former_rep
from bookings.refusals import NotBookable, SlotTaken, TooLate
from routing import assigning
from routing.assigning import Assigned, NotFree, Request
from routing.models import Assignment, Rep
from workflows import engine
from workflows.models import Run
from workflows.registry import facts_of
from workflows.transactions import atomically


class NotPlaced(SlotTaken):
    """Nobody who was asked can take the meeting at its time; `reasons` has a code and figures for each rep."""

    def __init__(self, detail: str, reasons: Mapping[int, Mapping[str, Any]]) -> None:
        super().__init__(detail)
        self.reasons = reasons


def reassign(booking: Booking, rep: Rep | None, *, now: datetime, actor: str, message: str = "") -> Booking:
    """The meeting belongs to `rep`, or to whoever the draw gives it to, afterwards; guest and both reps are told.

    The first rep gets the turn back and the second is charged. Raises NotBookable, TooLate, SlotTaken.
    """
    return transfer(booking, rep, now=now, actor=actor, message=message)[0]


@atomically
def transfer(
    booking: Booking, rep: Rep | None, *, now: datetime, actor: str, message: str = ""
) -> tuple[Booking, dict[str, Any]]:
    """As `reassign`, with the record of how the new rep was found. A SlotTaken raised here is a NotPlaced."""
    run, held = lock_booking(booking.pk)
    check_standing(held, now)
    if rep is not None and rep.pk == held.rep_id:
        raise NotBookable(f"{rep.name} has this meeting already.")
    request = Request(
        pool=held.pool,
        start=held.start_at,
        facts=facts_of(run),
        zone=held.time_zone,
        now=now,
        moving=held.pk,
        is_standing=True,
    )
    before, old_rep = facts(held, held.assignment), held.rep
    assigning.lock(held.pool)
    if rep is not None:
        assigning.lock_rep(rep.pk)
    assigning.release(held.assignment, give_back=True, reason="reassigned", now=now)
    assigned = _assign(request, rep, old_rep)
    held.assignment, held.rep = assigned.assignment, Rep.objects.get(pk=assigned.assignment.rep_id)
    held.revision += 1
    held.invite_sequence += 1
    held.save()
    assigning.reserve(assigned.assignment, request, booking=held.pk)
    old_revision = held.revision - 1
    undoing.withdraw_reminders(run, held, "reassigned", now, actor)
    mail.withdraw("newer_revision", now, booking=held)
    if assigned.record.get("candidates"):
        engine.say(run, "assignment.drawn", now=now, actor=actor, booking=held.pk, data=assigned.record)
    data = {**facts(held, held.assignment), "before": before}
    engine.say(run, "booking.reassigned", now=now, actor=actor, booking=held.pk, data=data)
    engine.carry(run, **{"rep.email": held.rep.email, "rep.name": held.rep.name})
    risks.clear(held, now=now, say=partial(_say, run, held, now, actor))
    undoing.plan_reminders_again(run, held, old_revision, now, actor)
    key = f"{held.pk}:{held.revision}:reassigned"
    mail.to_guest(
        run, Message.Kind.REASSIGNMENT, key=key, now=now, booking=held, invite_method="REQUEST", note=message
    )
    mail.to_rep(run, Message.Kind.REP_NOTICE, held, key=key, now=now, invite_method="REQUEST")
    tell_former_rep(run, held, old_rep, held.start_at, held.end_at, now)
    return held, assigned.record


@atomically
def ask_to_choose_again(booking: Booking, *, now: datetime, actor: str, message: str = "") -> None:
    """The guest has a mail that leads to the picker; the meeting stays where it is until they choose.

    Once for each revision of the booking. Raises NotBookable, TooLate.
    """
    run, held = lock_booking(booking.pk)
    check_standing(held, now)
    key = f"{held.pk}:{held.revision}:choose-again"
    if Message.objects.filter(key=f"{key}:{Message.Audience.GUEST}").exists():
        return
    mail.to_guest(
        run, Message.Kind.CHOOSE_AGAIN, key=key, now=now, booking=held, note=message, expires_at=held.start_at
    )
    data = {"rep": held.rep_id, "start": held.start_at, "revision": held.revision}
    _say(run, held, now, actor, "booking.choice_asked", data)


def check_standing(held: Booking, now: datetime) -> None:
    """Raises NotBookable or TooLate unless the meeting is held and still to come."""
    if held.status != Booking.Status.CONFIRMED:
        raise NotBookable("Only a confirmed meeting can be given to somebody else.")
    if held.start_at <= now:
        raise TooLate("This meeting has begun, so its rep can no longer be changed.")


def _say(run: Run, booking: Booking, now: datetime, actor: str, verb: str, data: dict[str, Any]) -> None:
    engine.say(run, verb, now=now, actor=actor, booking=booking.pk, data=data)


def _assign(request: Request, rep: Rep | None, old_rep: Rep) -> Assigned:
    try:
        if rep is None:
            return assigning.draw(request, without=old_rep.pk)
        return assigning.give(request, rep, Assignment.Manner.NAMED, takes_turn=True)
    except NotFree as error:
        if rep is None:
            raise NotPlaced("Nobody else in the pool is free at that time.", error.details) from error
        if error.reasons.get(rep.pk) == "not_a_member":
            raise NotPlaced(f"{rep.name} is not in the pool {request.pool.name}.", error.details) from error
        raise NotPlaced(f"{rep.name} is not free at that time.", error.details) from error
