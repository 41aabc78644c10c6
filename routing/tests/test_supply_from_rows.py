"""What is computed from the rows of a pool is what they say, and takes the same few queries for any number of reps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing import availability
from routing.core.slots import RepSupply, Reserved, pool_starts
from routing.instants import minute_of
from routing.models import (
    Assignment,
    BusyTime,
    Calendar,
    Match,
    MeetingType,
    Membership,
    Pool,
    Rep,
    TimeOff,
    WorkingHours,
)
from routing.tests.core.brute_force import minute, offered_by_hand

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)  # a Friday; Europe's clocks change on Sunday
DAY = timedelta(days=1)
BUSY = [("2026-03-30 07:03", "2026-03-30 09:00"), ("2026-03-28 22:00", "2026-03-30 07:30")]


def member(pool: Pool, number: int, zone: str = "Europe/Berlin", **changes: Any) -> Rep:
    rep = Rep.objects.create(
        email=f"rep{number}@acme.example", name=f"Rep {number}", time_zone=zone, **changes
    )
    Membership.objects.create(pool=pool, rep=rep, weekly_cap=2)
    WorkingHours.objects.bulk_create(
        WorkingHours(rep=rep, weekday=weekday, start_minute=start, end_minute=end)
        for weekday in (6, 0, 1)
        for start, end in ((13 * 60, 26 * 60), (540, 720))
    )
    return rep


@pytest.fixture
def pool() -> Pool:
    shape = MeetingType.objects.create(slug="demo", name="Demo", duration=30, step=20, buffer_after=10)
    return Pool.objects.create(slug="general", name="General", meeting_type=shape, time_zone="Asia/Kathmandu")


def add_events(rep: Rep, pool: Pool) -> None:
    calendar = Calendar.objects.create(
        rep=rep, url=f"https://{rep.pk}.example", added_at=NOW, next_read_at=NOW
    )
    for start, end in BUSY:
        BusyTime.objects.create(rep=rep, calendar=calendar, start=minute(start), end=minute(end))
    TimeOff.objects.create(rep=rep, start_on=date(2026, 3, 31), end_on=date(2026, 4, 2))
    start = minute("2026-03-30 12:00")
    Assignment.objects.create(
        rep=rep, pool=pool, manner="draw", state="reserved", reference=1, start=start, end=start + 30,
        buffer_after=15, made_at=NOW,
    )  # fmt: skip


def test_the_rows_of_a_pool_are_offered_as_section_4_reads_them(pool: Pool) -> None:
    busy_one, free_one = member(pool, 1), member(pool, 2, "America/New_York", daily_cap=1)
    add_events(busy_one, pool)
    pool.closed.create(on=date(2026, 3, 30))
    view = availability.window("Europe/Berlin", NOW, to_on=date(2026, 4, 1))
    stock = availability.supply(pool, {}, view, now=NOW)

    hours = tuple((day, *span) for day in (0, 1, 6) for span in ((540, 720), (780, 1560)))
    start = minute("2026-03-30 12:00")
    by_hand = [
        RepSupply(
            busy_one.pk, "Europe/Berlin", hours, days_off=frozenset(date(2026, 3, 31) + n * DAY for n in range(3)),
            busy=[(minute(since), minute(until)) for since, until in BUSY],
            reserved=[Reserved(start, start + 30, 0, 15)], member_weekly_cap=2,
        ),
        RepSupply(free_one.pk, "America/New_York", hours, daily_cap=1, member_weekly_cap=2),
    ]  # fmt: skip
    expected = {rep.rep_id: offered_by_hand(rep, stock.shape, stock.calendar, view) for rep in by_hand}
    found = pool_starts(stock.reps, stock.shape, stock.calendar, view)

    assert all(expected.values())
    assert {rep.pk: found.starts_of(rep.pk) for rep in (busy_one, free_one)} == expected
    assert found.starts[0] >= minute_of(NOW)


def test_the_number_of_queries_does_not_grow_with_the_reps(pool: Pool) -> None:
    Match.objects.create(pool=pool, attribute="languages", operator="contains", fact="answers.language")
    view = availability.window("Europe/Berlin", NOW)

    def queries(facts: dict[str, Any]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            stock = availability.supply(Pool.objects.get(pk=pool.pk), facts, view, now=NOW)
            pool_starts(stock.reps, stock.shape, stock.calendar, view)
        assert sum("routing_busytime" in each["sql"] for each in asked) == 1
        return len(asked)

    for number in range(2):
        add_events(member(pool, number, attributes={"languages": ["de"]}), pool)
    of_two, filtered = queries({}), queries({"answers.language": "de"})
    for number in range(2, 12):
        add_events(member(pool, number, attributes={"languages": ["de"] if number % 2 else ["en"]}), pool)
    assert (queries({}), queries({"answers.language": "de"})) == (of_two, filtered)


def test_whoever_does_not_match_is_not_read_and_has_no_starts(pool: Pool) -> None:
    Match.objects.create(pool=pool, attribute="languages", operator="contains", fact="answers.language")
    german, english = (
        member(pool, n, attributes={"languages": [language]}) for n, language in enumerate(("de", "en"))
    )
    add_events(english, pool)
    stock = availability.supply(pool, {"answers.language": "de"}, availability.window("UTC", NOW), now=NOW)

    assert [rep.rep_id for rep in stock.reps] == [german.pk]
    assert stock.left_out[english.pk]["code"] == "no_match"
    assert not list(stock.reps[0].busy)
