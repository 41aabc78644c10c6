"""What reps have on their hands is read by one statement, whose integers are the rows' own on either database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing import availability, intervals
from routing.core.slots import Reserved
from routing.instants import minute_of
from routing.models import Assignment, BusyTime, Calendar, Hold, MeetingType, Membership, Pool, Rep, TimeOff

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 27, 9, 0, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), 1440
NOON = minute_of(NOW) // DAY * DAY + 720
YEAR_10_000 = (9999 - 1970) * 366 * DAY


@pytest.fixture
def pool() -> Pool:
    shape = MeetingType.objects.create(slug="demo", name="Demo", duration=30)
    return Pool.objects.create(slug="general", name="General", meeting_type=shape)


@pytest.fixture
def rep(pool: Pool) -> Rep:
    return join(pool, "ana")


def join(pool: Pool, name: str) -> Rep:
    rep = Rep.objects.create(email=f"{name}@acme.example", name=name)
    Membership.objects.create(pool=pool, rep=rep)
    return rep


def on_hand(pool: Pool, **changes: Any) -> intervals.OnHand:
    """Of the whole pool from two days before now to seven after."""
    span = {"since": NOON - 2 * DAY, "until": NOON + 7 * DAY}
    booked = {"booked_since": NOON - 9 * DAY, "booked_until": NOON + 16 * DAY}
    asked: dict[str, Any] = {"pool": pool, "reps": None, "now": NOW, **span, **booked, **changes}
    return intervals.of_pool(intervals.Asked(**asked))


def calendar_of(rep: Rep, **changes: Any) -> Calendar:
    values: dict[str, Any] = {"added_at": NOW, "next_read_at": NOW, **changes}
    return Calendar.objects.create(rep=rep, url=f"https://calendar.example/{rep.pk}", **values)


def book(rep: Rep, pool: Pool, number: int, start: int, **changes: Any) -> None:
    values: dict[str, Any] = {"state": "reserved", "buffer_before": 7, "buffer_after": 11, **changes}
    Assignment.objects.create(
        rep=rep,
        pool=pool,
        manner="draw",
        reference=number,
        start=start,
        end=start + 30,
        made_at=NOW,
        **values,
    )


def test_a_pool_takes_two_statements_and_a_third_where_members_must_match(pool: Pool, rep: Rep) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            availability.supply(pool, {"answers.language": "de"}, availability.window("UTC", NOW), now=NOW)
        return len(asked)

    assert statements() == 2
    pool.matches.create(attribute="languages", operator="contains", fact="answers.language")
    assert statements() == 3


def test_events_count_that_began_before_1970_or_end_in_the_year_10_000(pool: Pool, rep: Rep) -> None:
    calendar = calendar_of(rep)
    spans = [(-5 * DAY, NOON), (NOON, YEAR_10_000), (NOON + 15, NOON + 20)]
    for start, end in spans:
        BusyTime.objects.create(rep=rep, calendar=calendar, start=start, end=end)
    assert sorted(on_hand(pool).busy[rep.pk]) == spans


def test_a_booking_comes_with_its_buffers_and_whether_it_is_the_pools_own(pool: Pool, rep: Rep) -> None:
    other = Pool.objects.create(slug="other", name="Other", meeting_type=pool.meeting_type)
    book(rep, pool, 1, NOON)
    book(rep, other, 2, NOON + 60)
    book(rep, pool, 3, NOON + 120, state="released")
    own, of_other = Reserved(NOON, NOON + 30, 7, 11, True), Reserved(NOON + 60, NOON + 90, 7, 11, False)

    assert sorted(on_hand(pool).reserved[rep.pk]) == [own, of_other]
    assert on_hand(pool, without_booking=1).reserved[rep.pk] == (of_other,)


def test_held_is_what_others_hold_until_the_lease_ends(pool: Pool, rep: Rep) -> None:
    for holder, ends in ((5, MINUTE), (6, timedelta(0))):
        Hold.objects.create(
            holder=holder,
            rep=rep,
            pool=pool,
            start=NOON,
            end=NOON + 30,
            buffer_after=3,
            expires_at=NOW + ends,
        )
    held = (Reserved(NOON, NOON + 30, 0, 3, True),)
    assert on_hand(pool).held[rep.pk] == held
    assert on_hand(pool, holder=5).held[rep.pk] == ()


def test_days_off_are_dates_and_hours_weeks_and_closed_days_the_pools(pool: Pool, rep: Rep) -> None:
    TimeOff.objects.create(rep=rep, start_on=date(2026, 3, 28), end_on=date(2026, 3, 30))
    TimeOff.objects.create(rep=rep, start_on=date(2025, 3, 28), end_on=date(2025, 3, 30))
    rep.hours.create(weekday=6, start_minute=1320, end_minute=1560)
    rep.hours.create(weekday=0, start_minute=540, end_minute=600)
    pool.hours.create(weekday=2, start_minute=0, end_minute=1440)
    pool.closed.create(on=date(2030, 1, 1))
    found = on_hand(pool)

    assert found.off[rep.pk] == {date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)}
    assert found.hours[rep.pk] == ((0, 540, 600), (6, 1320, 1560))
    assert (found.open_hours, found.closed) == (((2, 0, 1440),), {date(2030, 1, 1)})


def test_only_those_asked_for_are_read(pool: Pool, rep: Rep) -> None:
    ben = join(pool, "ben")
    for each in (rep, ben):
        BusyTime.objects.create(rep=each, calendar=calendar_of(each), start=NOON, end=NOON + 5)
    assert sorted(on_hand(pool).busy) == [rep.pk, ben.pk]
    assert list(on_hand(pool, reps=[ben.pk]).busy) == [ben.pk]
    Membership.objects.filter(rep=ben).update(is_active=False)
    assert list(on_hand(pool).busy) == [rep.pk]


@pytest.mark.parametrize(
    "read, is_stale", [(61 * MINUTE, True), (60 * MINUTE, False), (60 * MINUTE + MINUTE / 60, True)]
)
def test_a_calendar_is_stale_once_it_is_unread_for_longer_than_allowed(
    pool: Pool, rep: Rep, read: timedelta, is_stale: bool
) -> None:
    calendar_of(rep, stale_after_minutes=60, read_at=NOW - read, added_at=NOW - 9 * 60 * MINUTE)
    stock = availability.supply(pool, {}, availability.window("UTC", NOW), now=NOW)
    told = {rep.pk: {"code": "calendar_unread", "since": (NOW - read).isoformat()}}
    assert stock.left_out == (told if is_stale else {})
