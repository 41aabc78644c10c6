"""Single events: which of them are busy times, and when exactly."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from routing.calendars.ics import busy_intervals
from routing.core.own_events import uid_for
from routing.tests.calendars.feeds import BERLIN, FROM, TO, busy, feed

MORNING = "DTSTART:20261124T090000Z\nDTEND:20261124T093000Z"
BERLINS = ";TZID=Europe/Berlin"
VTIMEZONE = """
    BEGIN:VTIMEZONE
    TZID:Somewhere of its own
    BEGIN:STANDARD
    DTSTART:16010101T000000
    TZOFFSETFROM:+0200
    TZOFFSETTO:+0200
    END:STANDARD
    END:VTIMEZONE
"""


def test_an_event_is_a_busy_time_in_minutes_since_the_epoch():
    start = int(datetime(2026, 11, 24, 9, 0, tzinfo=UTC).timestamp()) // 60
    assert busy_intervals(feed(MORNING), FROM, TO, BERLIN) == [(start, start + 30)]


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (f"DTSTART{BERLINS}:20261124T100000\nDTEND{BERLINS}:20261124T103000", "11-24 09:00 - 11-24 09:30"),
        ("DTSTART;TZID=W. Europe Standard Time:20261124T100000\nDURATION:PT30M", "11-24 09:00 - 11-24 09:30"),
        ("DTSTART;TZID=Somewhere of its own:20261124T100000\nDURATION:PT30M", "11-24 08:00 - 11-24 08:30"),
        ("DTSTART;TZID=Not defined anywhere:20261124T100000\nDURATION:PT30M", "11-24 09:00 - 11-24 09:30"),
        ("DTSTART:20261124T100000\nDTEND:20261124T103000", "11-24 09:00 - 11-24 09:30"),
        ("DTSTART;VALUE=DATE:20261124", "11-23 23:00 - 11-24 23:00"),
        ("DTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261126", "11-23 23:00 - 11-25 23:00"),
    ],
    ids=["iana zone", "windows zone", "own zone", "unknown zone", "floating", "whole day", "two days"],
)  # fmt: skip
def test_times_of_every_kind_find_their_instant(event, found):
    assert busy(feed(event, head=VTIMEZONE)) == [found]


@pytest.mark.parametrize("zone", ["America/New_York", "Eastern Standard Time"])
def test_days_and_floating_times_count_in_the_calendars_zone_before_the_reps(zone):
    days = ("DTSTART;VALUE=DATE:20261124", "DTSTART:20261126T100000\nDURATION:PT1H")
    assert busy(feed(*days, head=f"X-WR-TIMEZONE:{zone}")) == [
        "11-24 05:00 - 11-25 05:00",
        "11-26 15:00 - 11-26 16:00",
    ]


@pytest.mark.parametrize("name", ["Nowhere/Land", "../../etc/passwd", "America"])
def test_a_zone_that_does_not_exist_leaves_the_reps(name):
    assert busy(feed("DTSTART;VALUE=DATE:20261124", head=f"X-WR-TIMEZONE:{name}")) == [
        "11-23 23:00 - 11-24 23:00"
    ]


def test_a_day_of_a_clock_change_has_its_true_length():
    day = feed("DTSTART;VALUE=DATE:20261101")
    found = busy_intervals(day, datetime(2026, 10, 1, tzinfo=UTC), TO, ZoneInfo("America/New_York"))
    assert [end - start for start, end in found] == [25 * 60]


@pytest.mark.parametrize(
    "line",
    ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "X-ORDINUS-BOOKING:abc",
     "x-ordinus-booking:abc", f"UID:{uid_for(b'n' * 16)}", f"UID:{uid_for(b'n' * 16).upper()}"],
)  # fmt: skip
def test_what_takes_no_time_is_not_busy(line):
    assert busy(feed(f"{MORNING}\n{line}")) == []


@pytest.mark.parametrize(
    "line", ["TRANSP:OPAQUE", "STATUS:TENTATIVE", "STATUS:CONFIRMED", "UID:x@ordinus.example"]
)
def test_everything_else_is_busy(line):
    assert len(busy(feed(f"{MORNING}\n{line}"))) == 1


@pytest.mark.parametrize("end", ["DTEND:20261124T090000Z", "DURATION:PT0S", ""])
def test_an_event_of_no_length_is_not_busy(end):
    assert busy(feed(f"DTSTART:20261124T090030Z\n{end.replace('090000', '090030')}")) == []
    assert busy(feed(f"DTSTART:20261124T090000Z\n{end}")) == []


def test_a_minute_begun_is_busy():
    assert busy(feed("DTSTART:20261124T090030Z\nDTEND:20261124T093001Z")) == ["11-24 09:00 - 11-24 09:31"]


def test_events_are_clipped_to_the_window():
    events = (
        "DTSTART:20261031T230000Z\nDTEND:20261101T010000Z",
        "DTSTART:20261130T233000Z\nDTEND:20261202T000000Z",
    )
    assert busy(feed(*events)) == ["11-01 00:00 - 11-01 01:00", "11-30 23:30 - 12-01 00:00"]


def test_events_beside_the_window_are_left_out():
    events = (
        "DTSTART:20261031T230000Z\nDTEND:20261101T000000Z",
        "DTSTART:20261201T000000Z\nDTEND:20261201T010000Z",
    )
    assert busy(feed(*events)) == []


def test_overlapping_events_stay_apart_and_in_order():
    events = ("DTSTART:20261124T100000Z\nDTEND:20261124T110000Z", MORNING, MORNING,
              "DTSTART:20261124T091500Z\nDTEND:20261124T103000Z")  # fmt: skip
    assert busy(feed(*events)) == [
        "11-24 09:00 - 11-24 09:30",
        "11-24 09:15 - 11-24 10:30",
        "11-24 10:00 - 11-24 11:00",
    ]


def test_periods_of_a_free_busy_feed_are_busy_unless_free():
    free_busy = """
        BEGIN:VFREEBUSY
        UID:1
        DTSTAMP:20261001T000000Z
        FREEBUSY;FBTYPE=BUSY:20261124T090000Z/PT30M,20261125T090000Z/20261125T100000Z
        FREEBUSY;FBTYPE=FREE:20261126T090000Z/PT30M
        END:VFREEBUSY
    """
    assert busy(feed(head=free_busy)) == ["11-24 09:00 - 11-24 09:30", "11-25 09:00 - 11-25 10:00"]


def test_an_empty_calendar_has_no_busy_times():
    assert busy(feed()) == []
