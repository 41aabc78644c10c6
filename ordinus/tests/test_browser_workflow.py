"""In a browser: a workflow is read as a picture, changed, compared, tried and published; runs stay where they began."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from bookings.tests import organisation
from workflows.models import AuditEvent
from workflows.sweeping import sweep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_published_change_is_for_new_leads_and_older_ones_go_on_as_they_began(
    live_server: LiveServer, page: Page
) -> None:
    acme = organisation.build(timezone.now(), reps=1)
    older = acme.book(acme.submit(email="old@navy.example"))
    User.objects.create_superuser("ops", "ops@acme.example", "secret")
    broken: list[str] = []
    page.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.set_viewport_size({"width": 1280, "height": 900})
    log_in(page, live_server.url)

    page.goto(f"{live_server.url}/admin/workflows/workflow/{acme.workflow.pk}/change/")
    expect(page.locator(".ord-picture .ord-box-name").first).to_have_text("Qualification")
    press(page, "Start a draft…", "Start the draft")
    expect(page.get_by_text("Nothing stands against publishing this draft.")).to_be_visible()
    draft = page.url

    page.locator(".ord-picture a.ord-box", has_text="Meeting").first.click()
    page.get_by_label("Presume a no-show").fill("2h")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(draft)
    page.locator(".ord-picture a.ord-label", has_text="Expired").click()
    page.get_by_label("Leads to").select_option(label="Nurture")
    page.get_by_role("button", name="Save", exact=True).click()

    page.goto(draft)
    page.get_by_role("link", name="What changed").click()
    sentences = page.locator(".ord-changes tbody tr")
    expect(sentences).to_have_count(2)
    expect(sentences.nth(0)).to_contain_text("is 2 hours instead of 30 minutes")
    expect(sentences.nth(1)).to_contain_text("the lead goes on to “Nurture” instead of “Lost”")
    expect(page.locator(".ord-picture .ord-label.ord-tone-changed")).to_contain_text("Expired")

    page.goto(draft)
    page.get_by_role("link", name="What will change").click()
    expect(page.get_by_role("heading", name="The one lead would go where it went")).to_be_visible()

    page.goto(draft)
    press(page, "Publish…", "Publish")
    expect(page.get_by_text("Version 2 is published")).to_be_visible()

    newer = book(page, live_server.url)
    assert broken == []
    over = max(older.end_at, newer.end_at)
    assert [place(each, over + timedelta(hours=1)) for each in (older, newer)] == ["no-show", "meeting"]
    assert [place(each, over + timedelta(hours=3)) for each in (older, newer)] == ["no-show", "no-show"]
    assert [place(each, over + timedelta(days=15)) for each in (older, newer)] == ["lost", "lost"]
    assert [way_after_the_no_show(each) for each in (older, newer)] == ["lost", "nurture"]


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/admin/login/")
    page.locator("[name=username]").fill("ops")
    page.locator("[name=password]").fill("secret")
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("button", name="Sign out").or_(page.get_by_text("Today")).first).to_be_visible()


def press(page: Page, button: str, confirmed: str) -> None:
    """An action of the page, confirmed in its dialog."""
    page.get_by_role("link", name=button).or_(page.get_by_role("button", name=button)).first.click()
    page.locator("[role=dialog], dialog, .dialog-form, form").get_by_role(
        "button", name=confirmed, exact=True
    ).click()


def book(page: Page, url: str) -> Booking:
    """A new lead asks for a demo and takes the first time."""
    page.goto(f"{url}/book/demo-request/")
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Work e-mail").fill("new@navy.example")
    page.get_by_label("Company size").fill("20")
    page.get_by_role("button", name="Choose a time").click()
    page.locator("#times button.time").first.click()
    page.get_by_role("button", name=re.compile("^Confirm")).locator("visible=true").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are booked")
    return Booking.objects.get(lead__email="new@navy.example")


def place(booking: Booking, at: datetime) -> str:
    """The stage in which the booking's run is after a sweep at that instant."""
    sweep(at, at)
    run = booking.enquiry.run
    assert run is not None
    run.refresh_from_db()
    return run.stage


def way_after_the_no_show(booking: Booking) -> str:
    run = booking.enquiry.run_id
    left = AuditEvent.objects.get(run=run, verb="stage.left", stage="no-show")
    return str(left.data["next"])
