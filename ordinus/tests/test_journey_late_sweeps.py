"""Reminders that cannot leave in time: the newest one goes out, and none after the start or a change."""

from __future__ import annotations

from bookings.models import Message
from ordinus.tests.consistency import check_everything
from ordinus.tests.journeys import REMINDERS, TOLD_MAILS, Journey, local
from workflows import engine
from workflows.models import Timer
from workflows.sweeping import sweep


def booked(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")


def test_after_an_outage_over_two_reminders_only_the_newer_goes_out(journey: Journey) -> None:
    booked(journey)
    journey.at("2026-03-05 09:59")
    journey.outage_until("2026-03-06 08:30")
    assert journey.reminders == {"1.0 3d": "sent", "1.0 1d": "skipped", "1.0 2h": "sent"}
    assert [skip["reason"] for skip in journey.events("reminder.skipped")] == ["newer_due"]
    assert journey.mails == [*TOLD_MAILS, *REMINDERS[:2]]


def test_after_the_start_no_reminder_goes_out(journey: Journey) -> None:
    booked(journey)
    journey.at("2026-03-05 09:59")
    journey.outage_until("2026-03-06 10:00")
    assert journey.reminders == {"1.0 3d": "sent", "1.0 1d": "skipped", "1.0 2h": "skipped"}
    assert [skip["reason"] for skip in journey.events("reminder.skipped")] == ["too_late"] * 2


def test_two_workers_that_fire_the_newer_reminder_first_send_one(journey: Journey) -> None:
    booked(journey)
    journey.at("2026-03-05 09:59")
    journey.clock.move_to(local("2026-03-06 08:30"))
    for timer in Timer.objects.waiting().filter(purpose="reminder").order_by("-due_at"):
        engine.fire(timer.pk, local("2026-03-06 08:30"))
    journey.sweep()
    assert journey.reminders == {"1.0 3d": "sent", "1.0 1d": "skipped", "1.0 2h": "sent"}


def test_a_reminder_that_the_mail_server_kept_waiting_is_not_sent_after_the_start(journey: Journey) -> None:
    queued(journey)
    journey.at("2026-03-06 10:01")
    assert journey.reminders["1.0 2h"] == "skipped"
    assert journey.events("reminder.skipped")[0]["reason"] == "too_late"


def test_a_reminder_on_its_way_out_is_taken_back_by_a_move(journey: Journey) -> None:
    queued(journey)
    journey.move("2026-03-10 10:00")
    journey.sweep()
    assert journey.reminders["1.0 2h"] == "withdrawn"
    assert journey.mails.count("reminder guest") == 2


def test_a_reminder_on_its_way_out_is_taken_back_by_a_cancellation(journey: Journey) -> None:
    queued(journey)
    journey.cancel()
    journey.sweep()
    assert journey.reminders["1.0 2h"] == "withdrawn"
    assert journey.mails.count("reminder guest") == 2


def queued(journey: Journey) -> None:
    """The last reminder has fired, and its mail waits until after the start for another try."""
    booked(journey)
    journey.at("2026-03-06 07:59")
    due = local("2026-03-06 08:00")
    journey.clock.move_to(due)
    timer = Timer.objects.waiting().get(purpose="reminder")
    engine.fire(timer.pk, due)
    later = local("2026-03-06 10:00")
    assert Message.objects.filter(kind="reminder", state=Message.State.WAITING).update(due_at=later) == 1
    sweep(due, due)
    check_everything()
