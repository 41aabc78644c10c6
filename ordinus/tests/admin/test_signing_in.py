"""Signing in at the admin's own door leads each to their work, and can be tried only so often."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def people() -> None:
    User.objects.create_user("ops", password="a long password", is_staff=True)
    User.objects.create_user("ana", password="a long password")
    User.objects.create_user("gone", password="a long password", is_active=False)


def led_to(client: Client, name: str, where: str = LOGIN) -> str:
    return str(client.post(where, {"username": name, "password": "a long password"}).get("Location", ""))


@pytest.mark.parametrize(
    ("name", "where", "to"),
    [
        ("ops", LOGIN, "/admin/"),
        ("ana", LOGIN, "/rep/"),
        ("ops", f"{LOGIN}?next=/admin/routing/pool/", "/admin/routing/pool/"),
        ("ana", f"{LOGIN}?next=/admin/routing/pool/", "/rep/"),
        ("ops", f"{LOGIN}?next=https://evil.example/", "/rep/"),
        ("gone", LOGIN, ""),
    ],
)
def test_each_comes_to_where_they_have_something_to_do(
    client: Client, name: str, where: str, to: str
) -> None:
    assert led_to(client, name, where) == to


def test_whoever_is_signed_in_is_led_on(client: Client) -> None:
    led_to(client, "ana")
    assert client.get(LOGIN)["Location"] == "/rep/"
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain == [(f"{LOGIN}?next=/admin/", 302)] and page.status_code == 200
    client.logout()
    led_to(client, "ops")
    assert client.get(LOGIN)["Location"] == "/admin/"


def test_a_wrong_password_is_told_in_plain_words(client: Client) -> None:
    page = client.post(LOGIN, {"username": "ops", "password": "wrong"}).content.decode()
    assert "do not go together" in page


def test_guessing_passwords_is_stopped(client: Client, settings: Any) -> None:
    settings.ORDINUS_RATE_LIMITS = True
    tries = [client.post(LOGIN, {"username": "ops", "password": "no"}).status_code for _ in range(11)]
    assert tries == [200] * 10 + [429]


def test_the_icon_that_browsers_ask_for_is_there(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer["Location"].startswith("/static/ordinus/favicon") and answer["Location"].endswith(".ico")
