from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bookings.core import wording

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
END = START + timedelta(minutes=30)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_meeting_reads_as_a_person_would_say_it():
    assert wording.span(START, END, "Europe/Berlin") == "Tuesday 24 November, 10:00-10:30 (Berlin)"


def test_a_zone_may_be_an_object_too():
    assert (
        wording.span(START, END, ZoneInfo("Asia/Kathmandu")) == "Tuesday 24 November, 14:45-15:15 (Kathmandu)"
    )


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (utc(2026, 1, 2), "Tuesday 24 November"),
        (utc(2025, 12, 31, 23, 30), "Tuesday 24 November"),  # already 2026 in Berlin
        (utc(2025, 12, 31, 22, 30), "Tuesday 24 November 2026"),
    ],
)
def test_the_year_is_said_only_when_it_is_not_this_one(now, day):
    assert wording.span(START, END, "Europe/Berlin", now) == f"{day}, 10:00-10:30 (Berlin)"
    assert wording.moment(START, "Europe/Berlin", now) == f"{day}, 10:00 (Berlin)"


def test_a_meeting_over_midnight_names_both_days():
    text = wording.span(
        utc(2026, 12, 31, 22, 45), utc(2026, 12, 31, 23, 15), "Europe/Berlin", utc(2026, 12, 1)
    )
    assert text == "Thursday 31 December, 23:45 - Friday 1 January 2027, 00:15 (Berlin)"


def test_an_hour_that_comes_twice_tells_which():
    first = wording.span(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 0, 45), "Europe/Berlin")
    second = wording.span(utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 1, 45), "Europe/Berlin")
    assert first == "Sunday 25 October, 02:30-02:45 (Berlin, UTC+2)"
    assert second == "Sunday 25 October, 02:30-02:45 (Berlin, UTC+1)"
    assert (
        wording.moment(utc(2026, 10, 25, 1, 30), "Europe/Berlin")
        == "Sunday 25 October, 02:30 (Berlin, UTC+1)"
    )


def test_a_meeting_across_a_clock_change_tells_both_offsets():
    text = wording.span(utc(2026, 10, 25, 0, 45), utc(2026, 10, 25, 1, 15), "Europe/Berlin")
    assert text == "Sunday 25 October, 02:45 UTC+2 - 02:15 UTC+1 (Berlin)"


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Europe/Berlin", "Berlin (UTC+1)"),
        ("Etc/UTC", "UTC"),
        ("UTC", "UTC"),
        ("GMT", "UTC"),
        ("Etc/GMT+5", "UTC-5"),
        ("Etc/GMT-14", "UTC+14"),
        ("Europe/London", "London (UTC)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires (UTC-3)"),
        ("America/St_Johns", "St Johns (UTC-3:30)"),
        ("America/Port-au-Prince", "Port-au-Prince (UTC-5)"),
        ("Asia/Kathmandu", "Kathmandu (UTC+5:45)"),
        ("Asia/Calcutta", "Kolkata (UTC+5:30)"),
        ("Pacific/Marquesas", "Marquesas (UTC-9:30)"),
        ("US/Eastern", "US Eastern (UTC-5)"),
    ],
)
def test_a_zone_is_a_city_and_an_offset(zone, label):
    assert wording.zone_label(zone, START) == label


def test_the_offset_is_that_of_the_instant():
    assert wording.zone_label("Europe/Berlin", utc(2026, 7, 1)) == "Berlin (UTC+2)"
    assert wording.zone_label("Australia/Lord_Howe", utc(2026, 7, 1)) == "Lord Howe (UTC+10:30)"


def test_every_zone_has_a_name_fit_for_reading():
    for zone in available_timezones():
        label = wording.zone_label(zone, START)
        assert label and "_" not in label and "/" not in label, zone


def test_an_odd_offset_of_long_ago_is_rounded_to_the_minute():
    assert wording.offset_label(timedelta(minutes=53, seconds=28)) == "UTC+0:53"


@pytest.mark.parametrize(
    ("distance", "future", "past"),
    [
        (timedelta(0), "just now", "just now"),
        (timedelta(seconds=59), "in a moment", "just now"),
        (timedelta(seconds=60), "in 1 minute", "1 minute ago"),
        (timedelta(minutes=5), "in 5 minutes", "5 minutes ago"),
        (timedelta(minutes=59, seconds=40), "in 1 hour", "1 hour ago"),
        (timedelta(hours=2), "in 2 hours", "2 hours ago"),
        (timedelta(hours=23, minutes=40), "in 1 day", "1 day ago"),
        (timedelta(days=3), "in 3 days", "3 days ago"),
        (timedelta(days=13, hours=20), "in 2 weeks", "2 weeks ago"),
        (timedelta(days=70), "in 2 months", "2 months ago"),
        (timedelta(days=360), "in 1 year", "1 year ago"),
        (timedelta(days=800), "in 2 years", "2 years ago"),
    ],
)
def test_a_distance_is_told_in_its_nearest_unit(distance, future, past):
    assert wording.relative(START, START + distance) == future
    assert wording.relative(START, START - distance) == past


def test_a_distance_across_a_clock_change_is_the_true_one():
    berlin = ZoneInfo("Europe/Berlin")
    before, after = datetime(2026, 10, 25, 1, tzinfo=berlin), datetime(2026, 10, 25, 4, tzinfo=berlin)
    assert wording.relative(before, after) == "in 4 hours"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 minutes"), (1, "1 minute"), (30, "30 minutes"), (60, "1 hour"), (90, "1 hour 30 minutes"),
     (1440, "1 day"), (2 * 1440 + 61, "2 days 1 hour 1 minute")],
)  # fmt: skip
def test_a_length_is_told_in_whole_units(minutes, text):
    assert wording.duration(minutes) == text
