"""A start that is held is the holder's to book and nobody else's, for five minutes and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import holding, housekeeping, reassigning, scheduling
from bookings.intake import Submission
from bookings.models import Booking
from bookings.refusals import Gone, NotBookable, SlotTaken
from bookings.tests.organisation import NOW, Organisation, build
from routing import assigning
from routing.assigning import Request
from routing.holding import LEASE
from routing.models import Assignment, Hold, LedgerEntry, Membership
from workflows.models import AuditEvent

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def acme() -> Organisation:
    """Two reps, so that a start can be held by two guests and no more."""
    return build(reps=2)


@pytest.fixture
def guests(acme: Organisation) -> list[Submission]:
    return [acme.submit(email=f"guest-{number}@navy.example") for number in range(3)]


def starts(acme: Organisation, guest: Submission, now: object = SOON) -> set[object]:
    return {slot.start for slot in acme.slots(guest, now=now)}  # type: ignore[arg-type]


def test_a_start_is_offered_to_others_while_a_rep_is_left_for_it(
    acme: Organisation, guests: list[Submission]
) -> None:
    first, second, third = guests
    start = acme.slots(first)[5].start
    held = holding.hold(first.enquiry, start, now=SOON)
    assert (held.start, held.end, held.until) == (start, start + timedelta(minutes=30), SOON + LEASE)
    assert start in starts(acme, third)
    holding.hold(second.enquiry, start, now=SOON)
    assert start not in starts(acme, third)
    assert start in starts(acme, first) and start in starts(acme, second)
    for step in (holding.hold, scheduling.book):
        with pytest.raises(SlotTaken):
            step(third.enquiry, start, now=SOON)
    # Nothing was drawn, told or taken by holding.
    assert not AuditEvent.objects.filter(verb="assignment.drawn").exists()
    assert not LedgerEntry.objects.exists() and not Assignment.objects.exists()
    for guest in (first, second):
        assert scheduling.book(guest.enquiry, start, now=SOON).start_at == start
    assert not Hold.objects.exists()


def test_a_lease_ends_by_itself_and_is_tidied_away(acme: Organisation, guests: list[Submission]) -> None:
    start = acme.slots(guests[0])[5].start
    for guest in guests[:2]:
        holding.hold(guest.enquiry, start, now=SOON)
    assert start not in starts(acme, guests[2], SOON + LEASE - timedelta(seconds=1))
    assert start in starts(acme, guests[2], SOON + LEASE)
    assert scheduling.book(guests[2].enquiry, start, now=SOON + LEASE)
    housekeeping.tidy(SOON + LEASE)
    assert not Hold.objects.exists()


def test_one_guest_holds_one_start_and_may_let_it_go(acme: Organisation, guests: list[Submission]) -> None:
    one, other = (acme.slots(guests[0])[place].start for place in (5, 9))
    for start in (one, other):
        holding.hold(guests[0].enquiry, start, now=SOON)
    assert Hold.objects.count() == 1
    run = guests[0].enquiry.run_id or 0
    assert holding.held_until(run, other, now=SOON) == SOON + LEASE
    assert holding.held_until(run, one, now=SOON) is None
    holding.let_go(guests[0].enquiry)
    holding.let_go(guests[0].enquiry)
    assert not Hold.objects.exists()


def test_what_is_held_keeps_its_buffers_counts_for_caps_and_stands_in_the_draws_record(
    acme: Organisation, guests: list[Submission]
) -> None:
    ana, ben = acme.reps
    ben.time_off.create(start_on=NOW.date(), end_on=NOW.date() + timedelta(days=30))
    Membership.objects.filter(rep=ana).update(daily_cap=1)
    start = acme.slots(guests[0])[5].start
    holding.hold(guests[0].enquiry, start, now=SOON)
    assert not {each for each in starts(acme, guests[1]) if each.date() == start.date()}  # type: ignore[attr-defined]
    Membership.objects.filter(rep=ana).update(daily_cap=None)
    offered = starts(acme, guests[1])
    assert start + timedelta(minutes=60) in offered
    # Ten minutes are kept free after each meeting, which the next half-hour does not leave.
    assert start + timedelta(minutes=30) not in offered
    with pytest.raises(assigning.NotFree) as refused:
        assigning.draw(Request(acme.pools["general"], start, {}, "UTC", SOON))
    assert refused.value.details == {
        ana.pk: {"code": "held"},
        ben.pk: {"code": "day_off", "on": str(start.date())},
    }


def test_staff_give_no_meeting_to_a_rep_who_is_held_then(
    acme: Organisation, guests: list[Submission]
) -> None:
    booking = acme.book(guests[0], 5)
    holding.hold(guests[1].enquiry, booking.start_at, now=SOON)
    with pytest.raises(SlotTaken):
        reassigning.reassign(booking, None, now=SOON, actor="system")
    holding.let_go(guests[1].enquiry)
    assert reassigning.reassign(booking, None, now=SOON, actor="system").rep_id != booking.rep_id


def test_what_cannot_be_booked_cannot_be_held(acme: Organisation, guests: list[Submission]) -> None:
    start = acme.slots(guests[0])[5].start
    for wrong in (start + timedelta(minutes=1), start + timedelta(seconds=1), NOW - timedelta(days=1)):
        with pytest.raises(SlotTaken):
            holding.hold(guests[0].enquiry, wrong, now=SOON)
    scheduling.book(guests[0].enquiry, start, now=SOON)
    with pytest.raises(NotBookable):
        holding.hold(guests[0].enquiry, start, now=SOON)
    acme.submit(email="guest-1@navy.example")
    with pytest.raises(Gone):
        holding.hold(guests[1].enquiry, start, now=SOON)


def test_a_hold_does_not_tell_whether_an_address_holds_a_meeting(acme: Organisation) -> None:
    acme.book(acme.submit(), 5)
    again = acme.submit()
    start = acme.slots(again)[9].start
    assert holding.hold(again.enquiry, start, now=SOON).start == start
    assert Booking.objects.count() == 1
