from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone

from bookings import access
from bookings.models import Booking
from bookings.offering import movable
from bookings.tests.views.conftest import NOW, sent
from bookings.views.picker import value_of
from workflows.models import AuditEvent


def _free(booking: Booking) -> list[str]:
    today = NOW.date()
    slots = movable(booking, today, today + timedelta(days=9), now=timezone.now())
    return [value_of(slot.start) for slot in slots]


def _clicks() -> list[bool]:
    events = AuditEvent.objects.filter(verb="reschedule.clicked").order_by("pk")
    return [event.data["used"] for event in events]


def test_one_press_on_a_start_moves_the_meeting(client: Client, booking: Booking, manage: str) -> None:
    page = client.get(manage + "reschedule/").content.decode()
    wanted = _free(booking)[5]
    assert "Move your meeting" in page and "Keep my time" in page
    assert '<button class="time" name="start"' in page and "<details name" not in page
    response = client.post(manage + "reschedule/", {"start": wanted})
    booking.refresh_from_db()
    assert response.status_code == 303 and response["Location"] == f"{manage}?done=moved"
    assert value_of(booking.start_at) == wanted
    assert booking.revision == 1
    assert "Your meeting has moved." in client.get(response["Location"]).content.decode()


def test_the_present_time_is_shown_and_not_offered(client: Client, booking: Booking, manage: str) -> None:
    page = client.get(manage + "reschedule/?day=2026-11-24").content.decode()
    assert 'Now: Tuesday 24 November, <span class="together">01:00-01:30 (Berlin)</span>' in page
    assert f'value="{value_of(booking.start_at)}"' not in page


def test_a_reminders_link_moves_once_and_is_gone_then(client: Client, booking: Booking) -> None:
    reminded = f"/m/{access.revision_token(booking, NOW)}/"
    assert client.get(reminded + "reschedule/").status_code == 200
    response = client.post(reminded + "reschedule/", {"start": _free(booking)[0]})
    assert client.get(response["Location"]).status_code == 200
    for path in ("", "reschedule/", "cancel/", "join/", "invite.ics"):
        gone = client.get(reminded + path)
        assert gone.status_code == 410
    assert "earlier time of the meeting" in gone.content.decode()


def test_a_time_that_cannot_be_had_changes_nothing_and_shows_the_rest(
    client: Client, booking: Booking, manage: str
) -> None:
    wanted = _free(booking)[0]
    sent(client, email="ada@other.example")
    before = booking.start_at
    other = sent(client, email="bob@other.example")
    other.book()
    response = client.post(manage + "reschedule/", {"start": wanted})
    booking.refresh_from_db()
    assert response.status_code == 409
    assert booking.start_at == before and booking.revision == 0
    assert "Next free time" in response.content.decode()


def test_opening_it_counts_once_a_revision_and_a_press_says_so(
    client: Client, booking: Booking, manage: str
) -> None:
    client.head(manage + "reschedule/")
    assert _clicks() == []
    for _ in range(3):
        client.get(manage + "reschedule/")
    assert _clicks() == [False]
    client.post(manage + "reschedule/", {"start": _free(booking)[3]})
    assert _clicks() == [False, True]
    client.get(manage + "reschedule/")
    assert _clicks() == [False, True, False]


def test_a_meeting_that_has_begun_stays_where_it_is(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    wanted = _free(booking)[-1]
    clock.move_to(booking.start_at)
    for response in (
        client.get(manage + "reschedule/"),
        client.post(manage + "reschedule/", {"start": wanted}),
    ):
        assert response.status_code == 409
        assert "It is too late for that" in response.content.decode()


def test_a_booking_moves_only_so_often_an_hour(
    client: Client, booking: Booking, manage: str, settings: Any
) -> None:
    settings.ORDINUS_RATE_LIMITS = True
    answers = [client.post(manage + "reschedule/", {"start": "x"}).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]


def test_without_another_time_the_rep_can_be_written_to(
    client: Client, booking: Booking, manage: str
) -> None:
    booking.rep.hours.all().delete()
    page = client.get(manage + "reschedule/").content.decode()
    assert "No other time is free just now" in page
    assert "mailto:ana@acme.example" in page and "Write to Ana Silva" in page
