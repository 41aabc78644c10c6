"""What each kind of message says: subject, text, HTML and invite, from live objects at the first attempt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe

from bookings import access
from bookings.core import colours, ics, rendering, weekly, wording
from bookings.models import Booking, Lead, Message, MessageTemplate

K = Message.Kind


@dataclass(frozen=True)
class Letter:
    """A message's wording before the values are filled in, and the name of its main button's address."""

    subject: str
    body: str
    button: tuple[str, str] | None = None


BUILT_IN: dict[str, Letter] = {
    K.CANCELLATION: Letter(
        "Cancelled: {{ meeting }} on {{ starts_at }}",
        "Hi {{ lead_name }},\n\nyour {{ meeting }} with {{ rep_name }} on {{ starts_at }} is cancelled and taken "
        "out of your calendar. If that was a mistake, it can be taken back for ten minutes.",
        ("See the booking", "manage_url"),
    ),
    K.REASSIGNMENT: Letter(
        "{{ rep_name }} will meet you: {{ meeting }}",
        "Hi {{ lead_name }},\n\n{{ rep_name }} will take your {{ meeting }} on {{ starts_at }}. "
        "The time and your link stay the same.",
        ("See the booking", "manage_url"),
    ),
    K.CHOOSE_AGAIN: Letter(
        "Please choose another time: {{ meeting }}",
        "Hi {{ lead_name }},\n\nwe are sorry: nobody can meet you for your {{ meeting }} on {{ starts_at }} after all. "
        "Please pick another time; your invite and your link stay the same. Until you do, nothing is lost.",
        ("Pick another time", "reschedule_url"),
    ),
    K.MANAGE_LINK: Letter(
        "You already have a time: {{ meeting }}",
        "Hi {{ lead_name }},\n\nyou already hold a meeting with us: {{ meeting }} on {{ starts_at }}. "
        "You can move or cancel it at any time.",
        ("See or move your booking", "manage_url"),
    ),
    K.REP_NOTICE: Letter(
        "{{ meeting }} with {{ lead_name }}: {{ starts_at }}",
        "Hi {{ rep_name }},\n\n{{ lead_name }} meets you on {{ starts_at }}.",
        ("Open your day", "rep_url"),
    ),
    K.ATTENDANCE_REQUEST: Letter(
        "Did {{ lead_name }} come?",
        "Hi {{ rep_name }},\n\nnothing has told us yet whether {{ lead_name }} came to your {{ meeting }}. "
        "One tap settles it; without it we will offer a new time.",
        ("Yes or no", "outcome_url"),
    ),
    K.OUTCOME_REQUEST: Letter(
        "How did it go with {{ lead_name }}?",
        "Hi {{ rep_name }},\n\nyour {{ meeting }} with {{ lead_name }} is over. "
        "Please mark what came of it; it takes one tap.",
        ("Mark the outcome", "outcome_url"),
    ),
    K.NOTIFICATION: Letter(
        "{{ lead_name }} needs a person",
        "{{ lead_name }} has come to a point of the workflow where somebody should look.",
        ("Open the lead", "lead_url"),
    ),
}
WEEKLY = Letter(
    "{{ meeting }}: {{ starts_at }} to {{ ends_at }}",
    "Hi,\n\nthis is how the seven days from {{ starts_at }} to {{ ends_at }} went, beside the week before.",
    ("Open the reports", "reports_url"),
)
REP_CANCELLED = Letter(
    "Cancelled: {{ meeting }} with {{ lead_name }}",
    "Hi {{ rep_name }},\n\n{{ lead_name }} will not meet you on {{ starts_at }}: the meeting is off and out of "
    "your calendar.",
    ("Open your day", "rep_url"),
)
BUTTONS: dict[str, tuple[str, str]] = {
    K.CONFIRMATION: ("See or move the booking", "manage_url"),
    K.REMINDER: ("Join the meeting", "join_url"),
    K.RECONFIRM: ("Yes, I will be there", "reconfirm_url"),
    K.OFFER: ("Pick a time", "booking_url"),
    K.REBOOK_OFFER: ("Pick a new time", "rebook_url"),
}
MOVABLE = (K.CONFIRMATION, K.REMINDER, K.RECONFIRM, K.REASSIGNMENT, K.MANAGE_LINK, K.CHOOSE_AGAIN)


@dataclass(frozen=True)
class Written:
    """A message ready to leave."""

    subject: str
    text: str
    html: str
    invite: str


def write(message: Message, now: datetime) -> Written:
    """Everything the message says, as of now. Raises MessageTemplate.DoesNotExist if its template is gone."""
    values = values_of(message, now)
    written = compose(message, letter_of(message), values, now)
    if not message.invite_method or not message.booking:
        return written
    return replace(written, invite=invite(message.booking, message, now))


def compose(message: Message, letter: Letter, values: dict[str, Any], now: datetime) -> Written:
    """The letter with these values, in the frame that all mails share. Reads the message, writes nothing."""
    note = message.details.get("note", "")
    subject = rendering.render_subject(letter.subject, values)
    context = {
        "brand": brand(),
        "subject": subject,
        "preheader": subject,
        "body_text": _with_note(note, rendering.render_text(letter.body, values)),
        "body_html": mark_safe(_paragraphs(note) + rendering.render_html(letter.body, values)),
        "facts": _facts(message, values, now),
        "button": _button(letter, values),
        "links": _links(message, values),
        "footer": settings.ORDINUS_BRAND_NAME,
    }
    return Written(
        subject=subject,
        text=render_to_string("bookings/mail/message.txt", context),
        html=render_to_string("bookings/mail/message.html", context),
        invite="",
    )


def brand() -> dict[str, str]:
    colour = colours.normalised(settings.ORDINUS_BRAND_COLOUR, "#2f5bd7")
    return {"name": settings.ORDINUS_BRAND_NAME, "colour": colour, "text_colour": colours.text_on(colour)}


def letter_of(message: Message) -> Letter:
    """The wording of a message before its values: the template's in the lead's language, or what is built in."""
    if message.template:
        template = MessageTemplate.objects.get(slug=message.template)
        wording = template.wording_for(_language_of(message))
        return Letter(wording.subject, wording.body, button_for(message.kind, wording.body))
    if message.kind == K.REP_NOTICE and message.invite_method == "CANCEL":
        return REP_CANCELLED
    if message.kind == K.WEEKLY_REPORT:
        return WEEKLY
    return BUILT_IN[message.kind]


def _language_of(message: Message) -> str:
    """The reader's language as known now, the fact `lead.language`; empty when nobody told."""
    return Lead.objects.filter(pk=message.lead or 0).values_list("language", flat=True).first() or ""


def button_for(kind: str, body: str) -> tuple[str, str] | None:
    """Label and address of the main button of a template's mail."""
    if kind in BUTTONS:
        return BUTTONS[kind]
    used = rendering.names_used(body)
    for name, label in (("rebook_url", "Pick a new time"), ("booking_url", "Pick a time")):
        if name in used:
            return label, name
    return None


def _with_note(note: str, text: str) -> str:
    """A note is somebody's own words: shown as they are, never read as a template."""
    return f"{note}\n\n{text}" if note else text


def _paragraphs(note: str) -> str:
    return linebreaks(note, autoescape=True) if note else ""


def _button(letter: Letter, values: dict[str, Any]) -> dict[str, str] | None:
    if letter.button is None or not values.get(letter.button[1]):
        return None
    return {"label": letter.button[0], "url": str(values[letter.button[1]])}


def _facts(message: Message, values: dict[str, Any], now: datetime) -> list[dict[str, str]]:
    booking = message.booking
    if message.kind == K.WEEKLY_REPORT:
        return list(message.details["rows"])
    if booking is None or message.kind == K.REBOOK_OFFER:
        return []
    zone = zone_of(message)
    facts = [
        {"label": "What", "value": booking.meeting_type.name},
        {"label": "When", "value": wording.span(*times_of(message), zone, now)},
    ]
    if message.audience == Message.Audience.GUEST:
        facts.append({"label": "With", "value": booking.rep.name})
    else:
        facts.append({"label": "Guest", "value": f"{booking.lead.name} ({booking.lead.email})"})
        facts += _answers(booking)
    if booking.status == Booking.Status.CONFIRMED and message.invite_method != "CANCEL":
        address = (
            values["join_url"] if message.audience == Message.Audience.GUEST else booking.rep.meeting_url
        )
        if address:
            facts.append({"label": "Join", "value": "Open the meeting room", "url": str(address)})
    return facts


def _answers(booking: Booking) -> list[dict[str, str]]:
    """What the guest answered, for the rep: one line a question."""
    found = []
    for question in booking.enquiry.form.questions.all():
        value = booking.enquiry.answers.get(question.name)
        if question.name in ("name", "email") or value in (None, "", [], False):
            continue
        shown = (
            ", ".join(map(str, value)) if isinstance(value, list) else "Yes" if value is True else str(value)
        )
        found.append({"label": question.label, "value": shown})
    return found


def _links(message: Message, values: dict[str, Any]) -> list[dict[str, str]]:
    booking = message.booking
    if booking is None or message.audience != Message.Audience.GUEST or message.kind not in MOVABLE:
        return []
    return [
        {"label": "Move to another time", "url": values["reschedule_url"]},
        {"label": "Cancel", "url": values["cancel_url"]},
    ]


def zone_of(message: Message) -> str:
    """The zone whose clock the reader lives by."""
    booking = message.booking
    if booking is None:
        return message.details.get("time_zone") or "UTC"
    if "former" in message.details:
        return str(message.details["former"]["time_zone"])
    if message.audience == Message.Audience.REP:
        return booking.rep.time_zone
    return booking.time_zone or "UTC"


def times_of(message: Message) -> tuple[datetime, datetime]:
    """Start and end as the reader knows them: a rep who lost the meeting knows its former time."""
    assert message.booking is not None
    former = message.details.get("former")
    if former:
        return datetime.fromisoformat(former["start"]), datetime.fromisoformat(former["end"])
    return message.booking.start_at, message.booking.end_at


def values_of(message: Message, now: datetime) -> dict[str, Any]:
    """The documented names of templates, and a few more addresses for the built-in texts."""
    values: dict[str, Any] = {"lead_name": message.details.get("lead_name") or message.to_name}
    if message.run:
        booking_url = access.url(f"/b/{access.run_token(message.run, now)}/")
        values |= {"booking_url": booking_url, "rebook_url": booking_url}
    if message.lead:
        values["lead_url"] = access.url(f"/admin/bookings/lead/{message.lead}/change/")
    values["rep_url"] = access.url("/rep/")
    if message.kind == K.WEEKLY_REPORT:
        return _values_of_the_week(message)
    booking = message.booking
    if booking is None:
        return values
    is_reminder = message.kind == K.REMINDER
    token = access.revision_token(booking, now) if is_reminder else access.manage_token(booking, now)
    zone = zone_of(message)
    start, end = times_of(message)
    return values | {
        "lead_name": booking.lead.name or booking.lead.email,
        "rep_name": message.to_name if message.audience == Message.Audience.REP else booking.rep.name,
        "meeting": booking.meeting_type.name,
        "starts_at": wording.moment(start, zone, now),
        "ends_at": wording.moment(end, zone, now),
        "manage_url": access.url(f"/m/{token}/"),
        "reschedule_url": access.url(f"/m/{token}/reschedule/"),
        "cancel_url": access.url(f"/m/{token}/cancel/"),
        "join_url": access.url(f"/m/{token}/join/"),
        "reconfirm_url": access.url(f"/m/{token}/reconfirm/"),
        "outcome_url": access.url(f"/o/{access.outcome_token(booking, now)}/"),
    }


def _values_of_the_week(message: Message) -> dict[str, Any]:
    first, last = weekly.span(message.details["since"], message.details["until"])
    zone = message.details["time_zone"]
    query = urlencode({"period": "dates", **weekly.days(first, last, zone)})
    return {
        "meeting": message.details["name"],
        "starts_at": wording.day(first, zone),
        "ends_at": wording.day(last, zone),
        "reports_url": access.url(f"/admin/reports/?{query}"),
    }


def invite(booking: Booking, message: Message, now: datetime) -> str:
    """The invite of a message: the same UID for the booking's life, the sequence of its change."""
    event = invite_of(booking, sequence=message.invite_sequence, created_at=message.created_at, now=now)
    if "former" in message.details:
        start, end = times_of(message)
        event = replace(event, start=start, end=end, attendees=((message.to_address, message.to_name),))
    made = ics.cancellation(event) if message.invite_method == "CANCEL" else ics.request(event)
    return made.decode()


def invite_of(booking: Booking, *, sequence: int, created_at: datetime, now: datetime) -> ics.Invite:
    join = access.url(f"/m/{access.manage_token(booking, now)}/join/")
    manage = access.url(f"/m/{access.manage_token(booking, now)}/")
    return ics.Invite(
        uid=booking.uid,
        sequence=sequence,
        start=booking.start_at,
        end=booking.end_at,
        summary=f"{booking.meeting_type.name}: {booking.lead.name or booking.lead.email} and {booking.rep.name}",
        description=f"Join: {join}\nMove or cancel: {manage}",
        location=join,
        organizer_email=settings.ORDINUS_ORGANIZER_EMAIL,
        organizer_name=settings.ORDINUS_BRAND_NAME,
        attendees=((booking.lead.email, booking.lead.name), (booking.rep.email, booking.rep.name)),
        created_at=created_at,
    )
