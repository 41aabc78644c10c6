"""Whatever a type writes, it reads as the same value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordinus.configuration.problems import Report, is_within
from ordinus.configuration.rules import WEEKDAYS, Week
from ordinus.configuration.times import MINUTES_A_DAY, Date, Minutes, Timeout
from ordinus.configuration.types import INVALID, Type


def read_back(kind: Type, value: Any) -> Any:
    report = Report()
    found = kind.read(kind.show(value), "here", report)
    assert not report.problems
    return found


@given(st.integers(0, 3660 * MINUTES_A_DAY))
def test_minutes(minutes: int) -> None:
    assert read_back(Minutes(), minutes) == minutes


@given(st.integers(1, 30_000))
def test_timeouts(milliseconds: int) -> None:
    assert read_back(Timeout(), milliseconds) == milliseconds


@given(st.dates())
def test_dates(day: Any) -> None:
    assert read_back(Date(), day.isoformat()) == day.isoformat()


@given(
    st.dictionaries(
        st.sampled_from(WEEKDAYS),
        st.tuples(st.integers(0, 1439), st.integers(1, 1439)).map(lambda span: [[span[0], sum(span)]]),
    )
)
def test_weeks(week: dict[str, list[list[int]]]) -> None:
    assert read_back(Week(), week) == week


def test_a_day_round_the_clock_reads_back_as_what_it_covers() -> None:
    assert read_back(Week(), {"mon": [[0, 1440]]}) == {"mon": [[0, 1440]]}
    round_the_clock = {"fri": [[540, 720]], "sun": [[600, 2040]]}
    assert Week().show(round_the_clock) == {
        "mon": ["00:00-10:00"],
        "fri": ["09:00-12:00"],
        "sun": ["10:00-24:00"],
    }


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("09:00-17:30", [540, 1050]), ("22:00-02:00", [1320, 1560]), ("18:00-24:00", [1080, 1440]),
     ("18:00-00:00", [1080, 1440]), ("00:00-24:00", [0, 1440]), ("9:00 - 12:00", [540, 720])],
)  # fmt: skip
def test_an_interval_may_run_into_the_next_day(text: str, minutes: list[int]) -> None:
    assert Week().read({"mon": [text]}, "hours", Report()) == {"mon": [minutes]}


@pytest.mark.parametrize(
    "text", ["25:00-26:00", "24:00-25:00", "09:60-10:00", "09:00", "9-17", "9:00-17:00-18:00", 9]
)
def test_what_is_no_interval_is_a_problem(text: Any) -> None:
    report = Report()
    assert Week().read({"mon": [text]}, "hours", report) == {}
    assert [problem.path for problem in report.problems] == ["hours.mon[0]"]


@pytest.mark.parametrize(
    "text", ["2026-02-30", "20261224", "2026-W52-4", "24.12.2026", "2026-12-24T00:00", 20261224]
)
def test_what_is_no_date_is_a_problem(text: Any) -> None:
    assert Date().read(text, "on", Report()) is INVALID


def test_a_path_lies_within_another_only_at_a_whole_step() -> None:
    assert is_within("pools[1].sla", "pools[1]")
    assert is_within("pools[1]", "pools[1]")
    assert not is_within("pools[10]", "pools[1]")
    assert not is_within("pools_of", "pools")
