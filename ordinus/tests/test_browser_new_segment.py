"""In a browser, by the admin's own links: a new kind of lead gets its pool and its reminders, and a test proves it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from bookings.tests import organisation
from ordinus.tests.test_browser_workflow import book, log_in, press
from workflows.models import Timer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def add_a_pool(page: Page, url: str) -> None:
    page.goto(f"{url}/admin/routing/pool/add/")
    page.get_by_label("Name", exact=False).first.press_sequentially("Small business")
    page.locator("[name=meeting_type]").select_option(index=1)
    page.get_by_role("link", name="Members").click()
    page.get_by_text("Add another Member").click()
    page.locator("select[name=members-0-rep] + .select2 .select2-selection").click()
    page.locator(".select2-results__option", has_text="Ben Okoro").click()
    save(page)
    expect(page.get_by_text("No lead comes to it yet")).to_be_visible()


def add_its_segment(page: Page) -> None:
    """From the message about the pool, which knows that a segment is what is missing."""
    page.get_by_role("link", name="add a segment").click()
    expect(page.locator("[name=pool] option:checked")).to_have_text("Small business")
    expect(page.get_by_text("Conditions with the same number must all hold")).to_be_visible()
    page.locator("[name=name]").press_sequentially("Small business")
    page.locator("[name=rank]").fill("30")
    page.get_by_text("Add another Condition").click()
    page.locator("[name=conditions-0-fact]").fill("answers.employees")
    page.locator("[name=conditions-0-operator]").select_option(label="is less than")
    page.locator("[name=conditions-0-value]").fill("100")
    save(page)
    expect(page.get_by_text("No workflow asks for it yet")).to_be_visible()


def give_it_reminders(page: Page) -> None:
    """In a draft of the workflow, to which the message about the segment leads."""
    page.get_by_role("link", name="Inbound Demo", exact=True).first.click()
    press(page, "Start a draft…", "Start the draft")
    page.locator(".ord-stage h3 a", has_text="Qualification").click()
    page.get_by_label("Small business").check()
    save(page)
    page.locator(".ord-stage h3 a", has_text="Confirmation").click()
    plan = (("1d", "segment is not Small business"), ("1h", "segment is Small business"))
    offsets = page.locator("[name^=setting_reminders-][name$=-before]")
    expect(offsets.first).to_be_visible()
    for place in range(offsets.count()):
        before, when = plan[place] if place < len(plan) else ("", "")
        offsets.nth(place).fill(before)
        page.locator(f"[name=setting_reminders-{place}-when]").fill(when)
    save(page)
    expect(page.locator("#stage-confirmation")).to_contain_text("1 hour (only if: segment is Small business)")


def test_a_new_segment_gets_a_pool_and_a_reminder_plan_of_its_own(
    live_server: LiveServer, page: Page
) -> None:
    organisation.build(timezone.now())
    User.objects.create_superuser("ops", "ops@acme.example", "secret")
    page.set_viewport_size({"width": 1280, "height": 900})
    log_in(page, live_server.url)
    add_a_pool(page, live_server.url)
    add_its_segment(page)
    give_it_reminders(page)
    press(page, "Publish…", "Publish")
    expect(page.get_by_text("Version 2 is published")).to_be_visible()

    page.get_by_role("link", name="Route a test lead").first.click()
    for question, answer in (("name", "Sam"), ("email", "sam@tiny.example"), ("employees", "20")):
        page.locator(f"[name=answer-{question}]").fill(answer)
    page.get_by_role("button", name="Route it").click()
    expect(page.get_by_text(re.compile("This lead would be offered .* of “Small business”"))).to_be_visible()
    rows = page.locator("section", has_text="Reminders it would get").locator("tbody tr")
    expect(rows.filter(has_text="1 day before")).to_contain_text("no")
    expect(rows.filter(has_text="1 hour before")).to_contain_text("yes")

    booking = book(page, live_server.url)
    assert Booking.objects.get().assignment.pool.name == "Small business"
    assert booking.rep.name == "Ben Okoro"
    planned = Timer.objects.waiting().filter(purpose="reminder", booking=booking.pk)
    assert "1h" in {timer.details["offset"] for timer in planned}
    page.goto(f"{live_server.url}/admin/bookings/booking/{booking.pk}/change/")
    plan = page.locator("tr", has_text="Reminder, 1 hour before")
    expect(plan).to_contain_text("as things stand, its condition holds")
