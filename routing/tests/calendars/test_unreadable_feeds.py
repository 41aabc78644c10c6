"""What is not a whole, sane calendar is refused with a sentence: half of it would look like free time."""

from __future__ import annotations

import time

import pytest

from routing.calendars import CalendarUnreadable
from routing.calendars.ics import MAX_EVENTS
from routing.tests.calendars.feeds import busy, feed

HOUR = "DTSTART:20200101T090000Z\nDTEND:20200101T093000Z\n"
WHOLE = feed(HOUR + "RRULE:FREQ=WEEKLY")


def sentence(ics: bytes) -> str:
    with pytest.raises(CalendarUnreadable) as caught:
        busy(ics)
    assert caught.value.sentence.endswith(".")
    return caught.value.sentence


@pytest.mark.parametrize(
    "ics",
    [
        b"",
        b"<!doctype html><title>Sign in</title>",
        b"\x00\x01\x02",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        WHOLE[:-20],
        WHOLE[:120],
        WHOLE + WHOLE[:120],
        WHOLE.replace(b"END:VEVENT\r\n", b""),
    ],
    ids=["empty", "page", "binary", "no calendar", "cut end", "cut event", "cut second", "open event"],
)
def test_what_is_no_whole_calendar_is_refused(ics):
    assert "not a calendar" in sentence(ics)


@pytest.mark.parametrize(
    "event",
    [
        "SUMMARY:No start",
        "DTSTART:tomorrow",
        HOUR + "RRULE:FREQ=SOMETIMES",
        HOUR + "RRULE:COUNT=3",
        HOUR + "RRULE:FREQ=DAILY;UNTIL=never",
        HOUR + "EXDATE:yesterday",
        "DTSTART:20200101T090000Z\nDURATION:P99999999D",
    ],
)
def test_an_event_whose_times_make_no_sense_is_pointed_out(event):
    assert "times cannot be read" in sentence(feed(HOUR, event))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=DAILY;BYHOUR=9,10,11,12;BYMINUTE=" + ",".join(map(str, range(60))),
        "FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYSETPOS=5;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_that_would_keep_the_worker_for_ever_is_refused_at_once(rule):
    begun = time.monotonic()
    assert "repeats more often" in sentence(feed(HOUR + f"RRULE:{rule}"))
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY;INTERVAL=8", "FREQ=DAILY;BYHOUR=9,15", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29,-1"]
)
def test_unusual_rules_that_end_are_read(rule):
    busy(feed(HOUR + f"RRULE:{rule}"))


def test_more_events_than_anybody_has_are_refused():
    hourly = "DTSTART:20261101T000000Z\nDURATION:PT30M\nRRULE:FREQ=HOURLY"
    assert f"more than {MAX_EVENTS:,} events" in sentence(feed(*[hourly] * (MAX_EVENTS // (30 * 24) + 1)))


def test_old_series_are_refused_only_while_they_go_on():
    hourly = HOUR + "RRULE:FREQ=HOURLY"
    assert "Give old ones an end" in sentence(feed(*[hourly] * 10))
    busy(feed(*[hourly + ";UNTIL=20200201T000000Z"] * 10))


def test_a_broken_property_that_does_not_matter_does_no_harm():
    assert busy(
        feed('DTSTART:20261124T090000Z\nDURATION:PT30M\nCREATED:once\nGEO:here\nATTENDEE;CN="x:mailto:a@b')
    ) == ["11-24 09:00 - 11-24 09:30"]


def test_odd_bytes_in_a_title_do_no_harm():
    ics = feed("DTSTART:20261124T090000Z\nDURATION:PT30M\nSUMMARY:caf?").replace(b"caf?", b"caf\xe9")
    assert busy(b"\xef\xbb\xbf" + ics) == ["11-24 09:00 - 11-24 09:30"]


def test_lines_may_end_as_on_any_machine():
    ics = feed("DTSTART:20261124T090000Z\nDURATION:PT30M")
    assert busy(ics.replace(b"\r\n", b"\n")) == ["11-24 09:00 - 11-24 09:30"]


def test_two_calendars_in_one_file_are_both_read():
    first, second = (
        feed("DTSTART:20261124T090000Z\nDURATION:PT30M"),
        feed("DTSTART:20261125T090000Z\nDURATION:PT30M"),
    )
    assert busy(first + second) == ["11-24 09:00 - 11-24 09:30", "11-25 09:00 - 11-25 09:30"]
