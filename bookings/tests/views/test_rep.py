from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client

from bookings.models import AttendanceSignal, Booking
from bookings.tests.views.conftest import NOW, Organisation, sent


@pytest.fixture
def ana(client: Client, organisation: Organisation) -> Client:
    client.force_login(organisation.rep.user)
    return client


def _day(client: Client, address: str = "/rep/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def _mark(client: Client, booking: Booking, mark: str, **more: str) -> Any:
    return client.post(f"/rep/bookings/{booking.pk}/", {"mark": mark, **more})


def test_a_visitor_is_asked_to_sign_in(client: Client, organisation: Organisation) -> None:
    assert client.get("/rep/")["Location"] == "/rep/login/?next=/rep/"


def test_an_empty_week_says_so_and_what_comes(ana: Client) -> None:
    page = _day(ana)
    assert "Monday 23 November" in page and "No meetings today." in page
    assert "Nothing booked this week" in page


def test_a_card_says_who_when_and_why_to_me(ana: Client, booking: Booking) -> None:
    page = _day(ana)
    assert "The week ahead" in page
    assert "Grace Hopper" in page and "navy.example" in page
    assert "It was your turn in Everyone." in page
    assert "Company size" in page and "900" in page
    assert 'name="mark"' not in page


def test_before_the_start_nothing_can_be_marked(ana: Client, booking: Booking) -> None:
    response = _mark(ana, booking, "attended")
    assert response.status_code == 409
    assert "has not begun" in response.content.decode()


def test_from_the_start_on_one_tap_says_they_came(
    ana: Client, booking: Booking, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.start_at)
    page = _day(ana)
    assert "They came" in page and "They did not come" in page and "https://meet.acme.example/ana" in page
    response = _mark(ana, booking, "attended")
    assert response["Location"] == f"/rep/#booking-{booking.pk}"
    booking.refresh_from_db()
    assert booking.status == Booking.Status.ATTENDED
    signal = AttendanceSignal.objects.get()
    assert (signal.party, signal.source, signal.actor) == ("guest", "rep_screen", f"rep:{booking.rep_id}")


def test_what_is_unmarked_stands_first(ana: Client, booking: Booking, clock: time_machine.Traveller) -> None:
    later = sent(ana, email="ada@other.example").book(5)
    clock.move_to(booking.end_at)
    page = _day(ana)
    assert page.index("Still to mark") < page.index("Grace Hopper")
    assert "still to mark." in page
    assert later.start_at < booking.start_at


def test_an_outcome_is_one_tap_and_can_be_taken_back_for_ten_minutes(
    ana: Client, booking: Booking, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.end_at)
    _mark(ana, booking, "attended")
    assert "Closed won" in _day(ana) and "Not a fit" in _day(ana)
    _mark(ana, booking, "closed_won", notes="Signed at once")
    booking.refresh_from_db()
    assert (booking.outcome, booking.outcome_notes) == ("closed_won", "Signed at once")
    page = _day(ana)
    assert "Just marked" in page and "Undo" in page and "Marked “Closed won” just now" in page
    _mark(ana, booking, "undo")
    booking.refresh_from_db()
    assert booking.outcome == ""
    assert "Still to mark" in _day(ana)


def test_after_ten_minutes_an_outcome_stands(
    ana: Client, booking: Booking, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.end_at)
    _mark(ana, booking, "attended")
    _mark(ana, booking, "not_a_fit")
    clock.shift(timedelta(minutes=11))
    assert "Undo" not in _day(ana)
    response = _mark(ana, booking, "undo")
    assert response.status_code == 409
    assert "ten minutes have passed" in response.content.decode()


def test_a_guest_marked_as_missing_may_have_come_after_all(
    ana: Client, booking: Booking, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.end_at)
    _mark(ana, booking, "no_show")
    page = _day(ana)
    assert "Did not come" in page and "They came after all" in page
    _mark(ana, booking, "attended")
    booking.refresh_from_db()
    assert booking.status == Booking.Status.ATTENDED


def test_what_is_no_mark_is_refused_in_words(ana: Client, booking: Booking) -> None:
    response = _mark(ana, booking, "won_the_lottery")
    assert response.status_code == 400
    assert "can no longer be marked here" in response.content.decode()


def test_nobody_marks_anothers_meetings(client: Client, booking: Booking) -> None:
    client.force_login(User.objects.create_user("bo"))
    assert _mark(client, booking, "attended").status_code == 404
    assert client.get("/rep/").status_code == 403
    assert client.get(f"/rep/?rep={booking.rep_id}").status_code == 403


def test_staff_choose_whose_day_they_see_and_sign_with_their_own_name(
    client: Client, booking: Booking, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.end_at)
    ops = User.objects.create_user("ops", is_staff=True)
    ops.user_permissions.set(Permission.objects.filter(codename__in=("view_booking", "change_booking")))
    client.force_login(ops)
    chooser = _day(client)
    assert "Whose day?" in chooser and f"?rep={booking.rep_id}" in chooser
    assert "Grace Hopper" in _day(client, f"/rep/?rep={booking.rep_id}")
    assert _mark(client, booking, "attended")["Location"].startswith(f"/rep/?rep={booking.rep_id}#")
    assert AttendanceSignal.objects.get().actor == f"staff:{ops.pk}"


def test_the_day_is_that_of_the_reps_own_clock(
    ana: Client, booking: Booking, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + timedelta(hours=14, minutes=30))
    page = _day(ana)
    assert "Tuesday 24 November" in page and "One meeting today." in page
    assert "01:00-01:30" in page and "Times are those of Berlin (UTC+1)." in page
