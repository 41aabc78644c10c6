"""Whatever people call themselves, an invite has the attendees and properties that Ordinus gave it."""

from __future__ import annotations

from dataclasses import replace

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.ics import request
from bookings.tests.core.invites import INVITE, unfolded

PAYLOADS = [
    'Eve";CN=Mallory:mailto:victim@y.example',
    "Eve\r\nATTENDEE:mailto:victim@y.example",
    "Eve\nBEGIN:VALARM\nTRIGGER:PT0S\nEND:VALARM",
    "Eve\u2028ATTENDEE:mailto:victim@y.example",
    "Eve\x85ATTENDEE:mailto:victim@y.example",
    "Eve, Mallory; the: third",
    "Eve^nATTENDEE:mailto:victim@y.example",
    "Eve^'x",
    "Eve\\nATTENDEE:mailto:victim@y.example",
    "Eve\x00\x1b[31m",
    "Eve\ud800",
    "=cmd|' /C calc'!A0",
    "\u202eevE",
]


def property_names(ics: bytes) -> list[str]:
    return [line.split(":")[0].split(";")[0] for line in unfolded(ics)]


def guest_is(name: str) -> bytes:
    return request(
        replace(
            INVITE,
            summary=f"Demo: {name}",
            description=f"With {name}",
            location=f"https://book.acme.example/{name}",
            organizer_name=name,
            attendees=(("eve@x.example", name), ("ana@acme.example", "Ana Silva")),
        )
    )


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_name_adds_no_property_and_no_attendee(name):
    ics = guest_is(name)
    assert property_names(ics) == property_names(guest_is("Eve"))
    (event,) = icalendar.Calendar.from_ical(ics).walk("VEVENT")
    assert [str(person) for person in event["ATTENDEE"]] == [
        "mailto:eve@x.example",
        "mailto:ana@acme.example",
    ]
    other = vobject.readOne(ics.decode()).vevent
    assert [person.value for person in other.attendee_list] == [
        "mailto:eve@x.example",
        "mailto:ana@acme.example",
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_name_at_all_changes_the_shape_of_an_invite(name):
    (event,) = icalendar.Calendar.from_ical(guest_is(name)).walk("VEVENT")
    assert [str(person) for person in event["ATTENDEE"]] == [
        "mailto:eve@x.example",
        "mailto:ana@acme.example",
    ]
    assert event["UID"] == INVITE.uid


@pytest.mark.parametrize(
    "email",
    [
        "eve@x.example\r\nATTENDEE:mailto:victim@y.example",
        "eve@x.example,victim@y.example",
        "eve@x.example;victim@y.example",
        '"eve victim@y.example"@x.example',
        "Eve <eve@x.example>",
        "eve",
        "",
        "eve@x@y",
    ],
)
def test_an_address_that_could_become_two_is_refused(email):
    with pytest.raises(ValueError, match="address"):
        request(replace(INVITE, attendees=((email, "Eve"),)))


def test_an_apostrophe_is_part_of_many_addresses():
    ics = request(replace(INVITE, attendees=(("o'brien+demo@x.example", "Pat O'Brien"),)))
    assert vobject.readOne(ics.decode()).vevent.attendee.value == "mailto:o'brien+demo@x.example"


def test_quotes_in_a_name_need_no_escape_that_calendars_may_not_know():
    ics = request(replace(INVITE, attendees=(("eve@x.example", 'Eve "Ace" Hall^2'),)))
    assert "ATTENDEE;CN=\"Eve 'Ace' Hall2\";" in "\n".join(unfolded(ics))


def test_a_name_of_nothing_readable_is_left_out():
    ics = request(replace(INVITE, attendees=(("eve@x.example", "\x00\n"),)))
    assert "CN" not in icalendar.Calendar.from_ical(ics).walk("VEVENT")[0]["ATTENDEE"].params
