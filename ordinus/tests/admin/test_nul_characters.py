"""A NUL character, which PostgreSQL takes in no text, is refused wherever it is sent, and breaks nothing."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from bookings.models import Enquiry
from bookings.tests.organisation import Organisation
from workflows.tests.admin.pages import Admin

ANSWERS = {"name": "Ada", "email": "ada@b.example", "employees": "9", "country": "DE"}
AROUND = (
    "/admin/?x=%00",
    "/admin/login/?next=%00",
    "/admin/autocomplete/?term=%00&app_label=bookings&model_name=booking&field_name=lead",
    "/admin/reports/breakdown/?source=%00",
    "/admin/reports/breakdown.csv?by=%00",
    "/admin/search/?s=%00",
)
PUBLIC = (
    "/?x=%00",
    "/book/demo-request/?utm_source=%00&x=%00",
    "/book/%00/",
    "/b/%00/",
    "/m/%00/",
    "/m/a%00b/join/",
    "/o/%00/",
    "/hooks/%00/",
    "/rep/login/?next=%00",
    "/api/v1/forms/%00/",
    "/api/schema/?lang=%00&format=%00&version=%00",
    "/healthz?x=%00",
)


def asked_of_lists() -> list[str]:
    """The search box and every filter of every list."""
    found = []
    for model, model_admin in admin.site._registry.items():
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        filters = [each[0] if isinstance(each, tuple) else each for each in model_admin.list_filter or ()]
        names = [each if isinstance(each, str) else each.parameter_name for each in filters]
        found += [f"{page}?{name}=%00" for name in ["q", "o", "p", *map(str, names)]]
        found += [f"{page}?{name}__exact=a%00b" for name in names]
    return found


def test_no_list_of_the_admin_is_searched_for_one(acme: Organisation, ops: Admin) -> None:
    acme.book(acme.submit())
    addresses = [*asked_of_lists(), *AROUND]
    assert len(addresses) > 150
    answers = {address: ops.client.get(address).status_code for address in addresses}
    assert {address: status for address, status in answers.items() if status != 400} == {}


def test_the_page_says_what_can_be_done(ops: Admin) -> None:
    answer = ops.client.get("/admin/bookings/booking/?status=%00")
    assert "Your browser sent something we could not read" in answer.content.decode()


@pytest.mark.parametrize("address", PUBLIC)
def test_no_public_page_breaks(acme: Organisation, address: str) -> None:
    assert Client().get(address).status_code in (200, 404, 405)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_with_one_is_refused(acme: Organisation, name: str) -> None:
    answer = Client().post("/book/demo-request/", ANSWERS | {name: "a\x00b"})
    assert answer.status_code == 400 and not Enquiry.objects.exists()


@pytest.mark.parametrize("path", ["/rep/login/", "/admin/login/"])
def test_nobody_signs_in_with_one(acme: Organisation, path: str) -> None:
    answer = Client().post(path, {"username": "a\x00", "password": "b\x00", "next": "\x00"})
    assert answer.status_code == 200 and "sessionid" not in answer.cookies
