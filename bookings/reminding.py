"""Reminders: planning them by rows, sending the newest that is due, passing over the rest, taking them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bookings import mail
from bookings.core import reminders
from bookings.core.reminders import Planned
from bookings.models import Booking, Message
from workflows.models import Timer
from workflows.stages.base import MIGRATED, Adoption, Context, Instant

PURPOSE = "reminder"


def plan(context: Context, booking: Booking, settings: Mapping[str, Any]) -> None:
    """A timer for each row of the plan that lies ahead, and a fact for each row."""
    rows = reminders.rows(settings.get("reminders") or [], settings.get("reminder_template"))
    planned = reminders.plan(rows, booking.start_at, zone_of(booking), context.now)
    context.plan([instant_of(booking, each) for each in planned if not each.skipped])
    for each in planned:
        data = facts_of_row(each, booking)
        if each.skipped:
            context.announce("reminder.skipped", data={**data, "reason": each.skipped})
        else:
            context.announce("reminder.planned", data=data)


def instant_of(booking: Booking, planned: Planned) -> Instant:
    row = planned.reminder
    return Instant(
        PURPOSE,
        planned.due_at,
        key=f"reminder:{booking.pk}:{booking.revision}:{row.mark}",
        outlives_stage=True,
        expires_at=booking.start_at,
        booking=booking.pk,
        revision=booking.revision,
        details=row.details(),
    )


def replan(context: Context, booking: Booking, settings: Mapping[str, Any]) -> Adoption:
    """What changes if the plan of these settings holds instead of the present one. Writes nothing.

    A reminder that has gone out, or was passed over, is not sent again. One that waits keeps waiting if its
    row says the same, gives way to a row of the same offset, even a little late, and goes if there is none.
    """
    held = {
        mark_of(timer): timer
        for timer in context.live_run.timers.filter(
            purpose=PURPOSE, booking=booking.pk, revision=booking.revision
        ).order_by("pk")
    }
    rows = reminders.rows(settings.get("reminders") or [], settings.get("reminder_template"))
    planned: list[Instant] = []
    skipped: list[Instant] = []
    kept = set()
    for row in reminders.plan(rows, booking.start_at, zone_of(booking), context.now):
        timer, instant = held.get(row.reminder.mark), instant_of(booking, row)
        if timer and timer.is_waiting and row.skipped != reminders.SAME_TIME:
            if (timer.due_at, timer.details) == (instant.due_at, instant.details):
                kept.add(timer.pk)
            else:
                planned.append(instant)
        elif timer is None or timer.reason == MIGRATED:
            if not row.skipped:
                planned.append(instant)
            elif row.due_at > context.entered_at:  # what was past at booking has been told
                skipped.append(instant)
    gone = tuple(timer for timer in held.values() if timer.is_waiting and timer.pk not in kept)
    return Adoption(gone, tuple(planned), skipped=tuple(skipped))


def replanned(context: Context, adoption: Adoption) -> None:
    """A fact for each reminder that was taken back, is planned, or is too late for the plan of a new version."""
    for timer in adoption.withdrawn:
        if timer.purpose == PURPOSE:
            context.announce("reminder.withdrawn", data={**facts(timer), "reason": MIGRATED})
    for instant in adoption.planned:
        if instant.purpose == PURPOSE:
            context.announce("reminder.planned", data=facts_of_instant(instant))
    for instant in adoption.skipped:
        context.announce(
            "reminder.skipped", data={**facts_of_instant(instant), "reason": "past_at_migration"}
        )


def facts_of_instant(instant: Instant) -> dict[str, Any]:
    return {**_named(instant.details), "due": instant.due_at, "revision": instant.revision}


def zone_of(booking: Booking) -> ZoneInfo:
    """The zone whose clock the guest lives by."""
    return ZoneInfo(booking.time_zone or "UTC")


def remind(context: Context, timer: Timer, booking: Booking) -> None:
    """Queue the reminder, unless its conditions do not hold, or a newer one of the booking is due as well. Of those
    due at the same instant the last of the plan goes out.

    After an outage another worker may have fired the newer one already. One that is late waits for the end
    of its quiet hours, and is passed over where the meeting comes first.
    """
    quiet_until = reminders.quiet_until(timer.details, context.now, zone_of(booking))
    reason = _why_not(context, timer, booking)
    if not reason and quiet_until and timer.expires_at and quiet_until >= timer.expires_at:
        reason = "quiet_hours"
    if reason:
        Timer.objects.filter(pk=timer.pk).update(state=Timer.State.SKIPPED, reason=reason)
        skipped(context, timer, reason)
        return
    message = mail.to_guest(
        context.live_run,
        Message.Kind.REMINDER,
        key=f"{booking.pk}:{booking.revision}:reminder:{mark_of(timer)}",
        now=context.now,
        due_at=quiet_until,
        template=timer.details["template"],
        booking=booking,
        expires_at=timer.expires_at,
    )
    message.details = {**message.details, **_named(timer.details)}
    message.save(update_fields=["details"])


def _why_not(context: Context, timer: Timer, booking: Booking) -> str:
    if booking.revision != timer.revision:
        return "newer_revision"
    if not reminders.holds(timer.details, context.facts):
        return "condition"
    newer = context.live_run.timers.filter(
        purpose=PURPOSE,
        booking=booking.pk,
        revision=timer.revision,
        state__in=(Timer.State.WAITING, Timer.State.FIRED),
        due_at__lte=context.now,
        due_at__gte=timer.due_at,
    ).exclude(pk=timer.pk)
    found = [each for each in newer if reminders.holds(each.details, context.facts)]
    if any(each.due_at > timer.due_at for each in found):
        return "newer_due"
    return reminders.SAME_TIME if any(each.pk > timer.pk for each in found) else ""


def mark_of(timer: Timer) -> str:
    """The offset of a timer's reminder, numbered where another row of the plan has the same."""
    row = timer.details.get("row")
    return f"{timer.details['offset']}.{row}" if row else str(timer.details["offset"])


def _named(details: Mapping[str, Any]) -> dict[str, Any]:
    """The offset, and the number of the row where another has the same."""
    return {name: details[name] for name in ("offset", "row") if name in details}


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
    named = {"offset": None, **_named(timer.details)}
    return {**named, "due": timer.due_at, "revision": timer.revision}


def facts_of_row(planned: Planned, booking: Booking) -> dict[str, Any]:
    """The same for a row of the plan that has no timer yet."""
    named = _named(planned.reminder.details())
    return {**named, "due": planned.due_at, "revision": booking.revision}


def facts_of_mail(message: Message) -> dict[str, Any]:
    """The same for a reminder whose timer has fired."""
    named = {"offset": None, **_named(message.details)}
    return {"message": message.pk, **named, "revision": message.revision}
