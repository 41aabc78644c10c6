"""What staff do with a booking goes the way a guest's press goes, and is refused in its own words."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from bookings.models import Booking
from bookings.tests.organisation import Organisation
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin


@pytest.fixture
def booking(acme: Organisation) -> Booking:
    return acme.book(acme.submit())


def path(booking: Booking, action: str = "change") -> str:
    return f"/admin/bookings/booking/{booking.pk}/{action}/"


def actor_of(verb: str) -> str:
    event = AuditEvent.objects.filter(verb=verb).last()
    assert event is not None
    return event.actor


def held(booking: Booking, clock: time_machine.Traveller) -> Booking:
    """The meeting is over, and the guest was there."""
    clock.move_to(booking.end_at + timedelta(minutes=5))
    return booking


def test_it_is_moved_to_a_time_that_is_free(ops: Admin, booking: Booking) -> None:
    shown = ops.get(path(booking, "move"))
    start = shown.split('<option value="')[2].split('"')[0]
    ops.press(path(booking, "move"), start=start, message="As we said on the phone.")
    before = booking.start_at
    booking.refresh_from_db()
    assert booking.start_at.isoformat() == start != before.isoformat()
    assert actor_of("booking.rescheduled") == f"staff:{ops.user.pk}"


def test_it_is_given_to_a_rep_who_is_named(ops: Admin, acme: Organisation, booking: Booking) -> None:
    other = next(rep for rep in acme.reps if rep.pk != booking.rep_id)
    ops.press(path(booking, "reassign"), rep=str(other.pk))
    booking.refresh_from_db()
    assert booking.rep == other
    assert actor_of("booking.reassigned") == f"staff:{ops.user.pk}"


def test_it_is_given_to_whoever_has_the_turn(ops: Admin, booking: Booking) -> None:
    before = booking.rep_id
    ops.press(path(booking, "reassign"), rep="draw")
    booking.refresh_from_db()
    assert booking.rep_id != before


def test_it_is_cancelled_and_taken_back(ops: Admin, booking: Booking) -> None:
    ops.press(path(booking, "cancel"), message="Sorry.")
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED
    ops.press(path(booking, "restore"))
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CONFIRMED


def test_what_is_refused_is_told_and_changes_nothing(
    ops: Admin, booking: Booking, clock: time_machine.Traveller
) -> None:
    ops.press(path(booking, "cancel"))
    clock.shift(timedelta(minutes=11))
    said = ops.press(path(booking, "restore"))
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CANCELLED
    assert any("Nothing was changed" in sentence for sentence in said)


def test_who_came_is_recorded(ops: Admin, booking: Booking, clock: time_machine.Traveller) -> None:
    ops.press(path(held(booking, clock), "mark_attendance"), seen="guest:attended")
    booking.refresh_from_db()
    assert booking.status == Booking.Status.ATTENDED


def test_an_outcome_is_marked_corrected_and_taken_back(
    ops: Admin, booking: Booking, clock: time_machine.Traveller
) -> None:
    ops.press(path(held(booking, clock), "mark_attendance"), seen="guest:attended")
    ops.press(path(booking, "mark_outcome"), outcome="not_a_fit", notes="Too small.")
    booking.refresh_from_db()
    assert (booking.outcome, booking.outcome_notes) == ("not_a_fit", "Too small.")
    ops.press(path(booking, "correct_outcome"), outcome="qualified_opportunity")
    booking.refresh_from_db()
    assert booking.outcome == "qualified_opportunity"
    ops.press(path(booking, "withdraw_outcome"))
    booking.refresh_from_db()
    assert booking.outcome == ""


def test_only_what_can_be_done_now_is_offered(ops: Admin, booking: Booking) -> None:
    page = ops.get(path(booking))
    assert "Move…" in page
    assert "Cancel…" in page
    assert "Mark the outcome…" not in page
    assert ops.client.get(path(booking, "mark_outcome")).status_code == 403


def test_opening_a_dialog_changes_nothing(ops: Admin, booking: Booking) -> None:
    before = AuditEvent.objects.count()
    for action in ("move", "reassign", "cancel"):
        ops.get(path(booking, action))
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CONFIRMED
    assert AuditEvent.objects.count() == before


def test_the_page_tells_the_plan_of_reminders(ops: Admin, acme: Organisation) -> None:
    in_a_week = acme.book(acme.submit(), 100)
    plan = ops.get(path(in_a_week)).split("Planned for this meeting")[1].split("</table>")[0]
    assert [f"Reminder, {length} before" in plan for length in ("3 days", "1 day", "2 hours")] == [True] * 3
    assert plan.count("Planned") == 3


def test_a_booking_is_never_edited_by_hand(ops: Admin, booking: Booking) -> None:
    assert 'name="_save"' not in ops.get(path(booking))
    assert ops.client.post(path(booking), {"outcome": "won"}).status_code == 403
