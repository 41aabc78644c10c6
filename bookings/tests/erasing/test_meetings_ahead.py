"""A person who is erased holds no meeting any more: the rep hears of it, without a name; nobody else does."""

from __future__ import annotations

import pytest

from bookings import attendance, erasing, letters, scheduling
from bookings.models import Booking, Message
from bookings.refusals import NotAwaited, TooLate
from bookings.tests.erasing.canary import NOW, SYLLABLE, tables_naming
from bookings.tests.erasing.conftest import ERASED_AT
from routing.models import ReservedSpan
from workflows import sweeping

pytestmark = pytest.mark.django_db


def test_a_meeting_ahead_is_cancelled_and_its_time_is_free(bird):
    booking = Booking.objects.get(status="confirmed")
    assert booking.start_at > ERASED_AT
    erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    booking.refresh_from_db()
    assert (booking.status, booking.cancelled_at) == ("cancelled", ERASED_AT)
    assert not ReservedSpan.objects.filter(booking=booking.pk).exists()


def test_the_rep_is_told_without_a_name_and_takes_it_out_of_the_calendar(erased):
    booking = Booking.objects.get(cancelled_at=ERASED_AT)
    notice = Message.objects.get(state="waiting", booking=booking)
    sweeping.sweep(ERASED_AT, NOW)
    notice.refresh_from_db()
    assert (notice.state, notice.audience, notice.invite_method) == ("sent", "rep", "CANCEL")
    assert notice.to_address == booking.rep.email
    assert "METHOD:CANCEL" in notice.invite
    assert SYLLABLE not in (notice.subject + notice.text + notice.html + notice.invite).lower()


def test_the_guest_gets_no_mail(bird):
    sent = Message.objects.filter(audience="guest", state="sent").count()
    erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    sweeping.sweep(ERASED_AT, NOW)
    assert Message.objects.filter(audience="guest", state="sent").count() == sent


def test_a_rep_who_was_about_to_hear_of_a_cancellation_still_does(bird):
    booking = Booking.objects.get(status="confirmed")
    scheduling.cancel(booking, now=ERASED_AT)
    notice = Message.objects.get(booking=booking, state="waiting", audience="rep", invite_method="CANCEL")
    letter = letters.write(notice, ERASED_AT)
    Message.objects.filter(pk=notice.pk).update(text=letter.text, invite=letter.invite, rendered_at=ERASED_AT)
    erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    sweeping.sweep(ERASED_AT, NOW)
    notice.refresh_from_db()
    assert (notice.state, "METHOD:CANCEL" in notice.invite) == ("sent", True)
    assert tables_naming(SYLLABLE) == set()


def test_the_cancellation_cannot_be_taken_back(erased):
    booking = Booking.objects.get(cancelled_at=ERASED_AT)
    with pytest.raises(TooLate):
        scheduling.restore(booking, now=ERASED_AT)


def test_an_outcome_just_marked_cannot_be_taken_back(bird):
    booking = Booking.objects.get(outcome="qualified_opportunity")
    erasing.erase(bird.lead, now=booking.outcome_at, actor="staff:1")
    with pytest.raises((TooLate, NotAwaited)):
        attendance.withdraw_outcome(booking, now=booking.outcome_at, actor="staff:1")


def test_a_meeting_that_was_held_stays_as_it_was(erased):
    held = Booking.objects.get(outcome="qualified_opportunity")
    assert (held.status, held.outcome_notes, held.time_zone) == ("attended", "", "")
