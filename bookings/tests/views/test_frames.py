from __future__ import annotations

import pytest
from django.test import Client

from bookings.models import Booking, Enquiry
from bookings.tests.views.conftest import ANSWERS, Guest, Organisation
from bookings.views.picker import value_of


def _policy(response: object) -> str:
    return str(response["Content-Security-Policy"])  # type: ignore[index]


def test_a_form_in_a_frame_may_stand_on_any_site(client: Client, organisation: Organisation) -> None:
    response = client.get("/book/demo/?embed=1")
    assert "frame-ancestors *" in _policy(response)
    assert "X-Frame-Options" not in response
    page = response.content.decode()
    assert "ordinus/frame.js" in page
    assert "masthead" not in page


def test_a_whole_booking_can_be_made_in_a_frame_without_cookies(organisation: Organisation) -> None:
    framed = Client(enforce_csrf_checks=True)
    picker = framed.post("/book/demo/?embed=1", ANSWERS)["Location"]
    assert picker.startswith("/b/") and picker.endswith("?embed=1")
    page = framed.get(picker)
    assert "frame-ancestors *" in _policy(page)
    start = value_of(Guest(Enquiry.objects.get(), picker).slots[0].start)
    booked = framed.post(picker, {"start": start})
    assert booked.status_code == 303 and booked["Location"].endswith("?done=booked&embed=1")
    shown = framed.get(booked["Location"])
    assert "frame-ancestors *" in _policy(shown)
    assert 'target="_top"' in shown.content.decode()
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("path", ["", "reschedule/", "cancel/", "join/"])
def test_no_other_page_of_a_booking_may_be_framed(client: Client, manage: str, path: str) -> None:
    address = manage + path + ("?embed=1" if path else "")
    response = client.get(address)
    assert "frame-ancestors 'none'" in _policy(response)
    assert response["X-Frame-Options"] == "DENY"


def test_outside_a_frame_a_press_needs_its_csrf_token(guest: Guest) -> None:
    start = value_of(guest.slots[0].start)
    assert Client(enforce_csrf_checks=True).post(guest.path, {"start": start}).status_code == 403
    assert not Booking.objects.exists()


def test_the_script_for_other_sites_is_a_script(client: Client) -> None:
    response = client.get("/embed.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert b"data-ordinus-form" in response.content
