from __future__ import annotations

from typing import Any

from django.test import Client

from bookings.tests.views.conftest import Organisation

RIGHT = {"username": "ana", "password": "a long password"}


def test_signing_in_leads_to_the_day_or_where_one_wanted_to_go(
    client: Client, organisation: Organisation
) -> None:
    assert "Sign in" in client.get("/rep/login/").content.decode()
    assert client.post("/rep/login/", RIGHT)["Location"] == "/rep/"
    client.post("/rep/logout/")
    assert client.post("/rep/login/", {**RIGHT, "next": "/rep/?rep=1"})["Location"] == "/rep/?rep=1"


def test_nobody_is_led_to_another_site(client: Client, organisation: Organisation) -> None:
    response = client.post("/rep/login/", {**RIGHT, "next": "https://evil.example/"})
    assert response["Location"] == "/rep/"


def test_a_wrong_password_is_told_without_telling_which_half(
    client: Client, organisation: Organisation
) -> None:
    pages = [
        client.post("/rep/login/", {"username": name, "password": "wrong"}).content.decode()
        for name in ("ana", "nobody")
    ]
    assert all("do not go together" in page for page in pages)


def test_signing_out_takes_a_press(client: Client, organisation: Organisation) -> None:
    client.force_login(organisation.rep.user)
    assert client.get("/rep/logout/").status_code == 405
    assert client.get("/rep/").status_code == 200
    assert client.post("/rep/logout/")["Location"] == "/rep/login/"
    assert client.get("/rep/").status_code == 302


def test_guessing_passwords_is_stopped(client: Client, organisation: Organisation, settings: Any) -> None:
    settings.ORDINUS_RATE_LIMITS = True
    tries = [client.post("/rep/login/", {**RIGHT, "password": "no"}).status_code for _ in range(11)]
    assert tries == [200] * 10 + [429]
    assert client.post("/rep/login/", RIGHT).status_code == 429
