"""Events that repeat: rules, exceptions and changed occurrences."""

from __future__ import annotations

from datetime import UTC, datetime

from routing.tests.calendars.feeds import busy, feed

WEEKLY = """
    UID:series@elsewhere.example
    DTSTART;TZID=Europe/Berlin:20261103T100000
    DTEND;TZID=Europe/Berlin:20261103T110000
    RRULE:FREQ=WEEKLY;BYDAY=TU
"""
ON_TUESDAYS = [f"11-{day:02} 09:00 - 11-{day:02} 10:00" for day in (3, 10, 17, 24)]


def occurrence(day: str, lines: str) -> str:
    return f"UID:series@elsewhere.example\nRECURRENCE-ID;TZID=Europe/Berlin:{day}T100000\n{lines}"


def test_a_rule_is_busy_at_each_of_its_times():
    assert busy(feed(WEEKLY)) == ON_TUESDAYS


def test_a_series_begun_years_ago_still_repeats_on_the_wall_clock():
    old = WEEKLY.replace("20261103", "20140107")
    assert busy(feed(old)) == ON_TUESDAYS
    summer = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 8, tzinfo=UTC)
    assert busy(feed(old), *summer) == ["07-07 08:00 - 07-07 09:00"]


def test_a_rule_ends_with_until_or_count():
    assert busy(feed(WEEKLY.replace("BYDAY=TU", "BYDAY=TU;UNTIL=20261117T090000Z"))) == ON_TUESDAYS[:3]
    assert busy(feed(WEEKLY.replace("BYDAY=TU", "BYDAY=TU;UNTIL=20261116"))) == ON_TUESDAYS[:2]
    assert busy(feed(WEEKLY.replace("BYDAY=TU", "BYDAY=TU;COUNT=2"))) == ON_TUESDAYS[:2]


def test_an_excluded_date_is_free():
    assert busy(feed(WEEKLY + "EXDATE;TZID=Europe/Berlin:20261110T100000,20261124T100000")) == [
        ON_TUESDAYS[0],
        ON_TUESDAYS[2],
    ]


def test_an_added_date_is_busy():
    found = busy(feed(WEEKLY + "RDATE;TZID=Europe/Berlin:20261105T150000"))
    assert found == [ON_TUESDAYS[0], "11-05 14:00 - 11-05 15:00", *ON_TUESDAYS[1:]]


def test_a_moved_occurrence_is_busy_where_it_went():
    moved = occurrence("20261110", "DTSTART:20261111T120000Z\nDTEND:20261111T123000Z")
    assert busy(feed(WEEKLY, moved)) == [ON_TUESDAYS[0], "11-11 12:00 - 11-11 12:30", *ON_TUESDAYS[2:]]


def test_an_occurrence_moved_into_the_window_from_far_outside_is_found():
    moved = occurrence("20270105", "DTSTART:20261111T120000Z\nDTEND:20261111T123000Z")
    assert "11-11 12:00 - 11-11 12:30" in busy(feed(WEEKLY, moved))


def test_a_cancelled_or_transparent_occurrence_is_free():
    times = "DTSTART;TZID=Europe/Berlin:{0}T100000\nDTEND;TZID=Europe/Berlin:{0}T110000\n"
    cancelled = occurrence("20261110", times.format("20261110") + "STATUS:CANCELLED")
    transparent = occurrence("20261117", times.format("20261117") + "TRANSP:TRANSPARENT")
    assert busy(feed(WEEKLY, cancelled, transparent)) == [ON_TUESDAYS[0], ON_TUESDAYS[3]]


def test_an_occurrence_made_busy_in_a_transparent_series_is_busy():
    times = (
        "DTSTART;TZID=Europe/Berlin:20261110T100000\nDTEND;TZID=Europe/Berlin:20261110T110000\nTRANSP:OPAQUE"
    )
    assert busy(feed(WEEKLY + "TRANSP:TRANSPARENT", occurrence("20261110", times))) == [ON_TUESDAYS[1]]


def test_whole_days_repeat_too():
    yearly = feed("DTSTART;VALUE=DATE:20001124\nRRULE:FREQ=YEARLY")
    assert busy(yearly) == ["11-23 23:00 - 11-24 23:00"]


def test_a_floating_series_repeats_in_the_zone_it_is_given():
    floating = (
        "DTSTART:20261123T100000\nDTEND:20261123T110000\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20261124T100000"
    )
    assert busy(feed(floating)) == ["11-23 09:00 - 11-23 10:00"]


def test_a_time_that_a_clock_change_skips_keeps_its_length():
    nightly = feed("DTSTART;TZID=Europe/Berlin:20260301T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY")
    found = busy(nightly, datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))
    assert found == ["03-28 01:30 - 03-28 02:00", "03-29 01:30 - 03-29 02:00", "03-30 00:30 - 03-30 01:00"]


def test_a_time_that_a_clock_change_repeats_is_busy_both_times():
    nightly = feed("DTSTART;TZID=Europe/Berlin:20261001T020000\nDURATION:PT1H\nRRULE:FREQ=DAILY")
    found = busy(nightly, datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC))
    assert found == ["10-24 00:00 - 10-24 01:00", "10-25 00:00 - 10-25 02:00", "10-26 01:00 - 10-26 02:00"]


def test_a_series_in_utc_stays_in_utc_whatever_zone_the_calendar_names():
    utc = "DTSTART:20260701T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=TU"
    assert busy(feed(utc, head="X-WR-TIMEZONE:Europe/Berlin")) == ON_TUESDAYS


def test_long_events_that_began_before_the_window_reach_into_it():
    holiday = "DTSTART;VALUE=DATE:20261015\nDTEND;VALUE=DATE:20261103\nRRULE:FREQ=YEARLY"
    assert busy(feed(holiday)) == ["11-01 00:00 - 11-02 23:00"]
