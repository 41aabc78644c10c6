"""Starts on dates on which clocks change: none in a gap, both in a fold, working hours by the wall clock."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from routing.core.slots import offered
from routing.tests.core.brute_force import clock, minute
from routing.tests.core.calendars import ALWAYS, HALF_HOUR, POOL, rep_in, seen_from, times_offered

SPRING = [
    ("America/New_York", "2026-03-08", ["01:30", "03:00"], 46),
    ("Europe/Berlin", "2026-03-29", ["01:30", "03:00"], 46),
    ("Australia/Sydney", "2026-10-04", ["01:30", "03:00"], 46),
    ("Australia/Lord_Howe", "2026-10-04", ["01:30", "02:30"], 47),
]
AUTUMN = [
    ("America/New_York", "2026-11-01", ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"], 50),
    ("Europe/Berlin", "2026-10-25", ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"], 50),
    ("Australia/Sydney", "2026-04-05", ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"], 50),
    ("Australia/Lord_Howe", "2026-04-05", ["01:00", "01:30", "01:30", "02:00"], 49),
    ("Africa/Cairo", "2026-10-29", ["22:30", "23:00", "23:30", "23:00", "23:30"], 50),
    ("America/Santiago", "2026-04-04", ["22:30", "23:00", "23:30", "23:00", "23:30"], 50),
]


@pytest.mark.parametrize(("zone", "on", "around", "in_all"), SPRING)
def test_skipped_times_are_never_offered(zone, on, around, in_all):
    times = [time[3:] for time in times_offered(rep_in(zone), seen_from(zone, on))]
    before = times.index(around[0])
    assert times[before : before + 2] == around
    assert len(times) == in_all


@pytest.mark.parametrize(("zone", "on"), [("Africa/Cairo", "2026-04-24"), ("America/Santiago", "2026-09-06")])
def test_a_day_whose_midnight_is_skipped_begins_at_one(zone, on):
    times = [time[3:] for time in times_offered(rep_in(zone), seen_from(zone, on))]
    assert times[0] == "01:00"
    assert len(times) == 46


@pytest.mark.parametrize(("zone", "on", "around", "in_all"), AUTUMN)
def test_a_time_that_comes_twice_is_two_instants(zone, on, around, in_all):
    window = seen_from(zone, on)
    starts = offered(rep_in(zone), HALF_HOUR, POOL, window)
    times = [clock(zone, start)[11:] for start in starts]
    first = times.index(around[0])
    assert times[first : first + len(around)] == around
    assert len(set(starts)) == in_all
    assert [after - before for before, after in pairwise(starts)] == [30] * (in_all - 1)


def test_the_grid_is_read_off_the_wall_clock_after_half_an_hours_change():
    zone = "Australia/Lord_Howe"
    starts = offered(rep_in(zone), replace(HALF_HOUR, step=60), POOL, seen_from(zone, "2026-10-04"))
    assert [clock(zone, start)[11:] for start in starts[:4]] == ["00:00", "01:00", "03:00", "04:00"]
    assert [after - before for before, after in pairwise(starts[:4])] == [60, 90, 60]


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/New_York", "2026-03-06", "2026-03-09"),
        ("Europe/Berlin", "2026-03-27", "2026-03-30"),
        ("Africa/Cairo", "2026-04-23", "2026-04-27"),
        ("America/Santiago", "2026-04-03", "2026-04-06"),
        ("Australia/Lord_Howe", "2026-04-03", "2026-04-06"),
    ],
)
def test_working_hours_keep_their_wall_clock_through_the_year(zone, winter, summer):
    office = rep_in(zone, hours=tuple((weekday, 540, 600) for weekday in range(7)))
    for on in (winter, summer):
        assert [time[3:] for time in times_offered(office, seen_from(zone, on))] == ["09:00", "09:30"]


@pytest.mark.parametrize(
    ("zone", "offset"), [("Asia/Kolkata", 330), ("Asia/Kathmandu", 345), ("Australia/Lord_Howe", 630)]
)
def test_the_grid_starts_at_the_guests_midnight_in_zones_off_the_full_hour(zone, offset):
    shape = replace(HALF_HOUR, step=60)
    first, second, *_ = offered(rep_in("UTC"), shape, POOL, seen_from(zone, "2026-06-01"))
    assert first == minute("2026-06-01 00:00") - offset
    assert second - first == 60


def test_a_meeting_may_run_over_a_gap_inside_working_hours():
    night = rep_in("Europe/Berlin", hours=((6, 60, 120), (6, 180, 240)))
    window = seen_from("Europe/Berlin", "2026-03-29")
    hour = replace(HALF_HOUR, duration=60)
    assert times_offered(night, window, hour) == ["29 01:00", "29 01:30", "29 03:00"]


def test_an_hour_worked_once_is_worked_twice_in_a_fold():
    night = rep_in("America/New_York", hours=((6, 60, 120),))
    window = seen_from("America/New_York", "2026-11-01")
    long_meeting = replace(HALF_HOUR, duration=90)
    starts = offered(night, long_meeting, POOL, window)
    assert starts == (minute("2026-11-01 05:00"), minute("2026-11-01 05:30"))


def test_an_hour_worked_only_in_the_gap_is_not_worked_that_day():
    night = rep_in("America/New_York", hours=tuple((weekday, 120, 180) for weekday in range(7)))
    window = seen_from("America/New_York", "2026-03-07", "2026-03-09")
    assert times_offered(night, window) == ["07 02:00", "07 02:30", "09 02:00", "09 02:30"]


def test_guest_and_rep_may_change_their_clocks_on_different_dates():
    berlin = rep_in("Europe/Berlin", hours=tuple((weekday, 540, 600) for weekday in range(7)))
    seen = {
        on: times_offered(berlin, seen_from("America/New_York", on))
        for on in ("2026-03-07", "2026-03-09", "2026-03-30")
    }
    assert seen == {
        "2026-03-07": ["07 03:00", "07 03:30"],
        "2026-03-09": ["09 04:00", "09 04:30"],
        "2026-03-30": ["30 03:00", "30 03:30"],
    }


@pytest.mark.parametrize(
    ("zone", "today", "midnight"),
    [
        ("Africa/Cairo", "2026-04-23 10:00", "2026-04-23 22:00"),
        ("America/Santiago", "2026-09-05 12:00", "2026-09-06 04:00"),
        ("America/Santiago", "2026-04-04 12:00", "2026-04-05 04:00"),
    ],
)
def test_the_horizon_ends_where_the_date_begins_however_its_midnight_falls(zone, today, midnight):
    shape = replace(HALF_HOUR, horizon_days=1)
    window = seen_from(zone, today[:10], "2026-12-31", now=today)
    starts = offered(rep_in(zone, hours=ALWAYS), shape, POOL, window)
    assert starts[-1] + 30 == minute(midnight)
