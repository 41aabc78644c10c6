from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bookings import access
from bookings.models import AttendanceSignal, Booking


@pytest.fixture
def link(booking: Booking) -> str:
    return f"/o/{access.outcome_token(booking, timezone.now())}/"


def test_the_mailed_link_shows_the_card_and_marks_nothing(
    client: Client, booking: Booking, link: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.end_at)
    for _ in range(5):
        page = client.get(link).content.decode()
    assert "Did they come?" in page and "Grace Hopper" in page
    assert not AttendanceSignal.objects.exists()


def test_its_buttons_take_the_meeting_from_attendance_to_outcome_and_back(
    client: Client, booking: Booking, link: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.end_at)
    assert client.post(link, {"mark": "attended"})["Location"] == link
    assert AttendanceSignal.objects.get().actor == f"rep:{booking.rep_id}"
    assert "What came of it?" in client.get(link).content.decode()
    client.post(link, {"mark": "closed_won"})
    booking.refresh_from_db()
    assert booking.outcome == "closed_won"
    page = client.get(link).content.decode()
    assert "It is marked, thank you" in page and "Undo" in page
    client.post(link, {"mark": "undo"})
    booking.refresh_from_db()
    assert booking.outcome == ""


def test_a_mark_too_early_is_told_beside_the_card(client: Client, link: str) -> None:
    response = client.post(link, {"mark": "attended"})
    assert response.status_code == 409
    assert 'role="alert"' in response.content.decode()


def test_the_guests_link_opens_no_card_and_the_reps_no_booking(
    client: Client, link: str, manage: str
) -> None:
    assert client.get(manage.replace("/m/", "/o/")).status_code == 404
    assert client.get(link.replace("/o/", "/m/")).status_code == 404
