"""Events, other bookings, notice, horizon and caps take starts away, to the minute."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.core.slots import Reserved, offered
from routing.tests.core.brute_force import minute
from routing.tests.core.calendars import HALF_HOUR, POOL, rep_in, seen_from, times_offered

MONDAY = seen_from("UTC", "2026-06-01")
MORNING = ((0, 540, 720),)
ALL = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


def left(shape=HALF_HOUR, window=MONDAY, **rep):
    """What remains of Monday's morning."""
    return [time[3:] for time in times_offered(rep_in("UTC", hours=MORNING, **rep), window, shape)]


def span(start, end):
    return minute(f"2026-06-01 {start}"), minute(f"2026-06-01 {end}")


def test_what_is_adjacent_to_an_event_is_free():
    assert left(busy=[span("10:00", "10:30")]) == ["09:00", "09:30", "10:30", "11:00", "11:30"]


def test_one_odd_minute_of_an_event_takes_the_start():
    assert left(busy=[span("09:59", "10:31")]) == ["09:00", "11:00", "11:30"]


def test_events_may_overlap_come_in_any_order_and_reach_out_of_the_window():
    events = [span("11:10", "11:20"), span("10:45", "11:15"), (0, minute("2026-06-01 09:30"))]
    assert left(busy=events) == ["09:30", "10:00", "11:30"]
    assert left(busy=[(minute("2026-06-01 11:00"), minute("2030-01-01 00:00"))]) == ALL[:4]


def test_an_event_without_length_takes_nothing():
    assert left(busy=[span("10:15", "10:15"), span("10:20", "10:10")]) == ALL


def test_buffers_keep_clear_of_events_but_need_no_working_hours():
    shape = replace(HALF_HOUR, buffer_before=10, buffer_after=20)
    assert left(shape) == ALL
    assert left(shape, busy=[span("10:15", "10:16")]) == ["09:00", "10:30", "11:00", "11:30"]
    assert left(shape, busy=[span("08:50", "08:51")]) == ALL[1:]
    assert left(shape, busy=[span("12:19", "12:30")]) == ALL[:-1]


@pytest.mark.parametrize(
    ("own", "its", "times"),
    [
        ((0, 0), (0, 0), ["09:00", "09:30", "10:30", "11:00", "11:30"]),
        ((0, 30), (0, 0), ["09:00", "10:30", "11:00", "11:30"]),
        ((30, 0), (0, 0), ["09:00", "09:30", "11:00", "11:30"]),
        ((0, 0), (60, 0), ["10:30", "11:00", "11:30"]),
        ((0, 0), (0, 60), ["09:00", "09:30", "11:30"]),
        ((10, 10), (30, 30), ["09:00", "11:00", "11:30"]),
    ],
)
def test_between_two_bookings_the_larger_buffer_counts_not_the_sum(own, its, times):
    shape = replace(HALF_HOUR, buffer_before=own[0], buffer_after=own[1])
    booking = Reserved(*span("10:00", "10:30"), *its)
    assert left(shape, reserved=[booking]) == times


def test_the_other_pools_bookings_are_in_the_way_as_well():
    assert left(reserved=[Reserved(*span("10:01", "10:02"), in_pool=False)]) == [*ALL[:2], *ALL[3:]]


def test_notice_is_counted_to_the_minute():
    shape = replace(HALF_HOUR, min_notice=60)
    assert left(shape, seen_from("UTC", "2026-06-01", now="2026-06-01 09:00")) == ALL[2:]
    assert left(shape, seen_from("UTC", "2026-06-01", now="2026-06-01 09:01")) == ALL[3:]


def test_a_meeting_ends_before_the_guests_midnight_that_begins_the_horizons_date():
    shape = replace(HALF_HOUR, duration=60, horizon_days=2)
    window = seen_from("America/New_York", "2026-06-01", "2026-06-30", now="2026-06-01 03:59")
    starts = offered(rep_in("UTC"), shape, POOL, window)
    assert starts[-1] + 60 == minute("2026-06-02 04:00")
    starts = offered(rep_in("UTC"), shape, POOL, replace(window, now=minute("2026-06-01 04:00")))
    assert starts[-1] + 60 == minute("2026-06-03 04:00")


def test_the_latest_start_of_a_window_is_included():
    window = replace(MONDAY, latest_start=minute("2026-06-01 10:00"))
    assert left(window=window) == ["09:00", "09:30", "10:00"]


WEEK = seen_from("UTC", "2026-06-01", "2026-06-09")
NOON = tuple((weekday, 720, 750) for weekday in range(7))


def days_left(bookings, zone="UTC", window=WEEK, **caps):
    rep = rep_in(
        zone, hours=NOON, reserved=[Reserved(minute(at), minute(at) + 30) for at in bookings], **caps
    )
    return [int(time[:2]) for time in times_offered(rep, window)]


def test_a_full_day_offers_nothing_more_and_the_next_does():
    bookings = ["2026-06-02 08:00", "2026-06-02 16:00", "2026-06-03 08:00"]
    assert days_left(bookings, daily_cap=2) == [1, 3, 4, 5, 6, 7, 8, 9]


def test_a_full_iso_week_ends_on_sunday():
    assert days_left(["2026-06-02 08:00", "2026-06-07 08:00"], weekly_cap=2) == [8, 9]


def test_a_week_counts_its_days_before_the_window_and_across_the_year():
    bookings = ["2026-12-28 08:00", "2027-01-03 23:00"]
    window = seen_from("UTC", "2026-12-31", "2027-01-05", now="2026-12-01 00:00")
    assert days_left(bookings, window=window, weekly_cap=2) == [4, 5]


@pytest.mark.parametrize("zone", ["Australia/Sydney", "America/New_York"])
def test_a_week_is_counted_from_its_first_local_hour_to_its_last(zone):
    monday = minute("2026-06-01 00:30", zone)
    rep = rep_in(zone, reserved=[Reserved(monday, monday + 30)], weekly_cap=1)
    window = seen_from(zone, "2026-06-07", "2026-06-08")
    for sunday in ("2026-06-07 00:00", "2026-06-07 22:00"):
        assert times_offered(rep, replace(window, now=minute(sunday, zone)))[0] == "08 00:00"


def test_caps_count_by_the_reps_date_not_the_guests():
    bookings = ["2026-06-02 15:00"]
    assert days_left(bookings, zone="Australia/Sydney", daily_cap=1) == [1, 2, 4, 5, 6, 7, 8, 9]


def test_a_members_caps_count_the_bookings_of_this_pool_only():
    at = minute("2026-06-02 08:00")
    for in_pool, days in ((True, [1, 3, 4, 5, 6, 7, 8, 9]), (False, list(range(1, 10)))):
        rep = rep_in("UTC", hours=NOON, reserved=[Reserved(at, at + 30, in_pool=in_pool)], member_daily_cap=1)
        assert [int(time[:2]) for time in times_offered(rep, WEEK)] == days


@pytest.mark.parametrize("cap", ["daily_cap", "weekly_cap", "member_daily_cap", "member_weekly_cap"])
def test_a_cap_of_none_at_all_is_full_from_the_start(cap):
    assert days_left([], **{cap: 0}) == []
