from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from rest_framework.test import APIClient

from bookings.models import Booking, Enquiry, IdempotentAnswer, Lead
from bookings.tests.api.calls import ANSWERS, FORM, Guest, ok, refused
from bookings.tests.organisation import Organisation

BODY = {"answers": ANSWERS, "time_zone": "Europe/Berlin"}


def send(body: Any = BODY, key: str = "one", path: str = FORM, client: APIClient | None = None) -> Any:
    return (client or APIClient()).post(path, body, HTTP_IDEMPOTENCY_KEY=key)


def test_the_same_key_and_content_get_the_same_answer(acme: Organisation) -> None:
    first, second = send(), send({"time_zone": "Europe/Berlin", "answers": ANSWERS})
    assert (second.status_code, second.content) == (201, first.content)
    assert Enquiry.objects.count() == 1
    assert send(key="two").content != first.content


def test_the_same_key_with_other_content_is_refused(acme: Organisation) -> None:
    send()
    refused(send({"answers": {**ANSWERS, "name": "Else"}}), 422, "idempotency_key_reused")
    assert Enquiry.objects.count() == 1


def test_a_refusal_is_repeated_too(guest: Guest) -> None:
    path, free, taken = guest.path + "bookings/", "2026-03-04T09:00:00Z", "2026-03-04T09:01:00Z"
    refused(send({"start": taken}, path=path), 409, "slot_taken")
    ok(send({"start": free}, "two", path), 201)
    refused(send({"start": taken}, path=path), 409, "slot_taken")
    assert ok(send({"start": free}, "two", path), 201)["start"] == free
    assert Booking.objects.count() == 1


def test_the_same_key_on_another_path_is_another_key(booked: Guest) -> None:
    ok(send({}, path=booked.booking_path + "cancel/"))
    ok(send({}, path=booked.booking_path + "restore/"))
    assert ok(booked.client.get(booked.booking_path))["status"] == "confirmed"


def test_what_staff_were_told_is_not_repeated_to_others(acme: Organisation, staff: APIClient) -> None:
    assert ok(send(client=staff), 201)["lead"] == Lead.objects.get().pk
    assert ok(send(), 201)["lead"] is None


def test_a_key_is_forgotten_after_a_day(acme: Organisation, clock: time_machine.Traveller) -> None:
    first = send()
    clock.shift(timedelta(hours=23, minutes=59))
    assert send().content == first.content
    clock.shift(timedelta(minutes=2))
    assert send().content != first.content
    assert Enquiry.objects.count() == 2


def test_an_answer_about_a_lead_can_be_found_by_the_lead(guest: Guest) -> None:
    send({"answers": {**ANSWERS, "email": "another@navy.example"}})
    send({"start": "2026-03-04T09:00:00Z"}, path=guest.path + "bookings/")
    assert {row.lead for row in IdempotentAnswer.objects.all()} == set(
        Lead.objects.values_list("pk", flat=True)
    )
    assert not IdempotentAnswer.objects.filter(scope__contains=guest.submission["token"]).exists()


def test_too_many_requests_are_not_kept(booked: Guest, settings: Any, clock: time_machine.Traveller) -> None:
    settings.ORDINUS_RATE_LIMITS = True
    path = booked.booking_path + "reschedule/"
    for number in range(20):
        booked.client.post(path, {}, REMOTE_ADDR=f"203.0.113.{number}")
    body = {"start": "2026-03-05T09:00:00Z"}
    refused(send(body, path=path), 429, "too_many_requests")
    clock.shift(timedelta(hours=1))
    ok(send(body, path=path))


def test_a_failure_is_not_kept(acme: Organisation, monkeypatch: Any) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    client = APIClient(raise_request_exception=False)
    with monkeypatch.context() as patch:
        patch.setattr("bookings.intake.submit", broken)
        refused(send(client=client), 500, "server_error")
    ok(send(client=client), 201)


def test_a_key_that_is_no_key_is_named(acme: Organisation) -> None:
    for key in ("", "two words", "x" * 201, "é"):
        assert list(refused(send(key=key), 400, "invalid")) == ["Idempotency-Key"]
