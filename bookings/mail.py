"""Putting messages into the outbox, in the transaction of what they tell of. Sending is `bookings.sending`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from bookings.models import Booking, Enquiry, Lead, Message
from routing.models import Rep
from workflows.models import Run

K, Audience = Message.Kind, Message.Audience

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 3
# What a stranger who types somebody else's address into a form can make us send there.
CAUSED_BY_FORMS = (K.OFFER, K.CUSTOM, K.MANAGE_LINK, K.CONFIRMATION)


def to_guest(
    run: Run,
    kind: Message.Kind,
    *,
    key: str,
    now: datetime,
    template: str = "",
    booking: Booking | None = None,
    invite_method: str = "",
    expires_at: datetime | None = None,
    due_at: datetime | None = None,
    note: str = "",
    enquiry: Enquiry | None = None,
) -> Message:
    """One message to the lead of the run, at once or when it is due; the same key is never written twice."""
    enquiry = enquiry or run.enquiry
    lead: Lead = enquiry.lead
    details = {"lead_name": lead.name, "time_zone": enquiry.time_zone, "note": note}
    message = _write(
        run,
        kind,
        Audience.GUEST,
        (lead.email, lead.name),
        key=key,
        now=now,
        template=template,
        booking=booking,
        invite_method=invite_method,
        expires_at=expires_at,
        due_at=due_at,
        details=details,
    )
    if _is_too_much(message, booking, now):
        message.state, message.reason, message.settled_at = Message.State.WITHDRAWN, "too_many_an_hour", now
        message.save(update_fields=["state", "reason", "settled_at"])
    return message


def to_rep(
    run: Run,
    kind: Message.Kind,
    booking: Booking,
    *,
    key: str,
    now: datetime,
    invite_method: str = "",
    expires_at: datetime | None = None,
    note: str = "",
    rep: Rep | None = None,
) -> Message:
    """One message to the booking's rep, or to another who had it."""
    rep = rep or booking.rep
    return _write(
        run,
        kind,
        Audience.REP,
        (rep.email, rep.name),
        key=key,
        now=now,
        booking=booking,
        invite_method=invite_method,
        expires_at=expires_at,
        details={"note": note},
    )


def to_address(
    run: Run, address: str, *, key: str, now: datetime, audience: Message.Audience = Audience.STAFF
) -> Message:
    """A notification that somebody should look at the lead."""
    details = {"lead_name": run.enquiry.lead.name or run.enquiry.lead.email}
    return _write(run, K.NOTIFICATION, audience, (address, ""), key=key, now=now, details=details)


def withdraw_reminders(run: Run, reason: str, now: datetime, **which: Any) -> list[Message]:
    """Take back the reminders of a locked run that have not been claimed yet, and return them."""
    waiting = Message.objects.filter(run=run.pk, kind=K.REMINDER, state=Message.State.WAITING, **which)
    taken = list(waiting.order_by("pk"))
    withdraw(reason, now, pk__in=[message.pk for message in taken])
    return taken


def withdraw(reason: str, now: datetime, **which: Any) -> int:
    """Take back messages that have not been claimed yet; one already on its way cannot be called back.

    A cancellation stays true, and so does what tells a former rep that the meeting is somebody else's.
    """
    return (
        Message.objects.filter(state=Message.State.WAITING, **which)
        .exclude(kind__in=(K.CANCELLATION,))
        .exclude(details__has_key="former")
        .update(state=Message.State.WITHDRAWN, reason=reason, settled_at=now)
    )


def _write(
    run: Run,
    kind: Message.Kind,
    audience: Message.Audience,
    to: tuple[str, str],
    *,
    key: str,
    now: datetime,
    booking: Booking | None = None,
    invite_method: str = "",
    template: str = "",
    expires_at: datetime | None = None,
    due_at: datetime | None = None,
    details: dict[str, Any] | None = None,
) -> Message:
    written = Message(
        key=f"{key}:{audience}",
        run=run.pk,
        lead=run.lead,
        kind=kind,
        audience=audience,
        template=template,
        booking=booking,
        revision=booking.revision if booking else None,
        stage=run.stage,
        invite_method=invite_method,
        invite_sequence=booking.invite_sequence if booking else 0,
        details=details or {},
        expires_at=expires_at,
        to_address=to[0],
        to_name=to[1],
        due_at=due_at or now,
        created_at=now,
        is_recorded_only=run.is_synthetic,
    )
    Message.objects.bulk_create([written], ignore_conflicts=True)
    return Message.objects.get(key=written.key)


def _is_too_much(message: Message, booking: Booking | None, now: datetime) -> bool:
    """Whether this address already got as much in the last hour as forms may cause. Moves are not counted."""
    if (
        message.kind not in CAUSED_BY_FORMS
        or (booking and booking.revision)
        or not settings.ORDINUS_RATE_LIMITS
    ):
        return False
    recent = Message.objects.filter(
        audience=Audience.GUEST,
        to_address=message.to_address,
        kind__in=CAUSED_BY_FORMS,
        created_at__gt=now - HOUR,
        created_at__lte=now,
    ).exclude(state=Message.State.WITHDRAWN)
    return recent.exclude(pk=message.pk).count() >= MOST_AN_HOUR
