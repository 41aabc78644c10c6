"""Made-up reps and calendars to measure on: the same rows from the same seed, on whichever database."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from routing.instants import minute_of
from routing.models import (
    Assignment,
    BusyTime,
    Calendar,
    MeetingType,
    Membership,
    Pool,
    Rep,
    TimeOff,
    WorkingHours,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday three weeks before Europe changes its clocks, so that long windows cross changes on two continents."""
ZONES = ("Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Europe/London", "UTC")
WEEKS = (
    ((540, 1020),),
    ((540, 750), (810, 1020)),
    ((480, 720), (780, 1080)),
)
DAY = 1440
BATCH = 5000


def build(reps: int, days: int, pools: tuple[int, ...], *, seed: int = 1) -> dict[int, Pool]:
    """So many reps with 2 to 6 events on each of so many days, and a pool of the first n for each size asked.

    Every third weekday a rep holds a booking besides; one rep in ten has two days off.
    """
    chance = random.Random(seed)
    shape = MeetingType.objects.create(
        slug="demo", name="Demo", duration=30, step=15, buffer_after=10, min_notice=240, horizon_days=days
    )
    people = Rep.objects.bulk_create(
        Rep(email=f"rep-{n}@bench.example", name=f"Rep {n}", time_zone=ZONES[n % len(ZONES)], daily_cap=6)
        for n in range(reps)
    )
    made = {size: _pool(size, shape, people[:size]) for size in sorted(pools)}
    _hours(people)
    _events(people, days, chance)
    _bookings(people, days, made[max(pools)], chance)
    return made


def _pool(size: int, shape: MeetingType, people: list[Rep]) -> Pool:
    pool = Pool.objects.create(slug=f"pool-{size}", name=f"Pool of {size}", meeting_type=shape)
    Membership.objects.bulk_create(
        Membership(pool=pool, rep=rep, weight=1 + n % 3) for n, rep in enumerate(people)
    )
    return pool


def _hours(people: list[Rep]) -> None:
    WorkingHours.objects.bulk_create(
        WorkingHours(rep=rep, weekday=weekday, start_minute=start, end_minute=end)
        for n, rep in enumerate(people)
        for weekday in range(5)
        for start, end in WEEKS[n % len(WEEKS)]
    )
    first = NOW.date() + timedelta(days=3)
    TimeOff.objects.bulk_create(
        TimeOff(rep=rep, start_on=first, end_on=first + timedelta(days=1)) for rep in people[::10]
    )


def _events(people: list[Rep], days: int, chance: random.Random) -> None:
    """Written as readings of calendars write them: one calendar after the other, merged and in order."""
    calendars = Calendar.objects.bulk_create(
        Calendar(rep=rep, url=f"https://calendar.bench.example/{rep.pk}", added_at=NOW, next_read_at=NOW)
        for rep in people
    )
    midnight = minute_of(NOW) // DAY * DAY
    BusyTime.objects.bulk_create(
        (
            BusyTime(
                rep=calendar.rep, calendar=calendar, start=start, end=start + chance.choice((15, 30, 60))
            )
            for calendar in calendars
            for day in range(days)
            for start in sorted(
                chance.sample(
                    range(midnight + day * DAY, midnight + (day + 1) * DAY, 75), chance.randint(2, 6)
                )
            )
        ),
        batch_size=BATCH,
    )


def _bookings(people: list[Rep], days: int, pool: Pool, chance: random.Random) -> None:
    midnight = minute_of(NOW) // DAY * DAY
    rows = []
    for n, rep in enumerate(people):
        for day in range(n % 3, days, 3):
            start = midnight + day * DAY + chance.randrange(480, 1020, 15)
            rows.append(
                Assignment(
                    rep=rep, pool=pool, manner="draw", state="reserved", reference=n * 1000 + day + 1,
                    start=start, end=start + 30, buffer_after=10, made_at=NOW,
                )
            )  # fmt: skip
    Assignment.objects.bulk_create(rows, batch_size=BATCH)
