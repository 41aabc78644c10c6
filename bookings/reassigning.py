"""Giving a held meeting to another rep at the same time: the guest keeps time, invite and link."""

from __future__ import annotations

from datetime import datetime

from bookings import mail, undoing
from bookings.locking import lock_booking
from bookings.models import Booking, Message
from bookings.placing import facts, tell_former_rep
from bookings.refusals import NotBookable, SlotTaken, TooLate
from routing import assigning
from routing.assigning import Assigned, NotFree, Request
from routing.models import Assignment, Rep
from workflows import engine
from workflows.registry import facts_of
from workflows.transactions import atomically


@atomically
def reassign(booking: Booking, rep: Rep | None, *, now: datetime, actor: str, message: str = "") -> Booking:
    """The meeting belongs to `rep`, or to whoever the draw gives it to, afterwards; guest and both reps are told.

    The first rep gets the turn back and the second is charged. Raises NotBookable, TooLate, SlotTaken.
    """
    run, held = lock_booking(booking.pk)
    if held.status != Booking.Status.CONFIRMED:
        raise NotBookable("Only a confirmed meeting can be given to somebody else.")
    if held.start_at <= now:
        raise TooLate("This meeting has begun, so its rep can no longer be changed.")
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
    undoing.plan_reminders_again(run, held, old_revision, now, actor)
    key = f"{held.pk}:{held.revision}:reassigned"
    mail.to_guest(
        run, Message.Kind.REASSIGNMENT, key=key, now=now, booking=held, invite_method="REQUEST", note=message
    )
    mail.to_rep(run, Message.Kind.REP_NOTICE, held, key=key, now=now, invite_method="REQUEST")
    tell_former_rep(run, held, old_rep, held.start_at, held.end_at, now)
    return held


def _assign(request: Request, rep: Rep | None, old_rep: Rep) -> Assigned:
    try:
        if rep is None:
            return assigning.draw(request, without=old_rep.pk)
        return assigning.give(request, rep, Assignment.Manner.NAMED, takes_turn=True)
    except NotFree as error:
        if rep is None:
            raise SlotTaken("Nobody else in the pool is free at that time.") from error
        if error.reasons.get(rep.pk) == "not_a_member":
            raise SlotTaken(f"{rep.name} is not in the pool {request.pool.name}.") from error
        raise SlotTaken(f"{rep.name} is not free at that time.") from error
