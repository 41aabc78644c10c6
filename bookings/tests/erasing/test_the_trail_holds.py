"""Erasing only adds facts: chains verify, and every run replays to what the database says."""

from __future__ import annotations

import pytest
from django.db import transaction

from bookings import erasing, sending
from bookings.models import Booking, Message
from bookings.replaying import differences
from bookings.tests import organisation
from bookings.tests.erasing.canary import NOW, WEEK
from bookings.tests.erasing.conftest import ERASED_AT
from routing.models import Assignment, Pool
from workflows import sweeping, verifying
from workflows.changes import Change, announce_changes
from workflows.core import backoff
from workflows.models import AuditEvent, Evidence, Run, Timer

pytestmark = pytest.mark.django_db


def all_differences() -> list[str]:
    return [sentence for run in Run.objects.all() for sentence in differences(run)]


def test_every_run_replayed_to_the_database_before(bird):
    assert all_differences() == []


def test_chains_verify_and_runs_replay(erased):
    assert verifying.verify() == []
    assert all_differences() == []


def test_what_changes_of_the_settings_said_of_the_person_goes_and_is_told(bird):
    with transaction.atomic():
        for name in ("somebody else", bird.lead.email):
            change = Change("notes", None, f"ask {name}", is_private=True)
            announce_changes("pool:general", [change], actor="staff:1", at=NOW)
    kept, gone = AuditEvent.objects.filter(data__object="pool:general").order_by("sequence")
    assert verifying.verify() == []
    erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    told = AuditEvent.objects.get(verb="evidence.erased")
    assert told.run == 0 and gone.sequence in told.data["sequences"]
    assert kept.sequence not in told.data["sequences"]
    assert verifying.verify() == []
    Evidence.objects.filter(run=0, sequence=kept.sequence).delete()
    assert [(each.number, each.sequence, each.kind) for each in verifying.verify()] == [
        (0, kept.sequence, "no_evidence")
    ]


def test_they_still_do_after_the_next_sweeps(erased):
    for week in (1, 5):
        sweeping.sweep(ERASED_AT + week * WEEK, NOW)
    assert verifying.verify() == []
    assert all_differences() == []


def test_each_run_is_told_by_whom_and_how_much(erased):
    told = AuditEvent.objects.filter(verb="lead.erased").order_by("run")
    assert list(told.values_list("run", flat=True)) == list(
        Run.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert {(event.actor, event.lead, event.at) for event in told} == {("staff:1", erased.pk, ERASED_AT)}
    for noun in ("enquiries", "bookings", "messages", "deliveries", "evidence", "meetings_cancelled"):
        assert sum(event.data[noun] for event in told) == erased.counts[noun]
    assert erased.counts["enquiries"] == 4
    assert erased.counts["bookings"] == 3
    assert erased.counts["meetings_cancelled"] == 1


def test_every_run_is_over_and_plans_nothing(erased):
    assert not Run.objects.under_way().exists()
    assert not Timer.objects.waiting().exists()
    assert not Run.objects.exclude(undo=None).exists()


def test_an_early_end_is_told_with_its_reason(erased):
    early = AuditEvent.objects.filter(verb="run.completed", data__reason="erased").order_by("run")
    assert [event.data["end"] for event in early] == ["meeting", "offer"]


def test_a_run_that_a_fault_had_stopped_is_over_too(bird):
    run = Run.objects.under_way().first()
    Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED)
    erasing.erase(bird.lead, now=ERASED_AT, actor="system")
    run.refresh_from_db()
    assert run.state == Run.State.COMPLETED


def test_a_reminder_on_its_way_is_told_as_skipped(bird):
    booking = Booking.objects.get(status="confirmed")
    timer = Timer.objects.waiting().filter(purpose="reminder", booking=booking.pk).order_by("due_at").first()
    erasing_at = timer.due_at
    sweeping.fire_timer(timer.pk, erasing_at, erasing_at)
    assert Message.objects.filter(kind="reminder", state="waiting").exists()
    erasing.erase(bird.lead, now=erasing_at, actor="system")
    skipped = AuditEvent.objects.filter(verb="reminder.skipped", data__reason="erased").get()
    assert skipped.data["offset"] == timer.details["offset"]
    assert all_differences() == []


def test_a_mail_that_was_given_up_cannot_be_tried_again(bird, settings):
    settings.ORDINUS_MAIL_TRANSPORT = "smtp"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = Message.objects.filter(state="waiting", kind="confirmation", audience="guest").last()
    Message.objects.filter(pk=message.pk).update(attempt=backoff.MAX_ATTEMPTS - 1)
    sending.send(message.pk, ERASED_AT, ERASED_AT)
    message.refresh_from_db()
    assert message.state == "dead" and message.text
    erasing.erase(bird.lead, now=ERASED_AT, actor="system")
    message.refresh_from_db()
    assert (message.state, message.text, message.to_address) == ("withdrawn", "", "")
    assert not sending.retry(message.pk, ERASED_AT)
    assert all_differences() == []


def test_a_rep_drawn_for_an_open_offer_gets_the_turn_back(db):
    acme = organisation.build()
    Pool.objects.update(assignment=Pool.AssignmentRule.AT_ROUTING)
    submission = acme.submit()
    assert Assignment.objects.get().has_turn
    erasing.erase(submission.enquiry.lead, now=NOW, actor="system")
    drawn = Assignment.objects.get()
    assert (drawn.state, drawn.has_turn) == (Assignment.State.RELEASED, False)
