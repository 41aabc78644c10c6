"""A process that dies between its commit and its answer: the same key still finds what was committed."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from bookings import intake, scheduling
from bookings.api import public
from bookings.api.serializers import bookings as shown
from bookings.models import Booking, Enquiry, IdempotentAnswer
from bookings.tests.api.calls import ANSWERS, FORM, Guest, ok
from bookings.tests.organisation import Organisation

BODY = {"answers": ANSWERS, "time_zone": "Europe/Berlin"}
START = {"start": "2026-03-04T09:00:00Z"}


class Killed(BaseException):
    """The process is gone; no handler runs."""


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let a shell's step commit, then let its process die, and forget nothing that a dead one would leave."""

    def dies_after(module: Any, name: str, send: Any) -> None:
        step = getattr(module, name)

        def committed(*args: Any, **kwargs: Any) -> None:
            step(*args, **kwargs)
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(module, name, committed)
            with pytest.raises(Killed):
                send()

    return dies_after


def test_a_form_is_submitted_once(acme: Organisation, dying: Any) -> None:
    def send() -> Any:
        return APIClient().post(FORM, BODY, HTTP_IDEMPOTENCY_KEY="one")

    dying(intake, "submit", send)
    answer = ok(send(), 201)
    assert Enquiry.objects.count() == 1
    assert ok(APIClient().get(f"/api/v1/leads/{answer['token']}/slots/"))["slots"]


def test_a_time_is_booked_once_and_told(guest: Guest, dying: Any) -> None:
    def send() -> Any:
        return guest.client.post(guest.path + "bookings/", START, HTTP_IDEMPOTENCY_KEY="one")

    dying(scheduling, "book", send)
    assert ok(send(), 201)["booking"] == Booking.objects.get().pk


def test_a_move_is_made_once(booked: Guest, dying: Any) -> None:
    def send() -> Any:
        return booked.client.post(
            booked.booking_path + "reschedule/", {"start": "2026-03-05T09:00:00Z"}, HTTP_IDEMPOTENCY_KEY="one"
        )

    dying(scheduling, "move", send)
    assert ok(send())["start"] == "2026-03-05T09:00:00Z"
    assert Booking.objects.get().revision == 1


def test_what_was_rolled_back_kept_no_answer(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unsealed(Exception):
        pass

    def broken(*args: Any) -> Any:
        raise Unsealed

    with monkeypatch.context() as patch:
        patch.setattr(shown.BookingSerializer, "to_representation", broken)
        patch.setattr(public, "BookingSerializer", shown.BookingSerializer)
        guest.client.raise_request_exception = False
        guest.client.post(guest.path + "bookings/", START, HTTP_IDEMPOTENCY_KEY="one")
    assert not Booking.objects.exists()
    assert not IdempotentAnswer.objects.filter(key__contains="one").exists()
    assert ok(guest.client.post(guest.path + "bookings/", START, HTTP_IDEMPOTENCY_KEY="one"), 201)
