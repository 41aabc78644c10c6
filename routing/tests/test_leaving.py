"""Reps who leave, and the public holidays of those who stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from routing import assigning, availability, leaving, turns
from routing.assigning import Request
from routing.core import public_holidays, slots
from routing.models import MeetingType, Membership, Pool, Rep, WorkingHours

NOW = datetime(2026, 12, 21, 8, tzinfo=UTC)  # a Monday
MONDAY, WEDNESDAY = date(2026, 12, 21), date(2026, 12, 23)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool() -> Pool:
    """Ana in Berlin keeps Bavaria's holidays, Ben in Auckland none; both work around the clock."""
    pool = Pool.objects.create(
        slug="all", name="All", meeting_type=MeetingType.objects.create(slug="demo", name="Demo")
    )
    for name, zone, holidays in (("ana", "Europe/Berlin", "DE-BY"), ("ben", "Pacific/Auckland", "")):
        rep = Rep.objects.create(email=f"{name}@acme.example", name=name, time_zone=zone, holidays=holidays)
        WorkingHours.objects.bulk_create(
            WorkingHours(rep=rep, weekday=day, start_minute=0, end_minute=1440) for day in range(7)
        )
        turns.join(pool, rep, weight=1, daily_cap=None, weekly_cap=None, now=NOW)
    return pool


def rep(name: str) -> Rep:
    return Rep.objects.get(name=name)


def drawn_at(pool: Pool, start: datetime) -> dict[str, dict[str, object]]:
    """What the record of a draw says of each rep."""
    record = assigning.draw(Request(pool, start, {}, "UTC", NOW)).record
    return {Rep.objects.get(pk=each["rep"]).name: each for each in record["candidates"]}


def days_offered(pool: Pool, name: str) -> set[date]:
    view = availability.window("UTC", NOW, horizon_days=12)
    stock = availability.supply(pool, {}, view, now=NOW)
    supply = stock.of(rep(name).pk)
    if supply is None:
        return set()
    starts = slots.offered(supply, stock.shape, stock.calendar, view)
    return {datetime.fromtimestamp(start * 60, UTC).date() for start in starts}


def test_nothing_is_offered_on_a_public_holiday_and_no_turn_is_missed(pool: Pool) -> None:
    # The two holidays end in Berlin at eleven in the evening of UTC, and the new year's begins then.
    assert date(2026, 12, 25) in days_offered(pool, "ben") - days_offered(pool, "ana")
    told = drawn_at(pool, datetime(2026, 12, 25, 12, tzinfo=UTC))
    assert (told["ana"]["reason"], told["ana"]["detail"]) == ("public_holiday", {"on": "2026-12-25"})
    assert told["ana"]["share"] is None
    assert told["ben"]["share"] == 1


def test_a_last_day_can_be_booked_to_its_end_on_the_reps_own_clock(pool: Pool) -> None:
    turns.set_last_day(rep("ben"), WEDNESDAY, now=NOW)
    # Midnight in Auckland is eleven in the morning in UTC.
    assert max(days_offered(pool, "ben")) == WEDNESDAY
    told = drawn_at(pool, datetime(2026, 12, 23, 11, tzinfo=UTC))
    assert (told["ben"]["reason"], told["ben"]["detail"]) == ("left", {"last_day": "2026-12-23"})
    assert told["ben"]["share"] is None
    assert drawn_at(pool, datetime(2026, 12, 23, 10, 30, tzinfo=UTC))["ben"]["free"] is True


def test_balances_are_spread_when_the_last_day_is_over_and_not_before(pool: Pool) -> None:
    turns.set_last_day(rep("ben"), WEDNESDAY, now=NOW)
    Membership.objects.filter(rep__name="ben").update(balance=0.5)
    Membership.objects.filter(rep__name="ana").update(balance=-0.5)
    over = datetime(2026, 12, 23, 11, tzinfo=UTC)
    assert leaving.due(over - timedelta(minutes=1), NOW, 10) == []
    assert leaving.due(over, NOW, 10) == [rep("ben").pk]
    assert leaving.leave(rep("ben").pk, over, NOW)
    assert not leaving.leave(rep("ben").pk, over, NOW)
    assert leaving.due(over, NOW, 10) == []
    assert set(pool.members.values_list("rep__name", "balance")) == {("ana", 0), ("ben", 0)}
    assert list(Membership.objects.taking_turns().values_list("rep__name", flat=True)) == ["ana"]


def test_whose_last_day_is_put_off_comes_back_at_nothing_owed(pool: Pool) -> None:
    turns.set_last_day(rep("ben"), MONDAY - timedelta(days=2), now=NOW)
    assert rep("ben").left_at == NOW
    assert days_offered(pool, "ben") == set()
    turns.set_last_day(rep("ben"), None, now=NOW)
    assert rep("ben").is_taking_turns
    assert Membership.objects.get(rep__name="ben").balance == 0
    assert drawn_at(pool, datetime(2026, 12, 22, 12, tzinfo=UTC))["ben"]["share"] == 0.5


def test_who_is_away_misses_no_turn_while_the_calendar_is_unread(pool: Pool) -> None:
    rep("ana").calendars.create(url="https://x.example", stale_after_minutes=5, added_at=NOW - timedelta(1),
                                next_read_at=NOW)  # fmt: skip
    rep("ana").time_off.create(start_on=WEDNESDAY, end_on=WEDNESDAY)
    away = drawn_at(pool, datetime(2026, 12, 23, 12, tzinfo=UTC))["ana"]
    at_work = drawn_at(pool, datetime(2026, 12, 22, 12, tzinfo=UTC))["ana"]
    assert (away["reason"], away["share"]) == ("calendar_unread", None)
    assert (at_work["reason"], at_work["share"]) == ("calendar_unread", 0.5)


def test_holidays_of_every_country_are_worked_out_without_a_network() -> None:
    assert public_holidays.named("DE-BY", 2026)[date(2026, 1, 6)] == "Epiphany"
    assert date(2026, 1, 6) not in public_holidays.named("DE-BE", 2026)
    assert public_holidays.between("US", date(2026, 11, 26), date(2026, 12, 24)) == {date(2026, 11, 26)}
    assert public_holidays.codes()["DE-BY"] == "Germany, BY"
    assert not public_holidays.is_known("DE-XX")
