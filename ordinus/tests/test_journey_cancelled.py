"""Cancelled, and within ten minutes brought back."""

from __future__ import annotations

from datetime import timedelta

from ordinus.tests.journeys import ARRIVES, BOOKS, TOLD, TOLD_MAILS, Journey, words

CANCELS = words("reminder.withdrawn*3 booking.cancelled cancelled>lost run.completed")
RETURNS = words("booking.restored >meeting reminder.planned*3")


def booked(journey: Journey) -> None:
    journey.submit()
    journey.book("2026-03-06 10:00")
    journey.sweep()


def test_a_guest_cancels_once_and_for_all(journey: Journey) -> None:
    booked(journey)
    assert journey.cancel("I am ill")["status"] == "cancelled"
    assert journey.cancel("I am ill")["status"] == "cancelled"
    journey.sweep()
    assert journey.place == "lost completed"
    assert journey.tale == [*ARRIVES, *BOOKS, *TOLD, *CANCELS, *TOLD]
    assert journey.mails == [*TOLD_MAILS, "cancellation guest CANCEL 1", "rep_notice rep CANCEL 1"]
    assert set(journey.reminders.values()) == {"withdrawn"}
    assert journey.waiting_for == {}
    assert set(journey.balances("general").values()) == {0.0}, "the turn was given back"
    journey.clock.shift(timedelta(minutes=11))
    assert journey.refused(f"/bookings/{journey.manage}/restore/") == (409, "too_late")


def test_a_cancellation_taken_back_in_time_was_never_mailed(journey: Journey) -> None:
    booked(journey)
    before = journey.waiting_for
    journey.cancel()
    journey.clock.shift(timedelta(minutes=9))
    assert journey.restore()["status"] == "confirmed"
    journey.sweep()
    assert journey.place == "meeting active"
    assert journey.tale == [*ARRIVES, *BOOKS, *TOLD, *CANCELS, *RETURNS]
    assert journey.mails == TOLD_MAILS
    assert journey.waiting_for == before
    assert journey.balances("general") == {"ana": -0.5, "ben": 0.5}


def test_who_has_been_told_of_a_cancellation_is_told_that_the_meeting_stands(journey: Journey) -> None:
    booked(journey)
    journey.cancel()
    journey.sweep()
    journey.clock.shift(timedelta(minutes=9))
    journey.restore()
    journey.sweep()
    assert journey.tale == [*ARRIVES, *BOOKS, *TOLD, *CANCELS, *TOLD, *RETURNS, *TOLD]
    assert journey.mails[-4:] == [
        "cancellation guest CANCEL 1",
        "rep_notice rep CANCEL 1",
        "confirmation guest REQUEST 2",
        "rep_notice rep REQUEST 2",
    ]
    journey.at("2026-03-06 10:05")
    assert set(journey.reminders.values()) == {"withdrawn", "sent"}
    journey.signal("attended")
    assert journey.place == "handoff active"


def test_a_time_given_to_somebody_else_cannot_be_brought_back(journey: Journey) -> None:
    booked(journey)
    run, manage = journey.run_id, journey.manage
    journey.cancel()
    for name in ("alan", "joan"):
        journey.submit(email=f"{name}@bletchley.example")
        journey.book("2026-03-06 10:00")
    assert journey.refused(f"/bookings/{manage}/restore/") == (409, "slot_taken")
    journey.switch_to(run)
    assert journey.place == "lost completed"


def test_after_the_start_it_is_too_late_to_cancel(journey: Journey) -> None:
    booked(journey)
    journey.at("2026-03-06 10:00")
    assert journey.refused(f"/bookings/{journey.manage}/cancel/") == (409, "too_late")
