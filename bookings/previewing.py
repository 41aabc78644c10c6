"""A template as its reader would see it, on a real booking or a made-up one; its links lead nowhere."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from bookings import access, letters, sending
from bookings.core import rendering, wording
from bookings.letters import Letter, Written
from bookings.models import Booking, Lead, Message, MessageTemplate
from routing.models import MeetingType, Rep

K = Message.Kind
NOWHERE = "/preview/"


def made_up_booking(now: datetime) -> Booking:
    """A meeting nobody holds, at ten o'clock on the fifth day from now. Never stored."""
    start = (now + timedelta(days=5)).replace(hour=9, minute=0, second=0, microsecond=0)
    return Booking(
        lead=Lead(name="Kim Example", email="kim@example.com", first_seen_at=now),
        rep=Rep(name="Ana Silva", email="ana@example.com", time_zone="Europe/Berlin"),
        meeting_type=MeetingType(name="Product demo", slug="demo"),
        start_at=start,
        end_at=start + timedelta(minutes=30),
        time_zone="Europe/Berlin",
    )


def preview(subject: str, body: str, *, kind: str, now: datetime, booking: Booking | None = None) -> Written:
    """The mail that a template of this text would become as a message of this kind. Writes nothing."""
    meeting = booking or made_up_booking(now)
    message = Message(kind=kind, audience=Message.Audience.GUEST, booking=meeting, created_at=now)
    values = {
        "lead_name": meeting.lead.name or meeting.lead.email,
        "rep_name": meeting.rep.name,
        "meeting": meeting.meeting_type.name,
        "starts_at": wording.moment(meeting.start_at, meeting.time_zone or "UTC", now),
        "ends_at": wording.moment(meeting.end_at, meeting.time_zone or "UTC", now),
        **{
            name: access.url(NOWHERE + name.removesuffix("_url"))
            for name in rendering.NAMES
            if name.endswith("_url")
        },
    }
    return letters.compose(message, Letter(subject, body, letters.button_for(kind, body)), values, now)


def send_test(
    template: MessageTemplate, language: str, *, kind: str, to: str, name: str, now: datetime
) -> Message:
    """A mail with the template's text on a made-up meeting is on its way to a member of staff."""
    text = template.wording_for(language)
    written = preview(text.subject, text.body, kind=kind, now=now)
    message = Message.objects.create(
        key=f"test:{template.slug}:{secrets.token_hex(8)}",
        kind=K.CUSTOM,
        audience=Message.Audience.STAFF,
        to_address=to,
        to_name=name,
        due_at=now,
        created_at=now,
        subject=f"[Test] {written.subject}"[: rendering.LONGEST_SUBJECT],
        text=written.text,
        html=written.html,
        rendered_at=now,
    )
    message.message_id = sending.message_id_of(message)
    message.save(update_fields=["message_id"])
    return message
