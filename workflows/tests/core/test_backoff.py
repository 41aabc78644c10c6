"""Failed attempts come back later and later, apart from each other, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.core.backoff import BASE, CAP, MAX_ATTEMPTS, delay, is_exhausted, retry_after

NOW = datetime(2026, 3, 8, 7, tzinfo=UTC)
ATTEMPTS = st.integers(1, 10_000)
JITTERS = st.floats(0, 1, exclude_max=True)


def test_without_jitter_the_wait_doubles_from_half_a_minute_up_to_six_hours():
    waits = [delay(attempt, 0.0).total_seconds() for attempt in range(1, MAX_ATTEMPTS + 1)]
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600]


@given(ATTEMPTS, JITTERS)
def test_jitter_takes_off_at_most_half(attempt, jitter):
    assert delay(attempt, 0.0) / 2 <= delay(attempt, jitter) <= delay(attempt, 0.0) <= CAP


def test_waits_at_the_cap_still_differ():
    assert delay(MAX_ATTEMPTS, 0.1) != delay(MAX_ATTEMPTS, 0.9)


@pytest.mark.parametrize(("attempt", "jitter"), [(0, 0.0), (-1, 0.0), (1, 1.0), (1, -0.1), (1, float("nan"))])
def test_arguments_outside_their_range_are_refused(attempt, jitter):
    with pytest.raises(ValueError, match=r"attempts|jitter"):
        delay(attempt, jitter)


def test_the_other_side_may_ask_for_more_time_and_not_for_less():
    assert delay(1, 0.0, timedelta(minutes=10)) == timedelta(minutes=10)
    assert delay(1, 0.0, timedelta(seconds=1)) == BASE
    assert delay(1, 0.0, timedelta(0)) == BASE


def test_the_other_side_cannot_put_an_attempt_off_beyond_the_cap():
    assert delay(1, 0.0, timedelta(days=365)) == CAP


def test_the_twelfth_failure_is_the_last():
    assert [is_exhausted(attempt) for attempt in (1, 11, 12, 13)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 08 Mar 2026 07:01:30 GMT", 90),
        ("Sun, 08 Mar 2026 07:01:30 -0000", 90),
        ("Sun, 08 Mar 2026 06:00:00 GMT", 0),
        ("9" * 400, CAP.total_seconds()),
    ],
)
def test_a_retry_after_header_is_read_as_seconds_or_as_a_date(header, seconds):
    assert retry_after(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "²", "Sun, 99 Mar 2026 07:00:00 GMT"])
def test_a_header_that_says_nothing_asks_for_nothing(header):
    assert retry_after(header, NOW) is None


@given(st.text(max_size=30))
def test_no_header_breaks_the_reader(header):
    asked = retry_after(header, NOW)
    assert asked is None or asked >= timedelta(0)
