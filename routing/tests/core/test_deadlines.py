"""The SLA of a pool: until when the first offerable start must lie, in open time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core.deadlines import SEARCH_DAYS, open_minutes_between, sla_deadline
from routing.tests.core.brute_force import minute, reading, works
from routing.tests.core.situations import CHANGES, weekly_hours

OFFICE = tuple((weekday, 480, 1080) for weekday in range(5))  # 08:00-18:00, ten hours
NONE = frozenset()


def deadline(entered, sla, hours=OFFICE, zone="Europe/Berlin", closed=NONE):
    return sla_deadline(minute(entered, zone), sla, hours, zone, closed)


def test_without_an_sla_nothing_binds():
    assert deadline("2026-06-01 09:00", None) is None


@pytest.mark.parametrize("hours", [None, ()])
def test_without_hours_every_minute_counts(hours):
    assert deadline("2026-06-05 17:00", 1200, hours) == minute("2026-06-06 13:00", "Europe/Berlin")


@pytest.mark.parametrize(
    ("entered", "sla", "until"),
    [
        ("2026-06-01 09:00", 60, "2026-06-01 10:00"),
        ("2026-06-01 09:00", 1200, "2026-06-03 09:00"),
        ("2026-06-05 17:00", 120, "2026-06-08 09:00"),
        ("2026-06-06 11:00", 60, "2026-06-08 09:00"),
        ("2026-06-05 20:00", 600, "2026-06-08 18:00"),
        ("2026-06-05 18:00", 1, "2026-06-08 08:01"),
        ("2026-06-01 09:00", 1440, "2026-06-03 13:00"),
        ("2026-06-06 11:00", 0, "2026-06-06 11:00"),
    ],
)
def test_with_hours_only_open_time_is_counted(entered, sla, until):
    assert deadline(entered, sla) == minute(until, "Europe/Berlin")


def test_a_closed_date_holds_no_time():
    closed = frozenset({date(2026, 12, 25)})
    assert deadline("2026-12-24 17:00", 120, closed=closed) == minute("2026-12-28 09:00", "Europe/Berlin")
    assert deadline("2026-12-24 17:00", 480, None, closed=closed) == minute(
        "2026-12-26 01:00", "Europe/Berlin"
    )


@pytest.mark.parametrize(("zone", "entered"), [("America/New_York", "21:00"), ("Australia/Sydney", "05:00")])
def test_a_date_is_closed_from_its_first_local_hour_to_its_last(zone, entered):
    closed = frozenset({date(2026, 6, 1)})
    until = minute("2026-06-02 01:00", zone)
    assert deadline(f"2026-06-01 {entered}", 60, None, zone, closed) == until


def test_a_closed_date_cuts_off_the_hours_that_run_into_it():
    night = ((0, 1320, 1560),)
    closed = frozenset({date(2026, 6, 2)})
    assert deadline("2026-06-01 22:00", 121, night, closed=closed) == minute(
        "2026-06-08 22:01", "Europe/Berlin"
    )


@pytest.mark.parametrize(
    ("entered", "until", "passing"),
    [("2026-03-28 12:00", "2026-03-29 13:00", 1440), ("2026-10-24 12:00", "2026-10-25 11:00", 1440)],
)
def test_around_the_clock_a_day_is_24_hours_across_a_change_of_clocks(entered, until, passing):
    always = tuple((weekday, 0, 1440) for weekday in range(7))
    assert deadline(entered, passing, always) == minute(until, "Europe/Berlin")


def test_office_hours_keep_the_pools_wall_clock_across_a_change():
    assert deadline("2026-03-27 17:00", 120) == minute("2026-03-30 09:00", "Europe/Berlin")
    assert deadline("2026-10-23 17:00", 120) == minute("2026-10-26 09:00", "Europe/Berlin")


def test_the_hour_that_comes_twice_counts_twice_and_a_skipped_one_not_at_all():
    night = ((6, 60, 240),)  # Sundays 01:00-04:00
    zone = "Europe/Berlin"
    for on, passing in (("2026-03-29", 120), ("2026-04-05", 180), ("2026-10-25", 240)):
        day = minute(f"{on} 00:00", zone)
        assert open_minutes_between(day, day + 600, night, zone, NONE) == passing


@pytest.mark.parametrize("hours", [((0, 540, 540),), ((0, 600, 540),)])
def test_a_pool_that_never_opens_has_no_deadline(hours):
    assert deadline("2026-06-01 09:00", 60, hours) is None


def test_open_time_is_looked_for_so_far_and_no_further():
    a_minute_a_week = ((0, 540, 541),)
    weeks = SEARCH_DAYS // 7
    assert deadline("2026-06-01 00:00", weeks - 2, a_minute_a_week) is not None
    assert deadline("2026-06-01 00:00", weeks + 2, a_minute_a_week) is None


def test_no_open_time_passes_backwards():
    start = minute("2026-06-01 12:00")
    assert open_minutes_between(start, start, OFFICE, "UTC", NONE) == 0
    assert open_minutes_between(start, start - 60, OFFICE, "UTC", NONE) == 0


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(CHANGES),
    weekly_hours,
    st.integers(-2 * 1440, 1440),
    st.integers(1, 2000),
    st.frozensets(st.integers(-2, 3), max_size=2),
)
def test_a_deadline_is_found_by_counting_minutes(change, hours, passed, sla, days_closed):
    zone, around = change
    closed = frozenset(date.fromordinal(around.toordinal() + days) for days in days_closed)
    entered = minute(f"{around} 00:00") + passed
    counted = hours or tuple((weekday, 0, 1440) for weekday in range(7))
    instant, left = entered, sla
    while left:
        on, of_day = reading(zone, instant)
        left -= on not in closed and works(counted, on, of_day)
        instant += 1
    assert sla_deadline(entered, sla, hours, zone, closed) == instant
    assert open_minutes_between(entered, instant, hours, zone, closed) == sla
    assert open_minutes_between(entered, instant - 1, hours, zone, closed) == sla - 1
