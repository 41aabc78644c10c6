"""Library pages under our content policies, in a real browser: whatever a policy stops is said on its console."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def refusals(page: Page) -> list[str]:
    """What the browser says about content policies, filled while the page is used."""
    found: list[str] = []
    page.on("console", lambda message: "Security Policy" in message.text and found.append(message.text))
    return found


def test_the_admin_works_under_its_policy(live_server: LiveServer, page: Page, refusals: list[str]) -> None:
    User.objects.create_superuser("admin", password="for this test")
    page.goto(f"{live_server.url}/admin/login/?next=/admin/auth/user/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", "for this test")
    page.click("button[type=submit]")
    expect(page.locator("#result_list")).to_contain_text("admin")
    page.wait_for_load_state("networkidle")
    assert refusals == []


def test_the_api_s_description_works_under_its_policy(
    live_server: LiveServer, page: Page, refusals: list[str]
) -> None:
    page.goto(f"{live_server.url}/api/docs/")
    expect(page.locator(".info .title")).to_contain_text("Ordinus")
    assert refusals == []


def test_a_strict_page_runs_no_inline_script(
    live_server: LiveServer, page: Page, refusals: list[str]
) -> None:
    page.goto(f"{live_server.url}/healthz")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    assert page.evaluate("window.ran") is None
    assert len(refusals) == 1
