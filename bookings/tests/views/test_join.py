from __future__ import annotations

from datetime import timedelta

import time_machine
from django.test import Client

from bookings.models import AttendanceSignal, Booking
from workflows.sweeping import sweep


def test_the_button_records_that_the_guest_joined_and_leads_to_the_meeting(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.start_at - timedelta(minutes=2))
    page = client.get(manage + "join/")
    assert "Ready when you are" in page.content.decode()
    assert not AttendanceSignal.objects.exists()
    response = client.post(manage + "join/")
    assert response.status_code == 303 and response["Location"] == "https://meet.acme.example/ana"
    signal = AttendanceSignal.objects.get()
    assert (signal.signal, signal.party, signal.source, signal.actor) == (
        "joined",
        "guest",
        "join_page",
        "lead",
    )


def test_who_joined_has_attended_once_it_is_over(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.start_at)
    client.post(manage + "join/")
    sweep(booking.end_at, booking.end_at)
    booking.refresh_from_db()
    assert booking.status == Booking.Status.ATTENDED


def test_browsers_may_follow_the_form_to_the_meeting(client: Client, manage: str) -> None:
    policy = client.get(manage + "join/")["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";") if " " in part.strip())
    assert directives["form-action"] == "'self' https:"
    assert "'self' https:" not in client.get(manage)["Content-Security-Policy"]


def test_a_rep_who_follows_the_invite_is_not_taken_for_the_guest(
    client: Client, booking: Booking, manage: str
) -> None:
    client.force_login(booking.rep.user)
    client.post(manage + "join/")
    signal = AttendanceSignal.objects.get()
    assert (signal.party, signal.actor) == ("host", f"rep:{booking.rep_id}")


def test_a_rep_without_a_room_is_expected_to_call(client: Client, booking: Booking, manage: str) -> None:
    booking.rep.meeting_url = ""
    booking.rep.save()
    response = client.post(manage + "join/")
    assert response.status_code == 200
    assert "You are expected" in response.content.decode()
    assert AttendanceSignal.objects.count() == 1


def test_who_comes_late_and_was_given_up_can_still_join(
    client: Client, booking: Booking, manage: str, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.start_at + timedelta(minutes=10))
    Booking.objects.update(status=Booking.Status.NO_SHOW)
    assert client.post(manage + "join/").status_code == 303


def test_nobody_joins_a_cancelled_meeting(client: Client, booking: Booking, manage: str) -> None:
    client.post(manage + "cancel/")
    response = client.post(manage + "join/")
    assert response.status_code == 200
    assert "There is nothing to join." in response.content.decode()
    assert not AttendanceSignal.objects.exists()
