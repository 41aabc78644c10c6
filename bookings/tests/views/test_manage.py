from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from bookings import access, attendance, scheduling
from bookings.models import Booking
from bookings.tests.views.conftest import NOW, sent


def _page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return str(response.content.decode())


def test_the_booking_says_what_when_and_with_whom(client: Client, manage: str) -> None:
    page = _page(client, manage)
    assert "You are booked" in page and "Ana Silva" in page and "Product demo" in page
    assert 'Tuesday 24 November, <span class="together">01:00-01:30 (Berlin)</span>' in page
    assert "30 minutes · in 15 hours" in page
    for path in ("reschedule/", "cancel/", "join/", "invite.ics"):
        assert f'href="{manage}{path}"' in page


def test_it_can_be_put_into_the_usual_calendars(client: Client, manage: str) -> None:
    page = _page(client, manage)
    assert "https://calendar.google.com/calendar/render?action=TEMPLATE" in page
    assert "https://outlook.live.com/calendar/0/deeplink/compose" in page
    assert "dates=20261124T000000Z%2F20261124T003000Z" in page


def test_the_calendar_file_is_this_meeting(client: Client, booking: Booking, manage: str) -> None:
    response = client.get(manage + "invite.ics")
    event = Calendar.from_ical(response.content).walk("VEVENT")[0]
    assert response["Content-Type"].startswith("text/calendar")
    assert (str(event["UID"]), event["SEQUENCE"], event.decoded("DTSTART")) == (
        booking.uid,
        0,
        booking.start_at,
    )
    assert str(event["LOCATION"]) == f"https://ordinus.test{manage}join/"


def test_cancelling_asks_first_and_takes_a_reason(client: Client, booking: Booking, manage: str) -> None:
    page = _page(client, manage + "cancel/")
    assert "Cancel this meeting?" in page and "Move it instead" in page
    response = client.post(manage + "cancel/", {"reason": " No time. "})
    booking.refresh_from_db()
    assert response["Location"] == f"{manage}?done=cancelled"
    assert (booking.status, booking.cancel_reason) == (Booking.Status.CANCELLED, "No time.")
    page = _page(client, response["Location"])
    assert "This meeting is cancelled" in page and "No time." in page and "Undo" in page
    assert "join/" not in page


def test_cancelling_twice_is_cancelling_once(client: Client, booking: Booking, manage: str) -> None:
    for _ in range(2):
        assert client.post(manage + "cancel/").status_code == 303
    booking.refresh_from_db()
    assert booking.revision == 1


def test_a_cancellation_can_be_taken_back_for_ten_minutes(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    client.post(manage + "cancel/")
    clock.shift(timedelta(minutes=9))
    response = client.post(manage + "restore/")
    booking.refresh_from_db()
    assert response["Location"] == f"{manage}?done=restored"
    assert booking.status == Booking.Status.CONFIRMED


def test_after_ten_minutes_there_is_no_undo_but_a_way_to_book_again(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    client.post(manage + "cancel/")
    clock.shift(timedelta(minutes=11))
    page = _page(client, manage)
    assert "Undo" not in page
    assert 'href="/book/demo/"' in page and "Book again" in page
    response = client.post(manage + "restore/")
    assert response.status_code == 409
    assert "can no longer be taken back" in response.content.decode()


def test_a_time_given_away_meanwhile_cannot_come_back(client: Client, booking: Booking, manage: str) -> None:
    client.post(manage + "cancel/")
    other = sent(client, email="ada@other.example")
    scheduling.book(other.enquiry, booking.start_at, now=NOW)
    response = client.post(manage + "restore/")
    assert response.status_code == 409
    assert "given to somebody else" in response.content.decode()


def test_opening_the_undo_address_just_shows_the_booking(
    client: Client, booking: Booking, manage: str
) -> None:
    client.post(manage + "cancel/")
    assert client.get(manage + "restore/")["Location"] == manage
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED


@pytest.mark.parametrize(("path", "heading"), [("", "over"), ("cancel/", "over"), ("join/", "over")])
def test_once_it_is_over_nothing_can_be_changed(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller, path: str, heading: str
) -> None:
    clock.move_to(booking.end_at)
    page = _page(client, manage + path)
    assert f"This meeting is {heading}" in page
    assert "<form" not in page and "reschedule/" not in page


def test_a_cancellation_after_the_start_comes_too_late(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.start_at)
    response = client.post(manage + "cancel/")
    assert response.status_code == 409
    assert "It is too late for that" in response.content.decode()


def test_while_it_is_on_joining_stands_out(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.start_at + timedelta(minutes=1))
    page = _page(client, manage)
    assert "Your meeting is on now" in page and "Join the meeting" in page


def test_who_did_not_come_is_led_to_a_new_time(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.end_at)
    attendance.record(
        booking, signal="no_show", party="guest", source="rep_screen", now=booking.end_at, actor="system"
    )
    page = _page(client, manage)
    again = f"/b/{access.run_token(booking.enquiry.run_id, NOW)}/"
    assert "We missed you" in page and f'href="{again}"' in page
    assert "Next free time" in _page(client, again)
