"""A guest's yes by the API: once, for the present time, and only where one is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from bookings.models import Booking, MessageTemplate
from bookings.tests.api.calls import Guest, ok, refused
from bookings.tests.migrating.versions import version_of
from bookings.tests.organisation import Organisation
from workflows.models import AuditEvent


@pytest.fixture
def asked(acme: Organisation) -> Guest:
    """Has a meeting late next week, whose workflow asks for a yes."""
    MessageTemplate.objects.create(slug="are-you-coming", subject="Coming?", body="{{ reconfirm_url }}")
    version_of(acme, meeting={"reconfirm": {"at": "1d", "template": "are-you-coming"}})
    guest = Guest.submitting(APIClient())
    guest.book(guest.slots()[-1]["start"])
    return guest


def say_yes(guest: Guest, **headers: str):
    return guest.client.post(guest.booking_path + "reconfirm/", {}, **headers)


def told() -> int:
    return AuditEvent.objects.filter(verb="booking.reconfirmed", actor="lead").count()


def test_a_yes_is_kept_once_and_answered_with_the_booking(asked: Guest) -> None:
    for _ in range(2):
        assert ok(say_yes(asked)) == asked.booking
    assert told() == 1
    booking = Booking.objects.get(pk=asked.booking["booking"])
    assert booking.reconfirmed_for == booking.start_at


def test_the_same_key_is_answered_alike(asked: Guest) -> None:
    first, second = (ok(say_yes(asked, HTTP_IDEMPOTENCY_KEY="yes-1")) for _ in range(2))
    assert first == second
    assert told() == 1


def test_a_move_needs_a_new_yes(asked: Guest) -> None:
    ok(say_yes(asked))
    ok(asked.client.post(asked.booking_path + "reschedule/", {"start": asked.moves()[3]["start"]}))
    ok(say_yes(asked))
    assert told() == 2


def test_to_a_meeting_that_is_off_there_is_no_yes(asked: Guest) -> None:
    ok(asked.client.post(asked.booking_path + "cancel/", {}))
    refused(say_yes(asked), 409, "not_bookable")


def test_after_the_start_it_is_too_late(asked: Guest, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime.fromisoformat(asked.booking["start"]) + timedelta(seconds=1))
    refused(say_yes(asked), 409, "too_late")


def test_reading_the_address_says_nothing(asked: Guest) -> None:
    refused(asked.client.get(asked.booking_path + "reconfirm/"), 405, "method_not_allowed")
    assert told() == 0
