from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.month import Day, Month, date_named, month_named, month_of, sheet

months = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


@given(months)
@settings(max_examples=100)
def test_a_sheet_shows_each_day_of_its_month_once_under_its_weekday(month: Month) -> None:
    weeks = sheet(month, {})
    shown = [cell.on for week in weeks for cell in week if cell]
    first = date(month.year, month.number, 1)
    assert all(len(week) == 7 for week in weeks)
    assert shown == [first + timedelta(days=n) for n in range(len(shown))]
    assert shown[-1] + timedelta(days=1) == date(month.following.year, month.following.number, 1)
    assert all(cell.on.weekday() == column for week in weeks for column, cell in enumerate(week) if cell)


@given(months)
@settings(max_examples=100)
def test_the_month_after_the_previous_one_is_this_one(month: Month) -> None:
    assert month.previous.following == month == month.following.previous
    assert month.previous < month < month.following
    assert month_named(month.name) == month


def test_a_day_knows_how_many_times_are_free() -> None:
    weeks = sheet(Month(2026, 11), {date(2026, 11, 24): 3})
    assert Day(date(2026, 11, 24), 3) in weeks[4]
    assert Day(date(2026, 11, 25), 0) in weeks[4]


def test_a_month_has_a_title_people_read() -> None:
    assert month_of(date(2026, 11, 24)).title == "November 2026"


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "0000-01", "2026-1", "٢٠٢٦-١١", "2026-11-01", "x"]
)
def test_what_names_no_month_is_none(text: str) -> None:
    assert month_named(text) is None


@pytest.mark.parametrize("text", ["", "2026-02-30", "20261124", "2026-W10-1", "tomorrow"])
def test_what_names_no_date_is_none(text: str) -> None:
    assert date_named(text) is None


def test_a_date_is_read_from_an_address() -> None:
    assert date_named("2026-11-24") == date(2026, 11, 24)
