"""Every minute of a meeting lies in working hours, and on no date that is off or closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from routing.core.slots import MeetingShape, PoolCalendar, offered
from routing.tests.core.brute_force import minute
from routing.tests.core.calendars import HALF_HOUR, OFFICE, POOL, rep_in, seen_from, times_offered

MONDAY = seen_from("UTC", "2026-06-01")
HOUR = replace(HALF_HOUR, duration=60)


def test_a_meeting_ends_at_the_latest_when_the_work_does():
    rep = rep_in("UTC", hours=((0, 540, 630),))
    assert times_offered(rep, MONDAY, HOUR) == ["01 09:00", "01 09:30"]


def test_a_meeting_does_not_run_over_a_break():
    rep = rep_in("UTC", hours=((0, 540, 600), (0, 630, 690)))
    assert times_offered(rep, MONDAY, HOUR) == ["01 09:00", "01 10:30"]


def test_adjacent_and_overlapping_intervals_count_as_one():
    rep = rep_in("UTC", hours=((0, 570, 600), (0, 540, 570), (0, 585, 630)))
    assert times_offered(rep, MONDAY, HOUR) == ["01 09:00", "01 09:30"]


def test_hours_over_midnight_run_into_the_next_weekday():
    rep = rep_in("UTC", hours=((6, 1380, 1500),))
    window = seen_from("UTC", "2026-05-31", "2026-06-01")
    assert times_offered(rep, window, HOUR) == ["31 23:00", "31 23:30", "01 00:00"]


def test_hours_of_almost_a_day_run_into_the_next_evening():
    rep = rep_in("America/New_York", hours=((0, 1380, 2760),))
    window = replace(seen_from("America/New_York", "2026-06-02"), now=minute("2026-06-03 01:00"))
    assert times_offered(rep, window, HOUR) == ["02 21:00"]


def test_hours_until_24_join_those_of_the_next_morning():
    rep = rep_in("UTC", hours=((0, 1380, 1440), (1, 0, 30)))
    window = seen_from("UTC", "2026-06-01", "2026-06-02")
    assert times_offered(rep, window, HOUR) == ["01 23:00", "01 23:30"]


def test_a_guest_sees_their_own_dates():
    rep = rep_in("America/New_York", hours=OFFICE)
    window = seen_from("Asia/Kolkata", "2026-06-02")
    assert times_offered(rep, window, HOUR) == ["02 00:00", "02 00:30", "02 01:00", "02 01:30"] + [
        f"02 {hour}:{half:02}" for hour in range(18, 24) for half in (0, 30) if (hour, half) != (18, 0)
    ]


def test_a_guest_without_a_zone_is_in_utc():
    rep = rep_in("Europe/Berlin", hours=((0, 540, 600),))
    window = seen_from("", "2026-06-01")
    assert offered(rep, HALF_HOUR, POOL, window) == (minute("2026-06-01 07:00"), minute("2026-06-01 07:30"))


def test_a_date_off_is_off_by_the_reps_own_date_minute_by_minute():
    rep = rep_in("UTC", hours=((0, 1320, 1560),), days_off=frozenset({date(2026, 6, 2)}))
    window = seen_from("UTC", "2026-06-01", "2026-06-02")
    assert times_offered(rep, window, HOUR) == ["01 22:00", "01 22:30", "01 23:00"]


def test_a_date_off_is_local_to_the_rep_and_not_to_the_guest():
    rep = rep_in("Australia/Sydney", days_off=frozenset({date(2026, 6, 2)}))
    times = times_offered(rep, seen_from("UTC", "2026-06-01", "2026-06-02"), HOUR)
    assert [time for time in times if "01 13:00" <= time <= "02 14:00"] == ["01 13:00", "02 14:00"]


def test_a_closed_date_is_local_to_the_pool():
    pool = PoolCalendar("America/New_York", None, frozenset({date(2026, 6, 1)}))
    times = times_offered(rep_in("UTC"), seen_from("UTC", "2026-06-01", "2026-06-02"), HOUR, pool)
    assert [time for time in times if "01 03:00" <= time <= "02 04:00"] == ["01 03:00", "02 04:00"]


def test_the_hours_of_a_pool_do_not_narrow_what_is_offered():
    pool = PoolCalendar("UTC", ((2, 0, 60),), frozenset())
    assert len(times_offered(rep_in("UTC", hours=OFFICE), MONDAY, HALF_HOUR, pool)) == 16


def test_a_step_that_does_not_divide_a_day_begins_anew_at_each_midnight():
    shape = MeetingShape(duration=25, step=50, horizon_days=366)
    times = times_offered(rep_in("UTC"), seen_from("UTC", "2026-06-01", "2026-06-02"), shape)
    assert times[27:31] == ["01 22:30", "01 23:20", "02 00:00", "02 00:50"]


def test_who_never_works_and_a_window_of_no_days_offer_nothing():
    assert times_offered(rep_in("UTC", hours=()), MONDAY) == []
    assert times_offered(rep_in("UTC"), seen_from("UTC", "2026-06-02", "2026-06-01")) == []


@pytest.mark.parametrize("shape", [{"duration": 0}, {"duration": -5}, {"duration": 30, "step": 0}])
def test_a_shape_without_length_is_refused(shape):
    with pytest.raises(ValueError, match="longer than 0"):
        MeetingShape(**shape)
