"""When the rows of a reminder plan go out: offsets, quiet hours, and two rows at one instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core import reminders
from workflows.core import hours

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def due(row: Any, start: str) -> str:
    """When a row is due, on the clock of Berlin."""
    (reminder,) = reminders.rows([row], "reminder")
    return f"{reminders.due_at(reminder, berlin(start), BERLIN).astimezone(BERLIN):%d %H:%M}"


@pytest.mark.parametrize(
    ("row", "start", "expected"),
    [
        ("2h", "2026-03-10 08:30", "10 06:30"),
        ({"before": "1d", "quiet": "21:00-08:00"}, "2026-03-10 07:00", "09 08:00"),
        ({"before": "2h", "quiet": "21:00-08:00"}, "2026-03-10 09:30", "10 08:00"),
        ({"before": "2h", "quiet": "21:00-08:00"}, "2026-03-10 08:30", "09 20:45"),
        ({"before": "1h", "quiet": "12:00-14:00"}, "2026-03-10 15:00", "10 14:00"),
        ({"before": "1h", "quiet": "21:00-08:00"}, "2026-03-10 09:00", "10 08:00"),
        ({"before": "3h", "quiet": "21:00-24:00"}, "2026-03-10 01:30", "10 00:00"),
        # the night on which the clocks go forward: quiet hours end at eight on the new clock
        ({"before": "1d", "quiet": "21:00-08:00"}, "2026-03-30 06:00", "29 08:00"),
    ],
)  # fmt: skip
def test_what_falls_into_quiet_hours_waits_for_their_end_or_goes_before_them(
    row: Any, start: str, expected: str
) -> None:
    assert due(row, start) == expected


def plan(rows: list[Any], start: str, now: datetime = LONG_AGO) -> dict[str, str]:
    planned = reminders.plan(reminders.rows(rows, "reminder"), berlin(start), BERLIN, now)
    return {each.reminder.mark: each.skipped for each in planned}


def test_of_two_rows_that_quiet_hours_put_together_only_the_nearer_is_sent() -> None:
    rows = [{"before": length, "quiet": "21:00-08:00"} for length in ("3h", "2h")]
    assert plan(rows, "2026-03-10 08:30") == {"3h": "same_time", "2h": ""}
    rows[1]["when"] = [[{"fact": "segment", "is": "exists"}]]
    assert plan(rows, "2026-03-10 08:30") == {"3h": "", "2h": ""}


def test_rows_of_one_offset_are_numbered_and_those_past_are_skipped() -> None:
    now = berlin("2026-03-09 12:00")
    assert plan(["1d", "1d", "2h"], "2026-03-10 10:00", now) == {
        "1d": "past_at_booking",
        "1d.2": "past_at_booking",
        "2h": "",
    }


def test_details_say_no_more_than_the_row_does() -> None:
    (short,) = reminders.rows(["1d"], "reminder")
    assert short.details() == {"offset": "1d", "template": "reminder"}


@settings(max_examples=40)
@given(
    start=st.integers(0, 700 * 1440).map(lambda minute: LONG_AGO + timedelta(minutes=minute)),
    minutes=st.integers(0, 3000),
    begins=st.integers(0, 1439),
    length=st.integers(1, 22 * 60),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_no_reminder_is_due_inside_its_quiet_hours_or_after_the_start(
    start: datetime, minutes: int, begins: int, length: int, zone: str
) -> None:
    quiet = str(hours.Hours(begins, (begins + length) % 1440))
    (reminder,) = reminders.rows([{"before": f"{minutes}m", "quiet": quiet}], "r")
    found = reminders.due_at(reminder, start, ZoneInfo(zone))
    assert found <= start
    assert reminder.quiet is not None
    around = reminder.quiet.around(found, ZoneInfo(zone))
    assert around is None
    assert abs(found - (start - timedelta(minutes=minutes))) <= timedelta(days=1)


@pytest.mark.parametrize("text", ["", "8-9", "21:00", "08:00-08:00", "24:00-24:00", "25:00-08:00", 5, None])
def test_what_spells_no_hours_is_refused_in_a_sentence(text: object) -> None:
    with pytest.raises(ValueError, match=r"such as|for example|ends after"):
        hours.parse(text)
