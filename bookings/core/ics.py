"""Calendar invites (RFC 5545, RFC 5546): one UID for a booking's life, a higher SEQUENCE for each change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

from bookings.core.plaintext import many_lines, one_line
from routing.core.own_events import OWN_PROPERTY, uid_for

__all__ = ["CANCELLED", "CONFIRMED", "Invite", "cancellation", "publish", "request", "uid_for"]

CONFIRMED = "CONFIRMED"
CANCELLED = "CANCELLED"

_PRODUCT = "-//Ordinus//Bookings//EN"
_ADDRESS = re.compile(r"""[^\s@"(),:;<>\[\]\\\x00-\x1f\x7f]+@[^\s@"(),:;<>\[\]\\\x00-\x1f\x7f]+""")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Invite:
    """A meeting as calendars are told of it.

    `start`, `end` and `created_at` are aware; `created_at` is the instant of this revision and becomes
    DTSTAMP, so the same invite always gives the same bytes. `location` is the address of the join page.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    summary: str
    description: str
    location: str
    organizer_email: str
    organizer_name: str
    attendees: Sequence[tuple[str, str]]
    created_at: datetime
    status: str = CONFIRMED


def request(invite: Invite) -> bytes:
    """The file that books or moves a meeting in the attendees' calendars (METHOD:REQUEST).

    Raises ValueError when an address, an instant or the sequence cannot stand in an invite.
    """
    event = _event(invite, CONFIRMED)
    for email, name in invite.attendees:
        event.add("attendee", _attendee(email, name, rsvp=True))
    return _calendar("REQUEST", event)


def cancellation(invite: Invite) -> bytes:
    """The file that removes a meeting from the attendees' calendars (METHOD:CANCEL).

    Calendars ignore it unless `invite.sequence` is at least that of the last request. Raises as `request`.
    """
    event = _event(invite, CANCELLED)
    for email, name in invite.attendees:
        event.add("attendee", _attendee(email, name, rsvp=False))
    return _calendar("CANCEL", event)


def publish(invite: Invite) -> bytes:
    """The file for “add to calendar” (METHOD:PUBLISH), with `invite.status`; it asks nobody to answer.

    RFC 5546, 3.2.1 forbids attendees in it. Raises as `request`.
    """
    if invite.status not in (CONFIRMED, CANCELLED):
        raise ValueError(f"An invite is {CONFIRMED} or {CANCELLED}, not “{invite.status}”.")
    return _calendar("PUBLISH", _event(invite, invite.status))


def _event(invite: Invite, status: str) -> Event:
    if invite.end <= invite.start:
        raise ValueError("An invite's end lies after its start.")
    if invite.sequence < 0:
        raise ValueError("An invite's sequence is not negative.")
    event = Event()
    event.add("uid", one_line(invite.uid))
    event.add("sequence", invite.sequence)
    event.add("dtstamp", _utc(invite.created_at))
    event.add("dtstart", _utc(invite.start))
    event.add("dtend", _utc(invite.end))
    event.add("summary", one_line(invite.summary))
    event.add("description", many_lines(invite.description))
    if location := one_line(invite.location):
        event.add("location", location)
        event.add("url", location)
    event.add("status", status)
    event.add("transp", "OPAQUE")
    event.add("class", "PUBLIC")
    event.add("organizer", _person(invite.organizer_email, invite.organizer_name))
    event.add(OWN_PROPERTY, one_line(invite.uid))
    return event


def _calendar(method: str, event: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _attendee(email: str, name: str, *, rsvp: bool) -> vCalAddress:
    person = _person(email, name)
    person.params["CUTYPE"] = vText("INDIVIDUAL")
    person.params["ROLE"] = vText("REQ-PARTICIPANT")
    person.params["PARTSTAT"] = vText("NEEDS-ACTION")
    person.params["RSVP"] = vText("TRUE" if rsvp else "FALSE")
    return person


def _person(email: str, name: str) -> vCalAddress:
    # The value of an address is written without escaping, so whatever could end it is refused.
    if not _ADDRESS.fullmatch(email):
        raise ValueError("This e-mail address cannot stand in an invite.")
    person = vCalAddress(f"mailto:{email}")
    # Quotes cannot be escaped inside a parameter (RFC 5545, 3.2); the caret would start an RFC 6868 escape.
    if plain := one_line(name, _LONGEST_NAME).replace('"', "'").replace("^", ""):
        person.params["CN"] = vText(plain)
    return person


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("Invites need instants with a time zone.")
    return instant.astimezone(UTC)
