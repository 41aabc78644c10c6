"""Addresses of the admin as they are mistyped, cut off and tried out: none is a fault, and each page has a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLResolver

from bookings.models import Booking
from bookings.tests.organisation import Organisation
from ordinus.tests.admin.filling import fill
from routing.models import Pool, Rep
from workflows.admin.days import FIRST, LAST
from workflows.tests.admin.pages import Admin

PART = re.compile(r"<(?:\w+:)?\w+>")
NO_NUMBERS = ("abc", "0", "-1", "99999999999999999999", "9223372036854775807", "%00", "1%0a", "9" * 5000)
DAYS = ("0001-01-01", "0001-01-03", "9999-12-30", "9999-12-31", "x", "")
DATED = ("/admin/routing/why-no-slots/", "/admin/routing/test-lead/", "/admin/reports/")


def routes(patterns: Iterable[Any], base: str = "/admin/") -> Iterator[str]:
    for each in patterns:
        part = f"{base}{each.pattern}".replace("\\Z", "")
        yield from routes(each.url_patterns, part) if isinstance(each, URLResolver) else [part]


ROUTES = sorted({route for route in routes(admin.site.urls[0]) if "(?P" not in route})


@pytest.fixture
def client(acme: Organisation, ops: Admin) -> Client:
    fill(acme, ops.user)
    client = Client(raise_request_exception=False)
    client.force_login(ops.user)
    return client


def faults(client: Client, addresses: Iterable[str], query: dict[str, str] | None = None) -> list[str]:
    """Which of the addresses are answered with a fault, and why."""
    found = []
    for address in addresses:
        response = client.get(address, query or {})
        if response.status_code >= 500:
            found.append(f"{address}: {getattr(response, 'exc_info', ('', ''))[1]!r}")
    return found


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_what_is_no_number_of_anything_is_no_fault(client: Client, number: str) -> None:
    addresses = [PART.sub(number, route) for route in ROUTES if PART.search(route)]
    assert len(addresses) > 100
    assert faults(client, addresses) == []


def test_pages_of_no_object_are_no_fault_and_have_a_title(client: Client) -> None:
    blank = []
    for route in (route for route in ROUTES if not PART.search(route)):
        response = client.get(route)
        assert response.status_code < 500, route
        title = re.search(r"(?s)<title>(.*?)</title>", response.content.decode(errors="replace"))
        if title and not re.sub(r"[|\s]", "", title[1].replace("Ordinus", "")):
            blank.append(route)
    assert blank == []


def test_pages_of_an_object_have_a_title(client: Client) -> None:
    pool, rep = Pool.objects.earliest("pk"), Rep.objects.earliest("pk")
    lead = Booking.objects.earliest("pk").lead_id
    for page in (
        f"routing/pool/{pool.pk}/fairness/",
        f"routing/rep/{rep.pk}/week/",
        f"bookings/lead/{lead}/change/",
    ):
        title = re.search(r"(?s)<title>(.*?)</title>", client.get(f"/admin/{page}").content.decode())
        assert title and title[1].strip().removesuffix("Ordinus").strip(" |"), page


@pytest.mark.parametrize("first", DAYS)
@pytest.mark.parametrize("last", DAYS)
def test_days_outside_of_time_are_no_fault(client: Client, first: str, last: str) -> None:
    rep, pool = Rep.objects.earliest("pk"), Pool.objects.earliest("pk")
    reports = [
        f"/admin/reports/{name}{end}" for name in ("funnel", "fairness", "sla") for end in ("/", ".csv")
    ]
    dated = [
        *DATED,
        *reports,
        f"/admin/routing/rep/{rep.pk}/week/",
        f"/admin/routing/pool/{pool.pk}/fairness/",
    ]
    query = {"from_on": first, "to_on": last, "since": first, "until": last, "week": first, "period": "dates"}
    assert faults(client, dated, query | {"days": first, "pool": str(pool.pk), "zone": "UTC"}) == []


@pytest.mark.parametrize("day", ["9999-12-30", "0001-01-01"])
def test_the_field_says_which_days_can_be_asked_for(client: Client, day: str) -> None:
    pool = Pool.objects.earliest("pk")
    query = {"pool": str(pool.pk), "from_on": day, "to_on": day, "zone": "UTC"}
    page = client.get("/admin/routing/why-no-slots/", query).content.decode()
    assert page.count(f"Choose a day from {FIRST.year} to {LAST.year}.") == 2
    query = {"period": "dates", "since": day, "until": day}
    assert f"Choose a day from {FIRST.year}" in client.get("/admin/reports/funnel/", query).content.decode()
