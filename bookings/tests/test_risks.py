"""Meetings at risk: whatever comes to stand against one is noticed once, told, and taken off when it is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bookings import reassigning, risks, scheduling
from bookings.models import Booking, Risk
from bookings.tests.organisation import NOW, Organisation, build
from routing import reading, reviews, turns
from routing.core.spans import merged
from routing.instants import minute_of
from routing.models import Calendar, Rep, WorkingHours
from workflows.models import AuditEvent

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def acme() -> Organisation:
    return build()


@pytest.fixture
def booking(acme: Organisation) -> Booking:
    """A meeting on the Wednesday of the same week."""
    return acme.book(acme.submit(), 40)


def swept(at: datetime = LATER) -> None:
    for number in risks.due(at, at, 100):
        risks.review(number, at, at)


def present(booking: Booking) -> dict[str, object]:
    return dict(Risk.objects.present().filter(booking=booking).values_list("code", "detail"))


def told(booking: Booking) -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(
        booking=booking.pk, verb__in=("booking.at_risk", "booking.risk_cleared")
    )
    return [(event.verb, event.data["reason"]) for event in events.order_by("sequence")]


def calendar_says(rep: Rep, *spans: tuple[datetime, datetime]) -> None:
    calendar, _ = Calendar.objects.get_or_create(
        rep=rep, url="https://cal.example/x", defaults={"added_at": NOW, "next_read_at": NOW}
    )
    busy = [(minute_of(start), minute_of(end)) for start, end in spans]
    reading._replace(calendar, merged(busy), NOW)


def gone(rep: Rep, on: date) -> None:
    turns.set_last_day(rep, on - timedelta(days=1), now=NOW)


def away(rep: Rep, on: date) -> None:
    rep.time_off.create(start_on=on, end_on=on)


def resting(rep: Rep, on: date) -> None:
    turns.set_active(rep, False, now=NOW)


def fewer_hours(rep: Rep, on: date) -> None:
    WorkingHours.objects.filter(rep=rep, weekday=on.weekday()).delete()


def a_new_event(rep: Rep, on: date) -> None:
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC)
    calendar_says(rep, (midnight, midnight + timedelta(days=1)))


@pytest.mark.parametrize(
    ("change", "code"),
    [(away, "day_off"), (resting, "inactive"), (gone, "left"), (fewer_hours, "outside_hours"), (a_new_event, "busy")],
)  # fmt: skip
def test_what_comes_to_stand_against_a_meeting_is_noticed_once(
    booking: Booking, change: Callable[[Rep, date], None], code: str
) -> None:
    rep = Rep.objects.get(pk=booking.rep_id)
    change(rep, booking.start_at.date())
    reviews.ask([rep.pk], now=NOW)
    swept()
    assert set(present(booking)) == {code}
    assert list(Booking.objects.at_risk(LATER)) == [booking]
    reviews.ask([rep.pk], now=NOW)
    swept()
    assert told(booking) == [("booking.at_risk", code)]
    assert risks.due(LATER, LATER, 10) == []


def test_a_holiday_or_a_closed_day_counts_too(acme: Organisation, booking: Booking) -> None:
    Rep.objects.filter(pk=booking.rep_id).update(holidays="US")
    booking.pool.closed.create(on=booking.start_at.date())
    reviews.ask_for_pool(booking.pool, now=NOW)
    swept()
    assert present(booking) == {"closed": {"on": booking.start_at.date().isoformat()}}
    later = acme.book(acme.submit(email="may@navy.example"), 0, now=datetime(2026, 5, 22, 8, tzinfo=UTC))
    Rep.objects.filter(pk=later.rep_id).update(holidays="DE")
    Booking.objects.filter(pk=later.pk).update(start_at="2026-05-25T10:00Z", end_at="2026-05-25T10:30Z")
    reviews.ask([later.rep_id], now=NOW)
    swept()
    assert present(later) == {"public_holiday": {"on": "2026-05-25"}}


def test_it_is_taken_off_when_nothing_stands_against_it_any_more(booking: Booking) -> None:
    end = booking.end_at
    calendar_says(booking.rep, (booking.start_at, end), (end, end + timedelta(minutes=5)))
    swept()
    assert present(booking)["busy"]["start"] == f"{booking.start_at:%Y-%m-%dT%H:%M:%SZ}"  # type: ignore[index]
    calendar_says(booking.rep, (end, end + timedelta(minutes=5)))
    swept()
    assert present(booking) == {}
    assert told(booking) == [("booking.at_risk", "busy"), ("booking.risk_cleared", "busy")]
    assert not Booking.objects.at_risk(LATER).exists()


def test_a_meeting_that_moves_or_changes_hands_or_ends_is_at_risk_no_more(
    acme: Organisation, booking: Booking
) -> None:
    other = acme.book(acme.submit(email="al@navy.example"), 60)
    third = acme.book(acme.submit(email="bo@navy.example"), 80)
    for each in (booking, other, third):
        away(each.rep, each.start_at.date())
        reviews.ask([each.rep_id], now=NOW)
    swept()
    assert Booking.objects.at_risk(LATER).count() == 3
    scheduling.move(booking, acme.slots(acme.submit(email="c@navy.example"))[6].start, now=LATER)
    scheduling.cancel(other, now=LATER)
    reassigning.reassign(third, None, now=LATER, actor="system")
    assert not Booking.objects.at_risk(LATER).exists()
    for each in (booking, other, third):
        assert told(each) == [("booking.at_risk", "day_off"), ("booking.risk_cleared", "day_off")]


def test_a_cancellation_taken_back_is_looked_at_again(booking: Booking) -> None:
    scheduling.cancel(booking, now=LATER)
    away(booking.rep, booking.start_at.date())
    reviews.ask([booking.rep_id], now=LATER)
    swept()
    assert present(booking) == {}
    scheduling.restore(booking, now=LATER + timedelta(minutes=1))
    swept(LATER + timedelta(minutes=2))
    assert set(present(booking)) == {"day_off"}
