from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from bookings.core.colours import contrast
from bookings.tests.views.conftest import Guest, Organisation

TEMPLATES = Path(django_settings.BASE_DIR) / "templates"
PAGES = [
    path
    for path in TEMPLATES.rglob("*.html")
    if path.relative_to(TEMPLATES).parts[0] not in ("admin", "unfold") and "mail" not in path.parts
]


def test_the_brands_colour_can_be_read_in_light_and_dark(client: Client, settings: Any) -> None:
    settings.ORDINUS_BRAND_COLOUR = "#ffe600"
    response = client.get("/brand.css")
    css = response.content.decode()
    shades = re.findall(r"--(brand|on-brand): (#[0-9a-f]{6});", css)
    assert response["Content-Type"].startswith("text/css")
    assert [name for name, _ in shades] == ["brand", "on-brand"] * 2
    assert all(contrast(shades[n][1], shades[n + 1][1]) >= 4.5 for n in (0, 2))


def test_a_brand_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    tag = client.get("/brand.css")["ETag"]
    assert client.get("/brand.css", headers={"if-none-match": tag}).status_code == 304


def test_a_colour_that_is_none_cannot_write_css(client: Client, settings: Any) -> None:
    settings.ORDINUS_BRAND_COLOUR = "red;} body {display:none"
    assert b"display" not in client.get("/brand.css").content


def test_the_brands_name_stands_on_every_page_even_a_broken_one(
    client: Client, settings: Any, db: None
) -> None:
    settings.ORDINUS_BRAND_NAME = "Acme & Co"
    for response in (client.get("/"), client.get("/nowhere/"), server_error(RequestFactory().get("/"))):
        assert "Acme &amp; Co" in response.content.decode()


def test_an_address_that_leads_nowhere_has_a_way_on(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "There is nothing here" in page and 'href="/"' in page


def test_pages_allow_no_foreign_and_no_inline_code(client: Client, guest: Guest, manage: str) -> None:
    for address in ("/", "/book/demo/", guest.path, manage, manage + "reschedule/"):
        response = client.get(address)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        loaded = re.findall(r'(?:\ssrc|<link[^>]*\shref)="([^"]*)"', response.content.decode())
        assert loaded and all(address.startswith("/") and "//" not in address for address in loaded)


def test_pages_with_a_token_are_neither_cached_nor_indexed(client: Client, guest: Guest, manage: str) -> None:
    for address in (guest.path, manage):
        response = client.get(address)
        assert response["Cache-Control"] == "private, no-store"
        assert 'content="noindex, nofollow"' in response.content.decode()
        assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_holds_what_the_policy_forbids(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_pages_speak_to_people(path: Path) -> None:
    words = re.sub(r"<[^>]+>|\{[{%].*?[%}]\}", " ", path.read_text())
    assert not re.search(r"\b(Error|Invalid|N/A|null|None|JSON|undefined)\b", words)


def test_links_that_do_not_exist_can_be_tried_only_so_often(
    client: Client, organisation: Organisation, settings: Any
) -> None:
    settings.ORDINUS_RATE_LIMITS = True
    answers = [client.get(f"/m/{'A' * 43}/").status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]
