"""Reminders: sending the newest that is due, passing over the rest, taking them back."""

from __future__ import annotations

from typing import Any

from bookings import mail
from bookings.models import Booking, Message
from workflows.models import Timer
from workflows.stages.base import Context

PURPOSE = "reminder"


def remind(context: Context, timer: Timer, booking: Booking) -> None:
    """Queue the reminder, unless a newer one of the booking is due as well, as after an outage."""
    newer = context.live_run.timers.waiting().filter(
        purpose=PURPOSE, booking=booking.pk, due_at__lte=context.now, due_at__gt=timer.due_at
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
    """Take back the run's reminders that have not fired, each with its fact."""
    taken = context.withdraw(reason, purpose=PURPOSE, **which)
    for timer in taken:
        context.announce("reminder.withdrawn", booking=timer.booking, data={**facts(timer), "reason": reason})
    return taken


def facts(timer: Timer) -> dict[str, Any]:
    return {"offset": timer.details.get("offset"), "due": timer.due_at, "revision": timer.revision}
