"""However many sinks there are and whatever state they are in, a guest's press asks the database the same."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import scheduling
from bookings.tests.organisation import Organisation, build
from workflows.models import AuditEvent, Delivery
from workflows.tests.telling import a_sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organisation:
    return build(reps=2)


def queries_of_a_guest(acme: Organisation, number: int) -> tuple[int, int]:
    """Of sending the form, and of the press on a start."""
    with CaptureQueriesContext(connection) as form:
        guest = acme.submit(email=f"guest-{number}@navy.example")
    start = acme.slots(guest)[5 * number].start
    with CaptureQueriesContext(connection) as press:
        scheduling.book(guest.enquiry, start, now=acme.now)
    return len(form), len(press)


def test_form_and_press_take_one_query_more_with_three_sinks_than_with_none(acme: Organisation) -> None:
    queries_of_a_guest(acme, 0)
    form, press = queries_of_a_guest(acme, 1)
    assert not Delivery.objects.exists()
    before = AuditEvent.objects.count()
    for slug in ("broken", "mute", "busy"):
        a_sink(slug, events=["*"])
    assert queries_of_a_guest(acme, 2) == (form + 1, press + 1)
    assert Delivery.objects.count() == 3 * (AuditEvent.objects.count() - before)


def test_neither_form_nor_press_asks_more_than_it_has_to(acme: Organisation) -> None:
    """What stands here is what they need; facts, messages and timers were once written one by one, by 120."""
    queries_of_a_guest(acme, 0)
    form, press = queries_of_a_guest(acme, 1)
    assert form <= 52 and press <= 47
