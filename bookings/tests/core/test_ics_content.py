"""What the invites say, read by two parsers that know nothing of each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from bookings.core.ics import CANCELLED, Invite, cancellation, publish, request
from bookings.tests.core.invites import INVITE, unfolded


def by_icalendar(ics: bytes) -> tuple[icalendar.Calendar, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(ics)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def by_vobject(ics: bytes) -> tuple[vobject.base.Component, vobject.base.Component]:
    calendar = vobject.readOne(ics.decode())
    return calendar, calendar.vevent


@pytest.mark.parametrize(
    ("write", "method", "status"),
    [
        (request, "REQUEST", "CONFIRMED"),
        (cancellation, "CANCEL", "CANCELLED"),
        (publish, "PUBLISH", "CONFIRMED"),
    ],
)
def test_two_parsers_read_the_same_meeting(write, method, status):
    ics = write(INVITE)
    calendar, event = by_icalendar(ics)
    other_calendar, other = by_vobject(ics)
    assert calendar["METHOD"] == other_calendar.method.value == method
    assert event["STATUS"] == other.status.value == status
    assert event["UID"] == other.uid.value == INVITE.uid
    assert event["SEQUENCE"] == int(other.sequence.value) == 0
    assert event["DTSTART"].dt == other.dtstart.value == INVITE.start
    assert event["DTEND"].dt == other.dtend.value == INVITE.end
    assert event["SUMMARY"] == other.summary.value == INVITE.summary
    assert event["DESCRIPTION"] == other.description.value == INVITE.description
    assert event["LOCATION"] == other.location.value == INVITE.location
    assert event["ORGANIZER"] == other.organizer.value == "mailto:bookings@acme.example"


def test_a_request_asks_every_attendee_to_answer():
    _, event = by_icalendar(request(INVITE))
    people = event["ATTENDEE"]
    assert [str(person) for person in people] == ["mailto:grace@navy.example", "mailto:ana@acme.example"]
    assert [person.params["CN"] for person in people] == ["Grace Hopper", "Ana Silva"]
    assert {(person.params["RSVP"], person.params["PARTSTAT"]) for person in people} == {
        ("TRUE", "NEEDS-ACTION")
    }


def test_a_cancellation_asks_for_no_answer():
    _, event = by_icalendar(cancellation(INVITE))
    assert {person.params["RSVP"] for person in event["ATTENDEE"]} == {"FALSE"}


def test_a_download_names_no_attendees():
    _, event = by_icalendar(publish(INVITE))
    assert "ATTENDEE" not in event


def test_a_download_of_a_cancelled_meeting_says_so():
    _, event = by_icalendar(publish(replace(INVITE, status=CANCELLED)))
    assert event["STATUS"] == "CANCELLED"


def test_moves_and_a_cancellation_keep_the_uid_and_raise_the_sequence():
    later = replace(INVITE, start=INVITE.start + timedelta(days=1), end=INVITE.end + timedelta(days=1))
    files = [request(INVITE), request(replace(later, sequence=1)), request(replace(INVITE, sequence=2)),
             cancellation(replace(INVITE, sequence=3))]  # fmt: skip
    events = [by_icalendar(ics)[1] for ics in files]
    assert {str(event["UID"]) for event in events} == {INVITE.uid}
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2, 3]


def test_a_retry_writes_the_same_bytes():
    assert request(INVITE) == request(replace(INVITE))


def test_times_are_written_in_utc_whatever_zone_they_come_in():
    berlin = ZoneInfo("Europe/Berlin")
    local = replace(INVITE, start=INVITE.start.astimezone(berlin), end=INVITE.end.astimezone(berlin))
    assert request(local) == request(INVITE)
    lines = unfolded(request(local))
    assert "DTSTART:20261124T090000Z" in lines
    assert "DTSTAMP:20261101T120000Z" in lines


def test_ordinus_can_know_its_own_event_again():
    _, event = by_icalendar(request(INVITE))
    assert event["X-ORDINUS-BOOKING"] == INVITE.uid
    assert INVITE.uid.endswith("@ordinus")


def test_lines_are_folded_at_75_octets():
    ics = request(replace(INVITE, summary="Vorführung für Größen 👩\u200d💻 " * 20))
    assert max(len(line) for line in ics.split(b"\r\n")) <= 75
    assert by_vobject(ics)[1].summary.value.startswith("Vorführung für Größen 👩\u200d💻 Vorführung")


@pytest.mark.parametrize(
    "change",
    [
        {"end": INVITE.start},
        {"sequence": -1},
        {"start": INVITE.start.replace(tzinfo=None)},
        {"end": INVITE.start - timedelta(minutes=1)},
        {"created_at": INVITE.created_at.replace(tzinfo=None)},
    ],
)
def test_an_impossible_invite_is_refused(change: dict[str, object]):
    impossible: Invite = replace(INVITE, **change)
    with pytest.raises((ValueError, TypeError)):
        request(impossible)


def test_a_status_of_no_calendar_is_refused():
    with pytest.raises(ValueError, match="CONFIRMED"):
        publish(replace(INVITE, status="attended"))


def test_midnight_utc_is_still_a_time():
    midnight = replace(
        INVITE, start=datetime(2026, 11, 24, tzinfo=UTC), end=datetime(2026, 11, 24, 1, tzinfo=UTC)
    )
    assert "DTSTART:20261124T000000Z" in unfolded(request(midnight))
