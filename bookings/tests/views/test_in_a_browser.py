"""The pages as a browser shows them: with and without scripts, under the policy, and to a mail scanner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from bookings import access
from bookings.models import AttendanceSignal, Booking, Enquiry
from bookings.tests.views.conftest import Guest, Organisation, sent
from bookings.tests.views.test_scanners import _state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Browsers keep their own time, and drop cookies from another."""
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller:
        yield traveller


def _complaints_of(page: Page) -> list[str]:
    """What the page's console will say against it, refusals by the content policy among it."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def _fill_in(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/book/demo/")
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Work e-mail").fill("grace@navy.example")
    page.get_by_role("button", name="Choose a time").click()
    page.wait_for_url("**/b/**")


def test_a_guest_books_moves_cancels_and_takes_it_back_without_scripts(
    live_server: LiveServer, organisation: Organisation, new_context: CreateContextCallback
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    _fill_in(page, live_server)
    page.locator(".next button").click()
    page.get_by_role("button", name="Confirm").first.click()
    page.get_by_text("You are booked").wait_for()
    page.get_by_role("link", name="Move to another time").click()
    page.locator(".list button.time").nth(2).click()
    page.get_by_text("Your meeting has moved").wait_for()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel the meeting").click()
    page.get_by_role("button", name="Undo: keep my meeting").click()
    page.get_by_text("Your meeting is on again").wait_for()
    booking = Booking.objects.get()
    assert (booking.status, booking.revision) == (Booking.Status.CONFIRMED, 3)


def test_with_scripts_days_change_in_place_and_the_policy_has_nothing_to_refuse(
    live_server: LiveServer, organisation: Organisation, new_context: CreateContextCallback
) -> None:
    page = new_context(timezone_id="America/Sao_Paulo").new_page()
    complaints = _complaints_of(page)
    _fill_in(page, live_server)
    assert Enquiry.objects.get().time_zone == "America/Sao_Paulo"
    page.evaluate("window.sameDocument = true")
    page.locator("a.day").nth(1).click()
    page.locator("a.day[aria-current=date]").nth(0).wait_for()
    page.wait_for_url("**day=**")
    page.get_by_text("Change", exact=True).click()
    page.locator("#tz").select_option("Europe/Lisbon")
    page.get_by_role("button", name="Use this zone").click()
    page.get_by_text("Lisbon (").first.wait_for()
    assert page.evaluate("window.sameDocument") is True
    assert page.evaluate("document.activeElement.id") == "zone"
    page.locator("#times button.time").first.click()
    page.locator("details[open] button").click()
    page.get_by_text("You are booked").wait_for()
    assert Booking.objects.get().time_zone == "Europe/Lisbon"
    assert complaints == []


def test_a_scanner_that_opens_every_link_and_runs_its_scripts_changes_nothing(
    live_server: LiveServer, organisation: Organisation, client: Client, new_context: CreateContextCallback
) -> None:
    booking = Guest(sent(client).enquiry, "").book(40)
    manage = f"/m/{access.manage_token(booking, booking.made_at)}/"
    outcome = f"/o/{access.outcome_token(booking, booking.made_at)}/"
    before = _state()
    page = new_context().new_page()
    for path in (manage, f"{manage}reschedule/", f"{manage}cancel/", f"{manage}join/", outcome):
        page.goto(live_server.url + path, wait_until="networkidle")
    assert _state() == before
    assert not AttendanceSignal.objects.exists()


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_page_is_wider_than_its_screen(
    live_server: LiveServer, organisation: Organisation, new_context: CreateContextCallback, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 844}).new_page()
    complaints = _complaints_of(page)

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))

    _fill_in(page, live_server)
    assert fits()
    page.locator("#times button.time").first.click()
    page.locator("details[open] button").click()
    page.get_by_text("You are booked").wait_for()
    assert fits()
    page.get_by_role("link", name="Move to another time").click()
    assert fits()
    assert complaints == []
