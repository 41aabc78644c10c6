from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookings import enriching
from bookings.models import Booking, BookingForm, Enrichment, Lead, Message
from bookings.replaying import differences
from bookings.simulating import Simulation
from bookings.tests.organisation import NOW, build
from workflows.models import AuditEvent, Run
from workflows.sweeping import due_timers

pytestmark = pytest.mark.django_db

DAYS = 12
START = NOW
END = START + timedelta(days=DAYS)
CLOCK = datetime(2026, 11, 23, tzinfo=UTC)


class Interrupted(Exception):
    pass


@pytest.fixture
def form() -> BookingForm:
    return build().form


def simulation(form: BookingForm, leads: int = 6) -> Simulation:
    return Simulation(form, leads=leads, start=START, days=DAYS, seed=3, clock=CLOCK)


def test_made_up_leads_go_the_real_way_and_nothing_of_theirs_leaves(form: BookingForm) -> None:
    counts = simulation(form).play()
    assert counts["submitted"] >= 6
    assert {lead.email.endswith(".example") and lead.is_synthetic for lead in Lead.objects.all()} == {True}
    assert not Message.objects.filter(is_recorded_only=False).exists()
    assert [differences(run) for run in Run.objects.all()] == [[]] * Run.objects.count()


def test_what_was_interrupted_is_taken_up_by_the_next_and_left_alone_by_the_sweep(form: BookingForm) -> None:
    stopped = simulation(form)

    def interrupt(done: int) -> None:
        if Booking.objects.exists():
            raise Interrupted

    with pytest.raises(Interrupted):
        stopped.play(interrupt)
    assert due_timers(END + timedelta(days=60), CLOCK, 100) == []
    simulation(form, leads=1).play()
    assert not Run.objects.on_a_virtual_clock().exists()
    assert not Booking.objects.confirmed().filter(end_at__lt=END - timedelta(hours=1)).exists()


def test_how_long_a_source_took_on_the_real_clock_does_not_tell_two_simulations_apart(
    form: BookingForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    Enrichment.objects.create(slug="companies", kind="table", key="lead.email_domain")
    monkeypatch.setattr(enriching, "_since", lambda began: 7)
    simulation(form, leads=1).play()
    told = AuditEvent.objects.filter(verb="enrichment.failed").values_list("data", flat=True)
    assert {data["milliseconds"] for data in told} == {0}
