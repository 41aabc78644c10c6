"""A lead's path told to a real Tryton, which also says who owns a lead; killing it loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from bookings import attendance, scheduling
from bookings.tests.organisation import NOW, build
from ordinus.tests.tryton.servers import Between, Tryton
from workflows import secrets
from workflows.models import Delivery, Run, Sink
from workflows.sweeping import sweep

EVENTS = [
    "lead.submitted",
    "booking.made",
    "booking.rescheduled",
    "no_show.presumed",
    "outcome.recorded",
    "lead.tagged",
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    with time_machine.travel(NOW, tick=False):
        yield build()


def the_sink(config: dict[str, Any], **more: Any) -> Sink:
    sealed = {**config, "password": secrets.seal(config["password"])}
    return Sink.objects.create(slug="tryton", kind="tryton", config=sealed, events=EVENTS, **more)


def until_told(now) -> Any:
    """Sweep as the hours go by, until nothing waits; gives the instant of the last sweep."""
    for _ in range(12):
        sweep(now, now)
        if not Delivery.objects.exclude(state="sent").exists():
            return now
        now += timedelta(hours=1)
    raise AssertionError(list(Delivery.objects.exclude(state="sent").values_list("verb", "state", "reason")))


def test_party_opportunity_and_activity_follow_the_lead(tryton: Tryton, organisation) -> None:
    the_sink(tryton.config)
    submission = organisation.submit(employees=900)
    starts = organisation.slots(submission)
    booking = scheduling.book(submission.enquiry, starts[0].start, now=NOW)
    sweep(NOW, NOW)
    (opportunity,) = tryton.opportunities()
    reference = f"ordinus-run-{submission.enquiry.run_id}"
    assert opportunity[:4] == (reference, "lead", "enterprise", "Grace Hopper")
    assert tryton.parties() == [("Grace Hopper", "grace@navy.example", None)]
    former = booking.rep.email
    start = starts[9].start
    scheduling.move(booking, start, now=NOW)
    end = start + timedelta(minutes=35)
    booking.refresh_from_db()
    attendance.record(booking, signal="attended", party="guest", source="test", now=end, actor="system")
    attendance.record_outcome(booking, "follow_up", now=end, actor="system")
    until_told(end)
    (opportunity,) = tryton.opportunities()
    assert opportunity[1] == "opportunity"
    employee = tryton.rows(f"SELECT value FROM party_contact_mechanism WHERE party = {opportunity[4]}")
    assert employee == [(booking.rep.email,)], former
    stories = [note.partition(":")[0] for note in tryton.notes()]
    assert stories == [
        "Grace Hopper (enterprise) booked a meeting",
        "Grace Hopper moved the meeting",
        "Grace Hopper",
    ]
    assert len(tryton.parties()) == 1


def test_the_owner_in_tryton_gets_the_lead(tryton: Tryton, organisation) -> None:
    for pool in organisation.pools.values():
        pool.owner_from = ["crm.owner_email"]
        pool.save()
    organisation.form.active_bookings = 2
    organisation.form.save()
    sink = the_sink(tryton.config, look_up=True)
    first = organisation.submit(employees=900)
    organisation.book(first)
    sweep(NOW, NOW)
    (cy,) = tryton.rows(
        "SELECT e.id FROM company_employee e JOIN party_party p ON p.id = e.party WHERE p.name = 'Cy Lund'"
    )
    tryton.write("UPDATE sale_opportunity SET employee = ?", cy)
    again = organisation.submit(email="GRACE@navy.example", employees=900)
    again.enquiry.refresh_from_db()
    assert again.enquiry.crm["owner_email"] == "cy@acme.example"
    assert again.enquiry.crm["open_opportunity"] is True
    run = Run.objects.get(pk=again.enquiry.run_id)
    assert run.carried["segment"] == "enterprise"
    booking = organisation.book(again)
    assert booking.rep.email == "cy@acme.example"
    assert sink.records.count() == 2


def test_killing_it_in_the_middle_loses_nothing_and_doubles_nothing(
    tryton: Tryton, organisation, httpserver, monkeypatch
) -> None:
    between = Between(tryton, httpserver)
    the_sink(between.config)
    submission = organisation.submit(employees=900)
    organisation.book(submission, 40)
    killed: list[str] = []
    real = tryton.pass_on

    def kill_at(method: str, *rest: Any) -> Any:
        """Once the party was written, and again once a note was, but before the answer is out."""
        reply = real(method, *rest)
        if method in ("model.party.party.create", "model.ir.note.create") and method not in killed:
            killed.append(method)
            tryton.kill()
            tryton.start()
            return None
        return reply

    monkeypatch.setattr(tryton, "pass_on", kill_at)
    until_told(NOW)
    assert len(killed) == 2
    assert [len(rows) for rows in (tryton.parties(), tryton.opportunities(), tryton.notes())] == [1, 1, 1]
    assert Delivery.objects.filter(state="sent").count() == Delivery.objects.count() >= 2
