from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Message
from bookings.tests.api.calls import Guest, ok, refused
from bookings.tests.organisation import Organisation
from workflows.models import AuditEvent
from workflows.sweeping import sweep


@pytest.fixture
def begun(booked: Guest, clock: time_machine.Traveller) -> Guest:
    """The meeting has begun."""
    clock.move_to(booked.booking["start"].replace("Z", "+00:00"))
    clock.shift(timedelta(minutes=5))
    return booked


@pytest.fixture
def attended(begun: Guest, staff: APIClient) -> Guest:
    """The rep is asked what came of the meeting."""
    ok(staff.post(begun.staff_path + "attendance/", {"signal": "attended"}))
    return begun


def verbs() -> list[str]:
    return list(AuditEvent.objects.exclude(run=0).order_by("pk").values_list("verb", flat=True))


def test_attendance_counts_at_once(begun: Guest, staff: APIClient) -> None:
    answer = ok(staff.post(begun.staff_path + "attendance/", {"signal": "attended"}))
    assert answer["status"] == "attended"
    event = AuditEvent.objects.get(verb="attendance.signalled")
    assert (event.data["party"], event.data["source"]) == ("guest", "api")
    assert event.actor.startswith("staff:")
    again = staff.post(begun.staff_path + "attendance/", {"signal": "attended"})
    refused(again, 409, "already_recorded")


def test_attendance_before_the_start_is_too_early(booked: Guest, staff: APIClient) -> None:
    path = booked.staff_path + "attendance/"
    refused(staff.post(path, {"signal": "no_show"}), 409, "too_early")
    ahead = {"signal": "no_show", "at": booked.booking["start"]}
    assert ok(staff.post(path, ahead))["status"] == "no_show"


def test_what_is_no_signal_is_named(begun: Guest, staff: APIClient) -> None:
    body = {"signal": "came", "party": "dog", "source": "x" * 41, "at": "now"}
    response = staff.post(begun.staff_path + "attendance/", body)
    assert set(refused(response, 400, "invalid")) == {"signal", "party", "source", "at"}
    assert list(refused(staff.post(begun.staff_path + "attendance/", {}), 400, "invalid")) == ["signal"]


def test_a_cancelled_meeting_takes_no_signal(booked: Guest, staff: APIClient) -> None:
    ok(booked.client.post(booked.booking_path + "cancel/", {}))
    refused(staff.post(booked.staff_path + "attendance/", {"signal": "joined"}), 409, "not_waiting")


def test_an_outcome_is_marked_taken_back_and_corrected(attended: Guest, staff: APIClient) -> None:
    path = attended.staff_path + "outcome/"
    marked = ok(staff.post(path, {"outcome": "not_a_fit", "notes": "too small"}))
    assert (marked["outcome"], marked["outcome_notes"]) == ("not_a_fit", "too small")
    refused(staff.post(path, {"outcome": "closed_won"}), 409, "not_waiting")
    assert ok(staff.delete(path))["outcome"] is None
    refused(staff.delete(path), 409, "not_waiting")
    ok(staff.post(path, {"outcome": "qualified_opportunity"}))
    assert ok(staff.put(path, {"outcome": "not_a_fit"}))["outcome"] == "not_a_fit"
    told = [verb for verb in verbs() if verb.startswith("outcome.")]
    assert told == ["outcome.recorded", "outcome.withdrawn", "outcome.recorded", "outcome.corrected"]


def test_an_outcome_outside_a_handoff_is_not_waited_for(begun: Guest, staff: APIClient) -> None:
    refused(staff.post(begun.staff_path + "outcome/", {"outcome": "closed_won"}), 409, "not_waiting")


def test_an_outcome_that_is_not_listed_is_named(attended: Guest, staff: APIClient) -> None:
    response = staff.post(attended.staff_path + "outcome/", {"outcome": "fame"})
    assert list(refused(response, 400, "invalid")) == ["outcome"]


def test_a_meeting_is_given_to_a_named_rep_or_drawn(booked: Guest, staff: APIClient) -> None:
    path, first = booked.staff_path + "reassign/", booked.booking["rep"]["email"]
    drawn = ok(staff.post(path, {"rep": "draw", "message": "Ana is ill."}))
    assert drawn["rep"]["email"] != first
    assert Message.objects.get(kind="reassignment").details["note"] == "Ana is ill."
    assert ok(staff.post(path, {"rep": first}))["rep"]["email"] == first
    refused(staff.post(path, {"rep": first}), 409, "not_bookable")
    assert list(refused(staff.post(path, {"rep": "nobody@acme.example"}), 400, "invalid")) == ["rep"]
    assert list(refused(staff.post(path, {}), 400, "invalid")) == ["rep"]


def test_staff_move_and_cancel_by_id_with_a_message(booked: Guest, staff: APIClient) -> None:
    start = ok(staff.get(booked.staff_path + "slots/"))["slots"][5]["start"]
    moved = ok(staff.post(booked.staff_path + "reschedule/", {"start": start, "message": "Sorry!"}))
    assert (moved["id"], moved["start"]) == (booked.booking["booking"], start)
    told = Message.objects.filter(audience="guest", booking=moved["id"]).latest("pk")
    assert told.details["note"] == "Sorry!"
    cancelled = ok(staff.post(booked.staff_path + "cancel/", {"reason": "strike", "message": "Sorry!"}))
    assert (cancelled["status"], cancelled["cancel_reason"]) == ("cancelled", "strike")
    assert AuditEvent.objects.get(verb="booking.cancelled").actor.startswith("staff:")
    assert ok(staff.post(booked.staff_path + "restore/", {}))["status"] == "confirmed"


def test_a_guests_message_reaches_nobody(booked: Guest) -> None:
    ok(booked.client.post(booked.booking_path + "cancel/", {"message": "buy pills"}))
    assert not any("pills" in str(message.details) for message in Message.objects.all())


def test_a_missed_meeting_is_rebooked_by_the_same_link(
    booked: Guest, staff: APIClient, clock: time_machine.Traveller, acme: Organisation
) -> None:
    clock.move_to(booked.booking["end"].replace("Z", "+00:00"))
    clock.shift(timedelta(minutes=31))
    sweep(timezone.now(), timezone.now())
    assert ok(booked.client.get(booked.booking_path))["status"] == "no_show"
    missed = booked.booking["booking"]
    assert booked.book(booked.slots()[4]["start"])["booking"] != missed


def test_an_unknown_booking_is_a_404(acme: Organisation, staff: APIClient) -> None:
    refused(staff.get("/api/v1/bookings/999999/"), 404, "not_found")
    for what in ("attendance", "outcome", "reassign", "reschedule", "cancel"):
        refused(staff.post(f"/api/v1/bookings/{'9' * 18}/{what}/", {}), 404, "not_found")
