"""In a browser: from the form to the booked page, on a phone and on a desk."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from bookings.tests import organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_guest_books_moves_and_cancels_with_nothing_but_the_pages(
    live_server: LiveServer, page: Page, size: ViewportSize
) -> None:
    organisation.build(timezone.now(), reps=1)
    broken: list[str] = []
    page.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.set_viewport_size(size)

    page.goto(f"{live_server.url}/book/demo-request/")
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Work e-mail").fill("grace@navy.example")
    page.get_by_label("Company size").fill("20")
    fits(page, size)
    page.get_by_role("button", name="Choose a time").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Product demo")
    fits(page, size)
    page.locator("#times button.time").first.click()
    page.get_by_role("button", name=re.compile("^Confirm")).locator("visible=true").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    fits(page, size)
    booking = Booking.objects.get()
    assert booking.lead.email == "grace@navy.example"

    page.get_by_role("link", name="Move to another time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move your meeting")
    fits(page, size)
    page.locator("#times button.time").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    moved = Booking.objects.get()
    assert (moved.revision, moved.start_at != booking.start_at) == (1, True)

    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel the meeting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This meeting is cancelled")
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    assert Booking.objects.get().status == Booking.Status.CONFIRMED
    assert broken == []


def fits(page: Page, size: ViewportSize) -> None:
    """Nothing has to be pushed sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
