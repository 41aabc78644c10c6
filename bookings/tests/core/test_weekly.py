from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core import weekly


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 6), st.integers(0, 1439), st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"]),
    st.integers(0, 2 * 365 * 24 * 60),
)  # fmt: skip
def test_it_lies_within_the_last_week_and_stays_the_same_until_the_next(
    weekday: int, minute: int, zone: str, later: int
) -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=later)
    found = weekly.latest(weekday, minute, zone, at)
    assert at - timedelta(days=7, hours=1) < found <= at
    assert weekly.latest(weekday, minute, zone, found) == found
    assert weekly.latest(weekday, minute, zone, found - timedelta(seconds=1)) < found


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("2026-03-30T05:59:00+00:00", "2026-03-23T07:00:00+00:00"),
        ("2026-03-30T06:00:00+00:00", "2026-03-30T06:00:00+00:00"),
    ],
)
def test_eight_in_berlin_is_another_instant_once_the_clocks_have_changed(at: str, found: str) -> None:
    assert weekly.latest(0, 480, "Europe/Berlin", datetime.fromisoformat(at)) == datetime.fromisoformat(found)


def test_a_clock_time_that_is_skipped_comes_after_the_change() -> None:
    sunday = datetime(2026, 3, 29, 12, tzinfo=UTC)
    found = weekly.latest(6, 2 * 60 + 30, "Europe/Berlin", sunday)
    assert f"{found.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" == "03:30"
