"""Why a start cannot be had: one code with its figures, and the account of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from routing.core.slots import (
    REASONS,
    DayAccount,
    PoolCalendar,
    Reason,
    Reserved,
    day_account,
    is_free,
    why_not,
)
from routing.tests.core.brute_force import minute
from routing.tests.core.calendars import HALF_HOUR, OFFICE, POOL, rep_in, seen_from

MONDAY = seen_from("UTC", "2026-06-01", now="2026-06-01 08:00")
TEN = minute("2026-06-01 10:00")
SHAPE = replace(HALF_HOUR, min_notice=30, horizon_days=3)
OFF = frozenset({date(2026, 6, 1)})
ONE = [Reserved(minute("2026-06-01 15:00"), minute("2026-06-01 15:30"))]
CASES = {
    "off_grid": ({}, POOL, TEN + 1, {"step": 30}),
    "outside_hours": ({}, POOL, minute("2026-06-01 19:30"), {"weekday": 0, "minute": 1170}),
    "left": ({"last_day": date(2026, 5, 31)}, POOL, TEN, {"last_day": "2026-05-31"}),
    "day_off": ({"days_off": OFF}, POOL, TEN, {"on": "2026-06-01"}),
    "public_holiday": ({"holidays": OFF}, POOL, TEN, {"on": "2026-06-01"}),
    "closed": ({}, PoolCalendar("UTC", None, OFF), TEN, {"on": "2026-06-01"}),
    "too_soon": (
        {"hours": ((0, 0, 1440),)},
        POOL,
        minute("2026-06-01 08:00"),
        {"earliest": minute("2026-06-01 08:30")},
    ),
    "beyond_horizon": ({}, POOL, minute("2026-06-04 10:00"), {"latest_end": minute("2026-06-04 00:00")}),
    "busy": ({"busy": [(TEN + 29, TEN + 31)]}, POOL, TEN, {"start": TEN + 29, "end": TEN + 31}),
    "booked": (
        {"reserved": [Reserved(TEN + 40, TEN + 70, 15)]},
        POOL,
        TEN,
        {"start": TEN + 40, "end": TEN + 70},
    ),
    "held": ({"held": [Reserved(TEN + 40, TEN + 70, 15)]}, POOL, TEN, {}),
    "daily_cap": ({"reserved": ONE, "daily_cap": 1}, POOL, TEN, {"count": 1, "cap": 1}),
    "weekly_cap": ({"reserved": ONE, "weekly_cap": 1}, POOL, TEN + 1440, {"count": 1, "cap": 1}),
    "pool_daily_cap": ({"reserved": ONE, "member_daily_cap": 1}, POOL, TEN, {"count": 1, "cap": 1}),
    "pool_weekly_cap": ({"member_weekly_cap": 0}, POOL, TEN, {"count": 0, "cap": 0}),
}


@pytest.mark.parametrize("code", CASES)
def test_each_reason_comes_with_its_figures(code):
    changes, pool, start, detail = CASES[code]
    rep = rep_in("UTC", **{"hours": OFFICE, **changes})
    assert why_not(rep, start, SHAPE, pool, MONDAY) == Reason(code, detail)
    assert not is_free(rep, start, SHAPE, pool, MONDAY)


def test_every_code_has_its_example():
    assert tuple(CASES) == REASONS


def test_a_start_that_can_be_had_has_no_reason():
    assert why_not(rep_in("UTC", hours=OFFICE), TEN, SHAPE, POOL, MONDAY) is None
    assert is_free(rep_in("UTC", hours=OFFICE), TEN, SHAPE, POOL, MONDAY)


def test_what_the_window_lists_does_not_decide_what_can_be_had():
    elsewhere = replace(MONDAY, from_on=date(2026, 6, 20), to_on=date(2026, 6, 21), latest_start=TEN - 60)
    assert is_free(rep_in("UTC", hours=OFFICE), TEN, SHAPE, POOL, elsewhere)


def test_the_first_of_several_reasons_is_named():
    rep = rep_in("UTC", hours=OFFICE, days_off=OFF, busy=[(TEN, TEN + 30)], daily_cap=0)
    assert why_not(rep, TEN, SHAPE, POOL, MONDAY).code == "day_off"


def test_the_earliest_of_several_things_in_the_way_is_named():
    rep = rep_in("UTC", busy=[(TEN + 20, TEN + 25), (TEN, TEN), (TEN - 5, TEN + 5), (TEN - 90, TEN)])
    assert why_not(rep, TEN, SHAPE, POOL, MONDAY).detail == {"start": TEN - 5, "end": TEN + 5}


def test_a_meeting_over_midnight_names_the_closed_date_it_runs_into():
    pool = PoolCalendar("UTC", None, frozenset({date(2026, 6, 2), date(2026, 5, 1)}))
    late = minute("2026-06-01 23:30")
    assert why_not(rep_in("UTC"), late, replace(SHAPE, duration=60), pool, MONDAY) == Reason(
        "closed", {"on": "2026-06-02"}
    )


def test_the_account_of_a_day_names_what_took_its_starts():
    rep = rep_in("UTC", hours=OFFICE, busy=[(TEN, TEN + 45)], reserved=ONE)
    window = replace(MONDAY, now=minute("2026-06-01 08:45"), to_on=date(2026, 6, 4))
    accounts = day_account(rep, SHAPE, POOL, window)
    assert accounts[0] == DayAccount(
        date(2026, 6, 1), 48, 12, {"outside_hours": 32, "too_soon": 1, "busy": 2, "booked": 1}
    )
    assert accounts[1] == DayAccount(date(2026, 6, 2), 48, 16, {"outside_hours": 32})
    assert accounts[3] == DayAccount(date(2026, 6, 4), 48, 0, {"outside_hours": 32, "beyond_horizon": 16})


@pytest.mark.parametrize(("on", "grid"), [("2026-03-29", 46), ("2026-10-25", 50), ("2026-06-01", 48)])
def test_the_account_of_a_day_on_which_clocks_change_has_its_own_grid(on, grid):
    window = seen_from("Europe/Berlin", on)
    (account,) = day_account(rep_in("Europe/Berlin"), HALF_HOUR, POOL, window)
    assert (account.grid, account.offered) == (grid, grid)
