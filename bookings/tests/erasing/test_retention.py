"""A form keeps personal data for so many days after the last step of an enquiry; then they go, and the trail tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from bookings import retaining, scheduling, tasks
from bookings.models import Booking, BookingForm, Enquiry, Lead, Message
from bookings.replaying import differences
from bookings.tests.organisation import NOW, Organisation, build
from workflows.models import AuditEvent, Evidence, Run
from workflows.verifying import verify

DAYS = 30


def days(number: float) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def acme(db: None) -> Organisation:
    acme = build()
    BookingForm.objects.update(retain_days=DAYS)
    return acme


def held(acme: Organisation, **answers: Any) -> Booking:
    """A meeting that was booked and cancelled at once, so that its run is over."""
    booking = acme.book(acme.submit(**answers))
    scheduling.cancel(booking, now=NOW)
    return booking


def last_step(booking: Booking) -> datetime:
    return booking.end_at


def test_a_person_is_kept_until_the_days_are_over_and_gone_then(acme: Organisation) -> None:
    booking = held(acme)
    over = last_step(booking) + days(DAYS)
    assert retaining.let_go(over - timedelta(seconds=1)) == 0
    assert Lead.objects.get().email == "grace@navy.example"
    assert retaining.let_go(over) == 1
    lead = Lead.objects.get()
    assert (lead.erased_at, lead.name) == (over, "")
    assert not Evidence.objects.exists()
    assert retaining.let_go(over + days(1)) == 0
    told = AuditEvent.objects.get(verb="lead.erased")
    assert (told.actor, told.data["reason"]) == ("system", "retention")
    assert verify() == []
    assert [differences(run) for run in Run.objects.all()] == [[]]


def test_a_meeting_ahead_is_a_step_still_to_come(acme: Organisation) -> None:
    booking = acme.book(acme.submit())
    Booking.objects.filter(pk=booking.pk).update(
        start_at=NOW + days(200), end_at=NOW + days(200) + timedelta(minutes=30)
    )
    assert retaining.let_go(NOW + days(DAYS + 1)) == 0


def test_who_never_came_back_is_let_go_too_and_the_run_ends(acme: Organisation) -> None:
    submission = acme.submit()
    assert retaining.let_go(NOW + days(DAYS)) == 1
    run = Run.objects.get(pk=submission.run.pk)
    assert run.state == Run.State.COMPLETED
    assert AuditEvent.objects.filter(run=run.pk, verb="run.completed", data__reason="erased").exists()


def test_of_two_forms_only_the_one_that_keeps_no_longer_lets_go(acme: Organisation) -> None:
    first = held(acme)
    other = BookingForm.objects.create(slug="other", name="Another", workflow=acme.workflow)
    Enquiry.objects.filter(pk=first.enquiry_id).update(form=other)
    second = acme.submit(now=NOW + days(1), needs="A second one")
    over = NOW + days(DAYS + 1)
    assert retaining.let_go(over) == 1
    lead = Lead.objects.get()
    assert (lead.erased_at, lead.email) == (None, "grace@navy.example")
    gone, kept = Enquiry.objects.get(pk=second.enquiry.pk), Enquiry.objects.get(pk=first.enquiry_id)
    assert (gone.answers, gone.erased_at) == ({}, over)
    assert kept.answers["name"] == "Grace Hopper"
    assert not Evidence.objects.filter(run=second.run.pk).exists()
    assert Message.objects.filter(run=first.run_id).exclude(to_address="").exists()
    assert retaining.let_go(over + days(1)) == 0
    other.retain_days = 1
    other.save()
    assert retaining.let_go(over + days(1)) == 1
    assert Lead.objects.get().erased_at == over + days(1)
    assert verify() == []


def test_tidying_up_lets_go_by_itself_but_without_a_limit_everything_stays(acme: Organisation) -> None:
    booking = held(acme)
    BookingForm.objects.update(retain_days=None)
    assert retaining.let_go(NOW + days(9999)) == 0
    BookingForm.objects.update(retain_days=DAYS)
    with time_machine.travel(last_step(booking) + days(DAYS), tick=False):
        tasks.tidy()
    assert Lead.objects.get().erased_at is not None
