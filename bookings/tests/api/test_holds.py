from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from bookings import holding
from bookings.tests.api.calls import Guest, ok, refused
from routing.models import Hold


def test_a_start_is_held_and_let_go(guest: Guest) -> None:
    client, path = APIClient(), f"/api/v1/leads/{guest.submission['token']}/hold/"
    slots = ok(client.get(path.replace("hold", "slots")))["slots"]
    held = ok(client.post(path, {"start": slots[0]["start"]}, format="json"))
    assert {key: held[key] for key in ("start", "end")} == slots[0]
    assert held["held_until"].endswith("Z")
    assert refused(client.post(path, {}, format="json"), 400, "invalid")
    refused(client.post(path, {"start": "2020-01-01T09:00:00Z"}, format="json"), 409, "slot_taken")
    assert Hold.objects.count() == 1
    for _ in range(2):
        assert client.delete(path).status_code == 204
    assert not Hold.objects.exists()
    assert client.get(path).status_code == 405
    refused(client.post(path[:-8] + "x/hold/", {"start": slots[0]["start"]}, format="json"), 404, "not_found")


def test_one_lead_cannot_keep_times_from_others_for_long(guest: Guest, settings: Any) -> None:
    settings.ORDINUS_RATE_LIMITS = True
    client, path = APIClient(), f"/api/v1/leads/{guest.submission['token']}/hold/"
    start = ok(client.get(path.replace("hold", "slots")))["slots"][0]["start"]
    for _ in range(holding.HOLDS_AN_HOUR):
        ok(client.post(path, {"start": start}, format="json"))
    told = client.post(path, {"start": start}, format="json")
    refused(told, 429, "too_many_requests")
    assert int(told["Retry-After"]) > 0
