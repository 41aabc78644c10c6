"""The calls of a guest, and what every answer has to look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rest_framework.response import Response
from rest_framework.test import APIClient

FORM = "/api/v1/forms/demo-request/leads/"
ANSWERS = {"name": "Grace Hopper", "email": "grace@navy.example", "employees": 20}


def ok(response: Response, status: int = 200) -> Any:
    """The body of an answer with this status."""
    assert response.status_code == status, (response.status_code, response.content)
    return response.json()


def refused(response: Response, status: int, code: str) -> dict[str, list[str]]:
    """The fields of an error object with this status and code."""
    body = ok(response, status)
    assert list(body) == ["code", "detail", "fields"]
    assert body["code"] == code, body
    assert body["detail"].endswith((".", "?")), "an error tells a sentence"
    for told in body["fields"].values():
        assert told and all(isinstance(each, str) for each in told)
    return body["fields"]


@dataclass
class Guest:
    """Somebody who has sent the form, with what the API has answered since."""

    client: APIClient
    submission: dict[str, Any]
    booking: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def submitting(cls, client: APIClient, **answers: Any) -> Guest:
        body = {"answers": {**ANSWERS, **answers}, "time_zone": "Europe/Berlin"}
        return cls(client, ok(client.post(FORM, body), 201))

    @property
    def path(self) -> str:
        return f"/api/v1/leads/{self.submission['token']}/"

    @property
    def booking_path(self) -> str:
        return f"/api/v1/bookings/{self.booking['token']}/"

    @property
    def staff_path(self) -> str:
        return f"/api/v1/bookings/{self.booking['booking']}/"

    def slots(self, **dates: str) -> list[dict[str, str]]:
        return list(ok(self.client.get(self.path + "slots/", dates))["slots"])

    def moves(self) -> list[dict[str, str]]:
        return list(ok(self.client.get(self.booking_path + "slots/"))["slots"])

    def book(self, start: str) -> dict[str, Any]:
        self.booking = ok(self.client.post(self.path + "bookings/", {"start": start}), 201)
        return self.booking
