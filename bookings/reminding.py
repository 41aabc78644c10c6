"""Reminders: sending the newest that is due, passing over the rest, taking them back."""

from __future__ import annotations

from typing import Any

from bookings import mail
from bookings.models import Booking, Message
from workflows.models import Timer
from workflows.stages.base import Context

PURPOSE = "reminder"


def remind(context: Context, timer: Timer, booking: Booking) -> None:
    """Queue the reminder, unless a newer one of the booking is due as well, as after an outage.

    Another worker may have fired the newer one already.
    """
    newer = context.live_run.timers.filter(
        purpose=PURPOSE,
        booking=booking.pk,
        revision=timer.revision,
        state__in=(Timer.State.WAITING, Timer.State.FIRED),
        due_at__lte=context.now,
        due_at__gt=timer.due_at,
    )
    if booking.revision != timer.revision or newer.exists():
        reason = "newer_due" if booking.revision == timer.revision else "newer_revision"
        Timer.objects.filter(pk=timer.pk).update(state=Timer.State.SKIPPED, reason=reason)
        skipped(context, timer, reason)
        return
    message = mail.to_guest(
        context.live_run,
        Message.Kind.REMINDER,
        key=f"{booking.pk}:{booking.revision}:reminder:{timer.details['offset']}",
        now=context.now,
        template=timer.details["template"],
        booking=booking,
        expires_at=timer.expires_at,
    )
    message.details = {**message.details, "offset": timer.details["offset"]}
    message.save(update_fields=["details"])


def skipped(context: Context, timer: Timer, reason: str) -> None:
    context.announce("reminder.skipped", data={**facts(timer), "reason": reason})


def withdraw(context: Context, reason: str, **which: Any) -> list[Timer]:
    """Take back the run's reminders that have not fired, or have fired and not left; each with its fact."""
    taken = context.withdraw(reason, purpose=PURPOSE, **which)
    for timer in taken:
        context.announce("reminder.withdrawn", booking=timer.booking, data={**facts(timer), "reason": reason})
    for message in mail.withdraw_reminders(context.live_run, reason, context.now, **which):
        data = {**facts_of_mail(message), "reason": reason}
        context.announce("reminder.withdrawn", booking=message.booking_id, data=data)
    return taken


def facts(timer: Timer) -> dict[str, Any]:
    return {"offset": timer.details.get("offset"), "due": timer.due_at, "revision": timer.revision}


def facts_of_mail(message: Message) -> dict[str, Any]:
    """The same for a reminder whose timer has fired."""
    return {
        "message": message.pk,
        "offset": message.details.get("offset"),
        "revision": message.revision,
    }
