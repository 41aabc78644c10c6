from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from bookings.tests.api.calls import Guest, refused
from bookings.tests.organisation import Organisation
from workflows.sweeping import sweep

JUNK = "A" * 43


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize(
    "path", ["", "nothing/", "bookings/x/", "leads/1x/", "leads/1/audit", "bookings/1/junk/", "a%0Ab/"]
)
def test_an_unknown_path_is_a_json_404(db: None, path: str, method: str) -> None:
    client = APIClient(enforce_csrf_checks=True)
    refused(getattr(client, method)(f"/api/v1/{path}"), 404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        f"leads/{JUNK}/slots/",
        f"bookings/{JUNK}/",
        f"bookings/{JUNK}/slots/",
        "leads/short/slots/",
        "bookings/a%00b/",
    ],
)
def test_an_unknown_token_is_a_404(db: None, path: str) -> None:
    refused(APIClient().get(f"/api/v1/{path}"), 404, "not_found")


def test_an_unknown_form_is_a_404(acme: Organisation) -> None:
    refused(APIClient().post("/api/v1/forms/nope/leads/", {}), 404, "not_found")


def test_a_token_for_another_purpose_is_like_an_unknown_one(booked: Guest) -> None:
    run, manage = booked.submission["token"], booked.booking["token"]
    refused(booked.client.get(f"/api/v1/leads/{manage}/slots/"), 404, "not_found")
    refused(booked.client.get(f"/api/v1/bookings/{run}/"), 404, "not_found")
    refused(booked.client.post(f"/api/v1/bookings/{run}/cancel/", {}), 404, "not_found")


def test_a_token_with_one_character_changed_is_unknown(booked: Guest) -> None:
    token = booked.booking["token"]
    for place in range(0, 43, 6):
        other = "B" if token[place] == "A" else "A"
        changed = token[:place] + other + token[place + 1 :]
        refused(booked.client.get(f"/api/v1/bookings/{changed}/"), 404, "not_found")


def test_the_token_is_looked_at_before_the_body(db: None) -> None:
    refused(APIClient().post(f"/api/v1/leads/{JUNK}/bookings/", {"start": 7}), 404, "not_found")
    refused(APIClient().post(f"/api/v1/bookings/{JUNK}/reschedule/", {"start": 7}), 404, "not_found")


def test_a_superseded_link_is_gone(guest: Guest) -> None:
    newer = Guest.submitting(APIClient())
    refused(guest.client.get(guest.path + "slots/"), 410, "gone")
    refused(guest.client.post(guest.path + "bookings/", {"start": 7}), 410, "gone")
    assert newer.slots()


def test_an_offer_that_has_ended_is_gone_whatever_is_sent(guest: Guest, acme: Organisation) -> None:
    for days in (8, 23):
        sweep(acme.now + timedelta(days=days), acme.now)
    refused(guest.client.get(guest.path + "slots/"), 410, "gone")
    for body in ({"start": 7}, {"start": "2026-03-04T09:00:00Z"}):
        refused(guest.client.post(guest.path + "bookings/", body), 410, "gone")


def test_a_wrong_method_is_a_405_that_names_the_right_ones(acme: Organisation) -> None:
    response = APIClient().get("/api/v1/forms/demo-request/leads/")
    refused(response, 405, "method_not_allowed")
    assert "POST" in response["Allow"]


def test_a_wrong_token_of_staff_is_a_401_everywhere(guest: Guest) -> None:
    stranger = APIClient(HTTP_AUTHORIZATION="Token 0123456789")
    for path in ("/api/v1/leads/", guest.path + "slots/"):
        response = stranger.get(path)
        refused(response, 401, "not_authenticated")
        assert response["WWW-Authenticate"] == "Token"


def test_json_is_answered_whatever_is_asked_for(guest: Guest) -> None:
    response = guest.client.get(guest.path + "slots/?format=html", HTTP_ACCEPT="text/html")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_no_answer_is_kept_by_caches(guest: Guest) -> None:
    assert guest.client.get(guest.path + "slots/")["Cache-Control"] == "no-store"


def test_what_nobody_foresaw_is_a_json_500(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bookings.scheduling.offered", broken)
    guest.client.raise_request_exception = False
    refused(guest.client.get(guest.path + "slots/"), 500, "server_error")
