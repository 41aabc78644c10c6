from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client

from bookings.models import Booking, Message
from bookings.tests.views.conftest import NOW, Guest, sent
from bookings.views.picker import value_of
from routing.models import Hold, WorkingHours
from workflows.models import AuditEvent
from workflows.sweeping import sweep


def test_the_next_free_time_stands_first(client: Client, guest: Guest) -> None:
    page = client.get(guest.path).content.decode()
    assert "Next free time" in page
    assert "Today, 10:00" in page
    assert "Product demo" in page and "30 minutes" in page
    assert "Berlin (UTC+1)" in page


def test_each_free_day_is_a_link_that_says_how_much_is_free(client: Client, guest: Guest) -> None:
    page = client.get(guest.path).content.decode()
    assert 'id="day-2026-11-24"' in page
    assert 'aria-label="Tuesday 24 November, 48 times free"' in page
    assert 'id="day-2026-11-22"' not in page
    times = client.get(guest.path + "?day=2026-11-24").content.decode()
    assert "Morning" in times and "Afternoon" in times and "Evening" in times
    assert f'value="{value_of(NOW + timedelta(days=1))}"' in times


def test_a_chosen_time_is_open_for_its_confirm_button(client: Client, guest: Guest) -> None:
    start = value_of(guest.slots[0].start)
    page = client.get(f"{guest.path}?day=2026-11-23&start={start}").content.decode()
    assert page.count('<details name="time" id="chosen" open>') == 1
    assert 'aria-label="Confirm Monday 23 November, 10:00-10:30 (Berlin)"' in page


def test_choosing_a_time_keeps_it_and_looking_keeps_nothing(client: Client, guest: Guest) -> None:
    start = guest.slots[3].start
    for _ in range(3):
        client.get(f"{guest.path}?start={value_of(start)}&hold={value_of(start)}")
        client.head(f"{guest.path}?start={value_of(start)}&hold={value_of(start)}")
    assert not Hold.objects.exists()
    chosen = client.post(guest.path, {"hold": value_of(start), "tz": "Asia/Kolkata"})
    assert chosen.status_code == 303
    assert chosen["Location"].startswith(guest.path) and chosen["Location"].endswith("#chosen")
    page = client.get(chosen["Location"]).content.decode()
    # Fourteen thirty-five in Kolkata is five minutes past nine and five and a half hours on.
    assert "Kept for you until 14:35" in page and "Kolkata" in page
    assert f'name="start" value="{value_of(start)}"' in page
    other = sent(client, email="ada@other.example")
    assert start not in {slot.start for slot in other.slots}
    refused = client.post(other.path, {"hold": value_of(start)})
    assert refused.status_code == 409 and "no longer free" in refused.content.decode()
    assert client.post(guest.path, {"start": value_of(start)}).status_code == 303
    assert not Hold.objects.exists()


def test_who_chooses_very_often_can_still_confirm(client: Client, guest: Guest, settings: Any) -> None:
    settings.ORDINUS_RATE_LIMITS = True
    path = f"{guest.path}?embed=1"
    for place in range(7):
        chosen = client.post(path, {"hold": value_of(guest.slots[place].start)})
        assert chosen.status_code == 303 and "embed=1" in chosen["Location"]
    page = client.get(chosen["Location"]).content.decode()
    assert "Kept for you" not in page and "Confirm" in page


def test_the_zone_can_be_changed_in_the_address(client: Client, guest: Guest) -> None:
    page = client.get(guest.path + "?tz=Asia/Kolkata").content.decode()
    assert "Kolkata (UTC+5:30)" in page
    assert "Today, 14:30" in page
    assert "Berlin (UTC+1)" in client.get(guest.path + "?tz=Nowhere/Else").content.decode()


def test_a_month_without_times_leads_to_one_with(client: Client, guest: Guest) -> None:
    page = client.get(guest.path + "?month=2027-03").content.decode()
    assert "Nothing free in March 2027" in page
    assert "Go to Monday 23 November" in page


def test_nonsense_in_the_address_shows_the_first_day(client: Client, guest: Guest) -> None:
    response = client.get(guest.path + "?day=soon&month=99&start=%00&tz=%00")
    assert response.status_code == 200
    assert "Monday 23 November" in response.content.decode()


def test_pressing_confirm_books_and_leads_to_the_booking(client: Client, guest: Guest) -> None:
    start = guest.slots[3].start
    response = client.post(guest.path, {"start": value_of(start), "tz": "Asia/Kolkata"})
    booking = Booking.objects.get()
    assert response.status_code == 303
    assert (booking.start_at, booking.time_zone) == (start, "Asia/Kolkata")
    page = client.get(response["Location"]).content.decode()
    assert "You are booked" in page and "We have mailed you the details" in page


def test_a_time_that_has_gone_shows_those_that_have_not(client: Client, guest: Guest) -> None:
    gone = guest.slots[0].start
    other = sent(client, email="ada@other.example")
    other.book()
    response = client.post(guest.path, {"start": value_of(gone)})
    page = response.content.decode()
    assert response.status_code == 409
    assert 'class="notice warn above"' in page and "Today, 10:30" in page
    assert Booking.objects.count() == 1


def test_a_press_without_a_time_is_told_what_to_press(client: Client, guest: Guest) -> None:
    for sent_start in ("", "soon", "2026-11-24T09:00:00"):
        response = client.post(guest.path, {"start": sent_start})
        assert response.status_code == 400
        assert "Please press one of the times." in response.content.decode()


def test_only_the_press_tells_who_holds_a_booking_and_it_mails_the_link(
    client: Client, booking: Booking
) -> None:
    again = sent(client, email=booking.lead.email)
    assert client.get(again.path).status_code == 200
    response = client.post(again.path, {"start": value_of(again.slots[0].start)})
    page = response.content.decode()
    assert response.status_code == 409
    assert "You already hold a booking" in page and "mailed you its link" in page
    assert "/m/" not in page
    assert Message.objects.filter(kind=Message.Kind.MANAGE_LINK).count() == 1


def test_coming_back_after_booking_says_when_the_meeting_is(client: Client, guest: Guest) -> None:
    guest.book(1)
    response = client.get(guest.path)
    assert response.status_code == 409
    page = response.content.decode()
    assert "You have picked your time" in page
    assert "Monday 23 November, 10:30-11:00 (Berlin)" in page
    assert "/m/" not in page


def test_an_older_link_and_an_offer_that_has_ended_are_gone(
    client: Client, guest: Guest, clock: time_machine.Traveller
) -> None:
    newer = sent(client)
    assert client.get(guest.path).status_code == 410
    clock.move_to(NOW + timedelta(days=8))
    sweep(NOW + timedelta(days=8), NOW + timedelta(days=8))
    response = client.get(newer.path)
    assert response.status_code == 410
    assert "This link has done its work" in response.content.decode()


def test_when_everything_is_taken_the_page_says_so_and_what_to_do(client: Client, guest: Guest) -> None:
    WorkingHours.objects.all().delete()
    response = client.get(guest.path)
    page = response.content.decode()
    assert response.status_code == 200
    assert "All times are taken just now" in page and "Look again" in page


def test_looking_is_recorded_once_an_offer(client: Client, guest: Guest) -> None:
    client.head(guest.path)
    assert not AuditEvent.objects.filter(verb="slots.shown").exists()
    for _ in range(3):
        client.get(guest.path)
    assert AuditEvent.objects.filter(verb="slots.shown").count() == 1


def test_a_token_of_another_purpose_or_with_a_letter_changed_is_unknown(
    client: Client, guest: Guest, manage: str
) -> None:
    token = manage.split("/")[2]
    flipped = guest.path[:10] + ("A" if guest.path[10] != "A" else "B") + guest.path[11:]
    for address in (f"/b/{token}/", flipped, "/b/x/", "/b/%00/", "/b/" + "é" * 43 + "/"):
        assert client.get(address).status_code == 404
