"""Durations are written, read and counted back on the guest's wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.core.durations import Duration, before, from_minutes, in_words, parse


@pytest.mark.parametrize(
    ("text", "minutes"), [("0m", 0), ("30m", 30), ("2h", 120), ("3d", 4320), ("2w", 20160), ("24h", 1440)]
)
def test_a_duration_reads_back_as_it_was_written(text, minutes):
    assert parse(text).minutes == minutes
    assert parse(text).delta == timedelta(minutes=minutes)
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "m",
        "-1d",
        "1.5h",
        "1 d",
        "1d2h",
        "2s",
        "1D",
        "٣d",
        "1d\n",
        "4000d",
        "9" * 40 + "m",
        30,
        None,
    ],
)
def test_what_is_no_duration_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="duration"):
        parse(text)


def test_a_unit_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="unit"):
        Duration(1, "y")


def test_a_negative_amount_is_refused():
    with pytest.raises(ValueError, match="negative"):
        Duration(-1, "d")


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0m"),
        (5, "5m"),
        (60, "1h"),
        (90, "90m"),
        (1440, "1d"),
        (1500, "25h"),
        (10080, "1w"),
        (20160, "2w"),
    ],
)
def test_minutes_become_the_largest_unit_that_holds_them_exactly(minutes, text):
    assert str(from_minutes(minutes)) == text


@given(st.integers(0, 5_000_000))
def test_no_minute_is_lost_on_the_way_through_text(minutes):
    assert parse(str(from_minutes(minutes))).minutes == minutes


@pytest.mark.parametrize(
    ("text", "words"),
    [("1m", "1 minute"), ("0m", "0 minutes"), ("1h", "1 hour"), ("3d", "3 days"), ("2w", "2 weeks")],
)
def test_a_duration_is_said_in_words(text, words):
    assert in_words(parse(text)) == words


@pytest.mark.parametrize("text", ["90m", "24h", "3d"])
def test_a_naive_instant_is_refused(text):
    with pytest.raises(ValueError, match="time zone"):
        before(datetime.fromisoformat("2026-03-09T10:00"), parse(text), ZoneInfo("UTC"))


ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(1_704_067_200, 1_830_297_600).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.integers(1, 400),
)
def test_a_day_offset_keeps_the_wall_clock_or_ends_a_gap(name, instant, days):
    zone = ZoneInfo(name)
    wanted = instant.astimezone(zone).replace(tzinfo=None, fold=0) - timedelta(days=days)
    due = before(instant, Duration(days, "d"), zone)
    shown = due.astimezone(zone).replace(tzinfo=None, fold=0)
    assert due.tzinfo is UTC
    assert shown >= wanted
    if shown == wanted:
        assert due.astimezone(zone).fold == 0
    else:
        just_before = (due - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
        assert just_before < wanted
