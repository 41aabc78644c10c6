from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from bookings.tests.api.calls import FORM, Guest, refused
from bookings.tests.organisation import Organisation


@pytest.fixture
def limited(settings) -> None:
    settings.ORDINUS_RATE_LIMITS = True


def test_a_hundred_forms_a_minute_from_one_address_are_too_many(
    acme: Organisation, limited: None, clock: time_machine.Traveller
) -> None:
    client = APIClient()
    answers = [client.post(FORM, {}) for _ in range(100)]
    assert {answer.status_code for answer in answers[:20]} == {400}
    for answer in answers[20:]:
        refused(answer, 429, "too_many_requests")
        assert 1 <= int(answer["Retry-After"]) <= 60
    assert client.post(FORM, {}, REMOTE_ADDR="203.0.113.9").status_code == 400
    clock.shift(timedelta(minutes=1))
    assert client.post(FORM, {}).status_code == 400


def test_a_booking_is_moved_twenty_times_an_hour(booked: Guest, limited: None) -> None:
    path = booked.booking_path + "reschedule/"
    for number in range(20):
        assert booked.client.post(path, {}, REMOTE_ADDR=f"203.0.113.{number}").status_code == 400
    refused(booked.client.post(path, {}, REMOTE_ADDR="203.0.113.99"), 429, "too_many_requests")


def test_a_token_of_staff_is_not_limited_by_address(
    acme: Organisation, limited: None, staff: APIClient
) -> None:
    assert {staff.post(FORM, {}).status_code for _ in range(30)} == {400}
