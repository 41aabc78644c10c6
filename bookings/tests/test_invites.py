"""Invites over a booking's life: one UID, a sequence that rises, and the method that fits, for any reader."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import icalendar
import pytest
import vobject

from bookings import scheduling, sending
from bookings.models import Booking, Message
from bookings.tests import organisation
from bookings.tests.organisation import NOW, Organisation
from workflows.sweeping import sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organisation:
    return organisation.build(reps=1)


@pytest.fixture
def starts(acme: Organisation) -> list[datetime]:
    """Booked, moved, moved again, cancelled; the start of each time."""
    booking = acme.book(acme.submit(), 20)
    starts = [booking.start_at]
    sweep(NOW, NOW)
    for minute in (1, 2):
        now = NOW + timedelta(minutes=minute)
        first = now.date()
        slots = scheduling.movable(booking, first, first + timedelta(days=14), now=now)
        booking = scheduling.move(booking, slots[30 + minute].start, now=now)
        starts.append(booking.start_at)
        sweep(now, now)
    scheduling.cancel(booking, now=NOW + timedelta(minutes=3))
    sweep(NOW + timedelta(minutes=3), NOW)
    return [*starts, booking.start_at]


def mails(audience: str) -> list[EmailMessage]:
    """What was sent with an invite, as a mail program reads it."""
    sent = Message.objects.filter(audience=audience, state=Message.State.SENT).exclude(invite_method="")
    return [
        message_from_bytes(sending.email_of(each).message().as_bytes(), policy=policy.default)  # type: ignore[misc]
        for each in sent.order_by("pk")
    ]


def calendar_part(mail: EmailMessage) -> EmailMessage:
    return next(part for part in mail.walk() if part.get_content_type() == "text/calendar")  # type: ignore[return-value]


@pytest.mark.parametrize("audience", ["guest", "rep"])
def test_one_uid_and_a_rising_sequence_from_booking_to_cancellation(
    starts: list[datetime], audience: str
) -> None:
    calendars = [icalendar.Calendar.from_ical(calendar_part(mail).get_content()) for mail in mails(audience)]
    events = [calendar.walk("VEVENT")[0] for calendar in calendars]
    assert {str(event["UID"]) for event in events} == {Booking.objects.get().uid}
    assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2, 3]
    assert [str(calendar["METHOD"]) for calendar in calendars] == ["REQUEST"] * 3 + ["CANCEL"]
    assert [event["DTSTART"].dt for event in events] == starts
    assert len({str(event["ORGANIZER"]) for event in events}) == 1
    assert str(events[-1]["STATUS"]) == "CANCELLED"


def test_another_reader_reads_the_same(starts: list[datetime]) -> None:
    calendars = [vobject.readOne(calendar_part(mail).get_content()) for mail in mails("guest")]
    assert [calendar.method.value for calendar in calendars] == ["REQUEST"] * 3 + ["CANCEL"]
    assert [int(calendar.vevent.sequence.value) for calendar in calendars] == [0, 1, 2, 3]
    assert [calendar.vevent.dtstart.value for calendar in calendars] == starts
    assert len({calendar.vevent.uid.value for calendar in calendars}) == 1


def test_the_mime_method_is_the_calendars(starts: list[datetime]) -> None:
    for mail in mails("guest") + mails("rep"):
        part = calendar_part(mail)
        method = str(icalendar.Calendar.from_ical(part.get_content())["METHOD"])
        assert part.get_param("method") == method
        assert part.get_content_charset() == "utf-8"


def test_the_location_is_the_join_page_and_the_attendees_are_guest_and_rep(starts: list[datetime]) -> None:
    for mail in mails("guest"):
        event = icalendar.Calendar.from_ical(calendar_part(mail).get_content()).walk("VEVENT")[0]
        assert str(event["LOCATION"]).endswith("/join/")
        attendees = [str(each).lower() for each in event["ATTENDEE"]]
        assert attendees == ["mailto:grace@navy.example", "mailto:ana@acme.example"]
