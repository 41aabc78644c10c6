"""CRMs tell what came of a meeting; it is recorded where the run waits for it, and corrected later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import attendance
from bookings.models import Booking
from bookings.tests.inbound import senders
from workflows.models import AuditEvent, Run, Sink, SinkRecord


@pytest.fixture
def held(booking, clock) -> Booking:
    """The guest came; the rep's outcome is awaited."""
    attendance.record(
        booking, signal="attended", party="guest", source="test", now=timezone.now(), actor="system"
    )
    booking.refresh_from_db()
    return booking


def outcome_of(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.outcome


def test_an_outcome_moves_the_run_and_another_one_corrects_it(held, clock):
    source, now = senders.a_source("signed"), timezone.now()

    def tell(ident: str, outcome: str) -> list[str]:
        content = {"type": "outcome", "data": {"email": "Grace@Navy.example", "outcome": outcome}}
        return senders.post(source, *senders.standard(content, now, ident=ident)).json()["effects"]

    assert tell("m1", "not_a_fit") == ["recorded"]
    assert (outcome_of(held), Run.objects.get().stage) == ("not_a_fit", "lost")
    assert tell("m2", "not_a_fit") == ["known"]
    assert tell("m3", "follow_up") == ["recorded"]
    assert (outcome_of(held), Run.objects.get().stage) == ("follow_up", "lost")
    assert AuditEvent.objects.filter(verb="outcome.corrected").count() == 1
    assert tell("m4", "sold a boat") == ["invalid"]


def test_an_outcome_that_nobody_awaits_is_refused(booking, clock):
    source = senders.a_source("signed")
    content = {"type": "outcome", "data": {"booking": booking.pk, "outcome": "follow_up"}}
    answer = senders.post(source, *senders.standard(content, timezone.now()))
    assert answer.json()["effects"] == ["not_waiting"] and outcome_of(booking) == ""


def test_hubspot_names_its_contact_and_its_words_are_translated(held, clock):
    source = senders.a_source("hubspot", field="demo_outcome", outcomes={"Bad fit": "not_a_fit"})
    sink = Sink.objects.create(slug="hubspot", kind="hubspot")
    SinkRecord.objects.create(
        sink=sink, subject="lead", number=held.lead_id, role="contact", external_id="901", lead=held.lead_id
    )
    change = {
        "subscriptionId": 7, "subscriptionType": "contact.propertyChange", "objectId": 901,
        "propertyName": "demo_outcome", "occurredAt": 1_772_442_000_000,
    }  # fmt: skip
    events = [
        {**change, "eventId": 1, "propertyValue": "Thinking"},
        {**change, "eventId": 2, "propertyName": "city", "propertyValue": "Bad fit"},
        {**change, "eventId": 3, "propertyValue": "Bad fit"},
    ]
    now = timezone.now()
    assert senders.post(source, *senders.hubspot(events, now, source)).json()["effects"] == [
        "known",
        "recorded",
    ]
    assert outcome_of(held) == "not_a_fit"
    old = senders.hubspot(events, now - timedelta(minutes=6), source)
    assert senders.post(source, *old).status_code == 401
