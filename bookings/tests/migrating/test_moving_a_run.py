"""One run moved to another version: where it stands, what it waits for, and when it cannot be moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import attendance, replaying, scheduling
from bookings.models import Booking, Message, MessageTemplate
from bookings.tests.migrating.versions import is_chained, published, renamed, version_of
from bookings.tests.organisation import NOW, STAGES, Organisation, build
from workflows import engine, migrating
from workflows.models import AuditEvent, Run, Timer, WorkflowVersion
from workflows.stages.base import CannotMove
from workflows.sweeping import sweep


@pytest.fixture
def acme(db: None) -> Organisation:
    acme = build()
    MessageTemplate.objects.create(slug="new", subject="New", body="{{ reschedule_url }}")
    return acme


@pytest.fixture
def booking(acme: Organisation) -> Booking:
    """A meeting about ten days ahead; all three reminders wait."""
    return acme.book(acme.submit(), 120)


def run_of(booking: Booking) -> Run:
    return Run.objects.select_related("version__workflow").get(enquiry=booking.enquiry_id)


def move(run: Run, version: WorkflowVersion, now=NOW, **places: str) -> migrating.Move:  # type: ignore[no-untyped-def]
    names = {old.replace("_", "-"): new for old, new in places.items()}
    moved = migrating.migrate(run.pk, version, names, now=now, actor="staff:1")
    run.refresh_from_db()
    assert replaying.differences(run) == []
    assert is_chained(run)
    return moved


def waiting(run: Run, **which: object) -> dict[str, timedelta]:
    """What the run waits for, counted from the beginning of the tests."""
    timers = run.timers.waiting().filter(**which)
    return {timer.details.get("offset") or timer.purpose: timer.due_at - NOW for timer in timers}


def test_what_differs_is_planned_anew_and_the_rest_is_left_alone(
    acme: Organisation, booking: Booking
) -> None:
    run = run_of(booking)
    kept = set(run.timers.waiting().filter(details__offset="1d").values_list("pk", flat=True))
    two = version_of(
        acme,
        confirmation={"reminders": ["2d", "1d", {"before": "2h", "template": "new"}]},
        meeting={"ask_rep_after": "15m"},
    )
    moved = move(run, two)
    assert (run.version, run.stage, moved.former) == (two, "meeting", "meeting")
    gone = [timer.details.get("offset") or timer.purpose for timer in moved.adoption.withdrawn]
    assert sorted(gone) == ["2h", "3d", "ask_rep"]
    start = booking.start_at - NOW
    assert waiting(run) == {
        "2d": start - timedelta(days=2), "1d": start - timedelta(days=1), "2h": start - timedelta(hours=2),
        "meeting_ends": start + timedelta(minutes=30), "ask_rep": start + timedelta(minutes=45),
        "presume_no_show": start + timedelta(minutes=60),
    }  # fmt: skip
    assert kept == set(run.timers.waiting().filter(details__offset="1d").values_list("pk", flat=True))
    told = AuditEvent.objects.get(run=run.pk, verb="run.migrated")
    assert told.data == {"from": 1, "to": 2, "stage": "meeting", "kind": "meeting"}
    assert (told.actor, told.workflow_version) == ("staff:1", two.pk)
    sweep(booking.start_at - timedelta(minutes=1), booking.start_at)
    newest = Message.objects.filter(kind="reminder", state="sent").get()
    assert newest.template == "new"


def test_what_was_sent_is_not_sent_again_and_what_is_too_late_is_told(
    acme: Organisation, booking: Booking
) -> None:
    run = run_of(booking)
    later = booking.start_at - timedelta(hours=30)
    sweep(later, later)
    two = version_of(
        acme, now=later, confirmation={"reminders": [{"before": "3d", "template": "new"}, "2d", "3h"]}
    )
    move(run, two, later)
    assert set(waiting(run, purpose="reminder")) == {"3h"}
    skipped = AuditEvent.objects.filter(run=run.pk, verb="reminder.skipped")
    assert [(event.data["offset"], event.data["reason"]) for event in skipped] == [
        ("2d", "past_at_migration")
    ]
    sweep(booking.start_at, booking.start_at - timedelta(hours=3))
    move(run, version_of(acme, now=later), booking.start_at)
    assert not run.timers.waiting().filter(purpose="reminder").exists()


def test_a_reminder_that_is_due_this_very_minute_is_not_lost(acme: Organisation, booking: Booking) -> None:
    run = run_of(booking)
    due = Timer.objects.get(run=run, details__offset="2h").due_at
    late = due + timedelta(minutes=1)
    for timer in Timer.objects.filter(run=run, purpose="reminder", due_at__lt=due):
        sweep(timer.due_at, timer.due_at)
    two = version_of(acme, now=late, confirmation={"reminders": [{"before": "2h", "template": "new"}]})
    move(run, two, late)
    sweep(late, late)
    sent = Message.objects.filter(kind="reminder", state="sent").order_by("pk")
    assert [mail.template for mail in sent] == ["reminder", "reminder", "new"]


def test_there_and_back_plans_what_it_had(acme: Organisation, booking: Booking) -> None:
    run = run_of(booking)
    before = waiting(run)
    one = run.version
    move(run, version_of(acme, confirmation={"reminders": []}, meeting={"ask_rep_after": ""}))
    assert set(waiting(run)) == {"meeting_ends", "presume_no_show"}
    move(run, one)
    assert waiting(run) == before


def test_the_moved_run_takes_the_branches_of_its_new_version(acme: Organisation, booking: Booking) -> None:
    run = run_of(booking)
    stages = renamed(STAGES, meeting="call", confirmation="told", lost="gone")
    two = published(acme, stages)
    moved = migrating.preview([run], two, {}, now=NOW)[0]
    assert moved.refusal == "Version 2 has no stage “meeting”. Choose one that takes its place."
    move(run, two, meeting="call", confirmation="told")
    assert run.stage == "call"
    scheduling.cancel(booking, now=NOW)
    run.refresh_from_db()
    assert (run.stage, run.state) == ("gone", "completed")


def test_a_waiting_offer_expires_by_the_new_version_counted_from_its_beginning(acme: Organisation) -> None:
    run = acme.submit().enquiry.run
    two = version_of(acme, offer={"expires_after": "2d"})
    later = NOW + timedelta(days=1)
    move(run, two, later)
    assert waiting(run) == {"offer_expires": timedelta(days=2)}
    assert Message.objects.count() == 0


def test_a_late_sign_still_finds_the_meeting_under_its_new_name(acme: Organisation, booking: Booking) -> None:
    run = run_of(booking)
    sweep(booking.end_at + timedelta(hours=1), booking.end_at + timedelta(hours=1))
    run.refresh_from_db()
    assert run.stage == "no-show"
    now = booking.end_at + timedelta(hours=2)
    move(run, published(acme, renamed(STAGES, meeting="call"), now), now)
    attendance.record(booking, signal="attended", party="guest", source="rep", now=now, actor="staff:1")
    run.refresh_from_db()
    assert run.stage == "handoff"
    assert replaying.differences(run) == []


def test_runs_that_cannot_move_are_told_why_and_nothing_changes(acme: Organisation, booking: Booking) -> None:
    run = run_of(booking)
    two = version_of(acme)
    scheduling.cancel(booking, now=NOW)
    scheduling.restore(booking, now=NOW)
    attendance.record(
        booking, signal="attended", party="guest", source="rep", now=booking.start_at, actor="staff:1"
    )
    run.refresh_from_db()
    events = AuditEvent.objects.count()
    refusals = {}
    for name, changes in {
        "over": {"state": Run.State.COMPLETED},
        "failed": {"state": Run.State.FAILED},
        "virtual": {"is_virtual": True},
        "there": {"version": two},
    }.items():
        for field, value in changes.items():
            setattr(run, field, value)
        refusals[name] = migrating.preview([run], two, {}, now=NOW)[0].refusal
        run = run_of(booking)
    assert refusals == {
        "over": "It is over.",
        "failed": "It was stopped by a fault, which comes first.",
        "virtual": "A simulation is moving it.",
        "there": "It is on version 2 already.",
    }
    with pytest.raises(CannotMove, match="does something else"):
        migrating.migrate(run.pk, two, {"handoff": "meeting"}, now=NOW, actor="staff:1")
    assert AuditEvent.objects.count() == events


def test_a_run_whose_last_press_can_be_taken_back_waits_until_it_cannot(
    acme: Organisation, booking: Booking
) -> None:
    run = run_of(booking)
    two = version_of(acme)
    with engine.transaction.atomic():
        locked = engine.lock(run.pk)
        locked.undo = {**engine.snapshot(locked, NOW), "presses": locked.presses}
        locked.save()
    with pytest.raises(CannotMove, match="taken back"):
        migrating.migrate(run.pk, two, {}, now=NOW, actor="staff:1")
    move(run, two, NOW + timedelta(minutes=11))
    assert run.undo is None
