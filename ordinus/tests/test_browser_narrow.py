"""In a browser: on a phone no page of the admin is wider than the screen, and what scrolls by itself says so."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.tests import organisation
from ordinus.tests.test_browser_workflow import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HINT = "Wider than the page: scroll sideways for the rest."


def test_what_is_wider_than_the_screen_scrolls_by_itself_and_says_so(
    live_server: LiveServer, page: Page
) -> None:
    acme = organisation.build(timezone.now(), reps=1)
    User.objects.create_superuser("ops", "ops@acme.example", "secret")
    page.set_viewport_size({"width": 1280, "height": 900})
    log_in(page, live_server.url)
    page.set_viewport_size({"width": 390, "height": 844})
    version = f"workflows/workflowversion/{acme.workflow.published_id}/change/"
    for address in (
        f"routing/rep/{acme.reps[0].pk}/change/",
        f"routing/pool/{acme.pools['general'].pk}/change/",
        version,
    ):
        page.goto(f"{live_server.url}/admin/{address}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, address

    picture = page.locator(".ord-picture")
    assert picture.evaluate("box => box.scrollWidth > box.clientWidth")
    hint = page.locator(".ord-picture-hint")
    expect(hint).to_contain_text(HINT)
    assert hint.evaluate("hint => hint.clientHeight") > 20
    page.set_viewport_size({"width": 2400, "height": 900})
    assert not picture.evaluate("box => box.scrollWidth > box.clientWidth")
    assert hint.evaluate("hint => hint.clientHeight") == 0
