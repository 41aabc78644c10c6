from __future__ import annotations

import pytest
from django.test import Client

from bookings.models import Booking
from bookings.tests.views.conftest import Guest

STARTS = (
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2199-12-31T23:45:00Z",
    "2026-11-24T09:00:00",
    "tomorrow",
)


@pytest.mark.parametrize("start", STARTS)
def test_a_start_that_no_page_offers_books_nothing_and_shows_the_page_again(
    client: Client, guest: Guest, start: str
) -> None:
    answer = client.post(guest.path, {"start": start})
    assert answer.status_code in (400, 409)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("start", STARTS)
def test_a_start_that_no_page_offers_moves_nothing(
    client: Client, booking: Booking, manage: str, start: str
) -> None:
    answer = client.post(f"{manage}reschedule/", {"start": start})
    assert answer.status_code in (400, 409)
    booking.refresh_from_db()
    assert booking.revision == 0


@pytest.mark.parametrize(
    "query", ["?day=9999-12-31", "?day=0001-01-01", "?start=0001-01-01T00:00:00Z", "?day=x"]
)
def test_an_odd_wish_in_the_address_shows_the_page(client: Client, guest: Guest, query: str) -> None:
    assert client.get(guest.path + query).status_code == 200
