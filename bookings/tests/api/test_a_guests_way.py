from __future__ import annotations

from datetime import timedelta

import time_machine
from rest_framework.test import APIClient

from bookings.models import Booking
from bookings.tests.api.calls import ANSWERS, FORM, Guest, ok, refused
from bookings.tests.organisation import Organisation
from workflows.models import AuditEvent


def test_a_form_answers_with_the_keys_of_the_contract(acme: Organisation) -> None:
    answer = ok(APIClient().post(FORM, {"answers": ANSWERS, "time_zone": "Europe/Berlin"}), 201)
    assert list(answer) == ["lead", "run", "token", "status", "segment", "pool", "booking_url"]
    assert (answer["lead"], answer["status"]) == (None, "qualified")
    assert (answer["segment"], answer["pool"]) == ("everyone-else", "general")
    assert answer["booking_url"] == f"https://ordinus.test/b/{answer['token']}/"


def test_who_is_disqualified_is_offered_nothing(acme: Organisation) -> None:
    guest = Guest.submitting(APIClient(), email="a@school.edu")
    assert (guest.submission["status"], guest.submission["segment"]) == ("disqualified", "student")
    assert (guest.submission["pool"], guest.submission["booking_url"]) == (None, None)
    refused(guest.client.get(guest.path + "slots/"), 409, "not_bookable")


def test_slots_are_sorted_instants_in_utc(guest: Guest) -> None:
    answer = ok(guest.client.get(guest.path + "slots/"))
    assert answer["time_zone"] == "Europe/Berlin"
    starts = [slot["start"] for slot in answer["slots"]]
    assert starts == sorted(starts)
    assert answer["slots"][0] == {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T09:30:00Z"}
    assert starts[-1].startswith("2026-03-13"), "fourteen days, of which the last is a Sunday"


def test_a_booking_has_the_keys_of_the_contract(guest: Guest) -> None:
    start = guest.slots()[0]["start"]
    booking = guest.book(start)
    assert list(booking) == ["booking", "token", "start", "end", "status", "rep", "manage_url", "ics_url"]
    assert (booking["start"], booking["status"]) == (start, "confirmed")
    assert list(booking["rep"]) == ["name", "email"]
    assert booking["manage_url"] == f"https://ordinus.test/m/{booking['token']}/"
    assert booking["ics_url"] == f"https://ordinus.test/m/{booking['token']}/invite.ics"
    assert ok(guest.client.get(guest.booking_path)) == booking


def test_a_start_may_be_written_with_any_offset(guest: Guest) -> None:
    assert guest.book("2026-03-03T10:00:00+01:00")["start"] == "2026-03-03T09:00:00Z"


def test_a_move_keeps_id_and_token(booked: Guest) -> None:
    start = booked.moves()[3]["start"]
    moved = ok(booked.client.post(booked.booking_path + "reschedule/", {"start": start}))
    assert moved["start"] == start
    for name in ("booking", "token", "manage_url"):
        assert moved[name] == booked.booking[name]


def test_a_booking_is_cancelled_again_and_taken_back(booked: Guest) -> None:
    for _ in range(2):
        cancelled = ok(booked.client.post(booked.booking_path + "cancel/", {"reason": "ill"}))
        assert cancelled["status"] == "cancelled"
    refused(booked.client.get(booked.booking_path + "slots/"), 409, "not_bookable")
    restored = ok(booked.client.post(booked.booking_path + "restore/", {}))
    assert restored == booked.booking
    refused(booked.client.post(booked.booking_path + "restore/", {}), 409, "not_bookable")


def test_after_ten_minutes_a_cancellation_stands(booked: Guest, clock: time_machine.Traveller) -> None:
    ok(booked.client.post(booked.booking_path + "cancel/", {}))
    clock.shift(timedelta(minutes=11))
    refused(booked.client.post(booked.booking_path + "restore/", {}), 409, "too_late")


def test_after_the_start_nothing_can_be_changed(booked: Guest, clock: time_machine.Traveller) -> None:
    clock.move_to(booked.booking["start"].replace("Z", "+00:00"))
    refused(booked.client.get(booked.booking_path + "slots/"), 409, "too_late")
    refused(booked.client.post(booked.booking_path + "cancel/", {}), 409, "too_late")
    later = {"start": "2026-03-05T09:00:00Z"}
    refused(booked.client.post(booked.booking_path + "reschedule/", later), 409, "too_late")
    assert Booking.objects.get().status == "confirmed"


def test_a_start_that_is_not_offered_is_slot_taken(guest: Guest) -> None:
    for start in (
        "2026-03-03T09:01:00Z",
        "2026-03-03T02:00:00Z",
        "2026-02-03T09:00:00Z",
        "2199-03-03T09:00:00Z",
    ):
        refused(guest.client.post(guest.path + "bookings/", {"start": start}), 409, "slot_taken")


def test_who_holds_a_meeting_gets_no_second_one(booked: Guest) -> None:
    start = {"start": "2026-03-05T09:00:00Z"}
    refused(booked.client.post(booked.path + "bookings/", start), 409, "already_booked")


def test_head_shows_the_slots_without_a_trace(guest: Guest) -> None:
    assert guest.client.head(guest.path + "slots/").status_code == 200
    assert not AuditEvent.objects.filter(verb="slots.shown").exists()
    guest.slots()
    assert AuditEvent.objects.filter(verb="slots.shown").count() == 1
