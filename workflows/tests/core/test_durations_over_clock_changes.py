"""Reminders in days keep the wall clock where clocks change; those in hours do not look at it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from workflows.core.durations import before, parse


def due(zone: str, meeting: str, offset: str, fold: int = 0) -> datetime:
    """When a reminder is due, for a meeting given on the zone's wall clock."""
    there = ZoneInfo(zone)
    return before(datetime.fromisoformat(meeting).replace(tzinfo=there, fold=fold), parse(offset), there)


def wall(zone: str, instant: datetime) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %z")


KEPT = [
    ("America/New_York", "2026-03-08 10:00", "1d", "2026-03-07 10:00 -0500"),
    ("America/New_York", "2026-03-09 10:00", "1d", "2026-03-08 10:00 -0400"),
    ("America/New_York", "2026-11-01 10:00", "1d", "2026-10-31 10:00 -0400"),
    ("America/New_York", "2026-11-08 10:00", "2w", "2026-10-25 10:00 -0400"),
    ("Australia/Lord_Howe", "2026-10-04 09:00", "1d", "2026-10-03 09:00 +1030"),
    ("Australia/Lord_Howe", "2026-04-05 09:00", "1d", "2026-04-04 09:00 +1100"),
    ("Africa/Cairo", "2026-04-24 10:00", "1d", "2026-04-23 10:00 +0200"),
    ("America/Santiago", "2026-09-06 10:00", "1d", "2026-09-05 10:00 -0400"),
    ("Asia/Kolkata", "2026-03-09 10:15", "3d", "2026-03-06 10:15 +0530"),
    ("Asia/Kathmandu", "2026-03-09 10:15", "1w", "2026-03-02 10:15 +0545"),
]


@pytest.mark.parametrize(("zone", "meeting", "offset", "expected"), KEPT)
def test_a_day_before_keeps_the_clock_time(zone, meeting, offset, expected):
    assert wall(zone, due(zone, meeting, offset)) == expected


GAPS = [
    ("America/New_York", "2026-03-09 02:30", "2026-03-08 03:00 -0400"),
    ("America/New_York", "2026-03-09 02:00", "2026-03-08 03:00 -0400"),
    ("America/New_York", "2026-03-09 02:59:59.999999", "2026-03-08 03:00 -0400"),
    ("Australia/Lord_Howe", "2026-10-05 02:15", "2026-10-04 02:30 +1100"),
    ("Africa/Cairo", "2026-04-25 00:30", "2026-04-24 01:00 +0300"),
    ("America/Santiago", "2026-09-07 00:30", "2026-09-06 01:00 -0300"),
]


@pytest.mark.parametrize(("zone", "meeting", "expected"), GAPS)
def test_a_time_that_is_skipped_becomes_the_first_instant_after_the_gap(zone, meeting, expected):
    instant = due(zone, meeting, "1d")
    assert wall(zone, instant) == expected
    assert (instant.second, instant.microsecond) == (0, 0)


def test_a_whole_day_that_is_skipped_ends_with_the_gap():
    assert wall("Pacific/Apia", due("Pacific/Apia", "2011-12-31 10:00", "1d")) == "2011-12-31 00:00 +1400"


FOLDS = [
    ("America/New_York", "2026-11-02 01:30", "2026-11-01 01:30 -0400"),
    ("Australia/Lord_Howe", "2026-04-06 01:45", "2026-04-05 01:45 +1100"),
    ("Africa/Cairo", "2026-10-30 23:30", "2026-10-29 23:30 +0300"),
    ("America/Santiago", "2026-04-05 23:30", "2026-04-04 23:30 -0300"),
]


@pytest.mark.parametrize(("zone", "meeting", "expected"), FOLDS)
def test_a_time_that_occurs_twice_is_the_earlier_one(zone, meeting, expected):
    assert wall(zone, due(zone, meeting, "1d")) == expected


def test_a_meeting_in_the_second_hour_of_a_fold_keeps_its_clock_time():
    zone = "America/New_York"
    assert wall(zone, due(zone, "2026-11-01 01:30", "1d", fold=1)) == "2026-10-31 01:30 -0400"


def test_no_days_at_all_leave_the_second_hour_of_a_fold_where_it_is():
    assert wall("America/New_York", due("America/New_York", "2026-11-01 01:30", "0d", fold=1)).endswith(
        "-0500"
    )


EXACT = [
    ("America/New_York", "2026-03-08 10:00", "24h", "2026-03-07 09:00 -0500"),
    ("America/New_York", "2026-11-01 10:00", "24h", "2026-10-31 11:00 -0400"),
    ("America/New_York", "2026-03-08 03:00", "30m", "2026-03-08 01:30 -0500"),
    ("Australia/Lord_Howe", "2026-10-04 09:00", "24h", "2026-10-03 08:30 +1030"),
    ("Asia/Kathmandu", "2026-03-09 10:15", "2h", "2026-03-09 08:15 +0545"),
]


@pytest.mark.parametrize(("zone", "meeting", "offset", "expected"), EXACT)
def test_hours_and_minutes_are_exact(zone, meeting, offset, expected):
    assert wall(zone, due(zone, meeting, offset)) == expected


def test_the_answer_is_in_utc():
    assert due("Asia/Kolkata", "2026-03-09 10:00", "1d").tzinfo is UTC
