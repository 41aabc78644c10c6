"""Taking back a cancellation or an outcome: the run, its reminders and its unsent mail as they were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max

from bookings import mail, reminding
from bookings.models import Booking, Message
from bookings.refusals import TooLate
from routing import assigning
from routing.models import Assignment
from workflows import engine, timers
from workflows.models import Run, Timer
from workflows.stages.base import MIGRATED, Instant

OVER = "This can no longer be taken back: ten minutes have passed, or somebody has acted since."


def snapshot(run: Run, now: datetime) -> dict[str, Any]:
    """This moment of a locked run, and the newest of its messages, before a press that may be taken back."""
    newest = Message.objects.filter(run=run.pk).aggregate(newest=Max("pk"))["newest"]
    return {**engine.snapshot(run, now), "newest_message": newest or 0}


def step_back(run: Run, *, now: datetime, actor: str) -> Run:
    """The run stands where it stood; a rep drawn at routing since gives the turn back. Raises TooLate."""
    drawn = run.carried.get("_drawn")
    try:
        back = engine.step_back(run.pk, now=now, actor=actor)
    except engine.NotUndoable as error:
        raise TooLate(OVER) from error
    if drawn and drawn != back.carried.get("_drawn"):
        assignment = Assignment.objects.select_related("pool").get(pk=drawn)
        if assignment.state == Assignment.State.DRAWN:
            assigning.lock(assignment.pool)
            assigning.release(assignment, give_back=True, reason="undone", now=now)
    return back


def withdraw_mail(run: Run, before: dict[str, Any], now: datetime) -> None:
    """Mail written since the press and not yet claimed is taken back."""
    Message.objects.filter(run=run.pk, state=Message.State.WAITING, pk__gt=before["newest_message"]).update(
        state=Message.State.WITHDRAWN, reason="undone", settled_at=now
    )


def withdraw_reminders(run: Run, booking: Booking, reason: str, now: datetime, actor: str) -> None:
    """The booking's reminders that have not left are taken back, each with its fact."""
    for timer in timers.withdraw(run, now, reason, purpose="reminder", booking=booking.pk):
        _tell(run, booking, "reminder.withdrawn", timer, now, actor, reason=reason)
    for message in mail.withdraw_reminders(run, reason, now, booking=booking.pk):
        data = {**reminding.facts_of_mail(message), "reason": reason}
        engine.say(run, "reminder.withdrawn", now=now, actor=actor, booking=booking.pk, data=data)


def plan_reminders_again(run: Run, booking: Booking, revision: int, now: datetime, actor: str) -> None:
    """The reminders withdrawn with an earlier revision are planned for the present one, unless past."""
    taken = run.timers.filter(
        purpose="reminder", booking=booking.pk, revision=revision, state=Timer.State.WITHDRAWN
    ).exclude(reason=MIGRATED)
    for timer in taken.order_by("due_at", "pk"):
        if timer.due_at <= now:
            _tell(run, booking, "reminder.skipped", timer, now, actor, reason="past_at_booking")
            continue
        instant = Instant(
            "reminder",
            timer.due_at,
            key=f"reminder:{booking.pk}:{booking.revision}:{reminding.mark_of(timer)}",
            outlives_stage=True,
            expires_at=booking.start_at,
            booking=booking.pk,
            revision=booking.revision,
            details=timer.details,
        )
        again = timers.plan(run, instant)
        _tell(run, booking, "reminder.planned", again, now, actor)


def confirm_again(run: Run, booking: Booking, now: datetime) -> None:
    """Who was told of the cancellation is told that the meeting stands; who was not, is not."""
    told = Message.objects.filter(booking=booking, invite_method="CANCEL", revision=booking.revision - 1)
    told = told.exclude(state=Message.State.WITHDRAWN)
    confirmation = (
        Message.objects.filter(booking=booking, kind=Message.Kind.CONFIRMATION).order_by("pk").last()
    )
    key = f"{booking.pk}:{booking.revision}:restored"
    if confirmation and told.filter(audience=Message.Audience.GUEST).exists():
        mail.to_guest(
            run,
            Message.Kind.CONFIRMATION,
            key=key,
            now=now,
            template=confirmation.template,
            booking=booking,
            invite_method="REQUEST",
        )
    if told.filter(audience=Message.Audience.REP).exists():
        mail.to_rep(run, Message.Kind.REP_NOTICE, booking, key=key, now=now, invite_method="REQUEST")


def _tell(
    run: Run, booking: Booking, verb: str, timer: Timer, now: datetime, actor: str, **more: str
) -> None:
    data = {**reminding.facts(timer), **more}
    engine.say(run, verb, now=now, actor=actor, booking=booking.pk, data=data)
