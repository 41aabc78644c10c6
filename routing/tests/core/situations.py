"""Hypothesis strategies: reps, shapes, pools and windows around the dates on which clocks change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from routing.core.supply import MeetingShape, PoolCalendar, RepSupply, Reserved, Window
from routing.tests.core.brute_force import minute

# A zone and a date on which its clocks change; the last three never do.
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Sydney", date(2026, 10, 4)),
    ("Asia/Kolkata", date(2026, 1, 1)),
    ("Asia/Kathmandu", date(2026, 12, 31)),
    ("UTC", date(2026, 6, 1)),
]
ZONES = sorted({zone for zone, _ in CHANGES})


class Situation(NamedTuple):
    """The arguments of `offered`, in its order."""

    rep: RepSupply
    shape: MeetingShape
    pool: PoolCalendar
    window: Window


shapes = st.builds(
    MeetingShape,
    duration=st.sampled_from([5, 15, 30, 45, 60, 95]),
    step=st.sampled_from([5, 10, 15, 20, 25, 30, 45, 60, 90]),
    buffer_before=st.sampled_from([0, 0, 5, 15, 40]),
    buffer_after=st.sampled_from([0, 0, 10, 30]),
    min_notice=st.sampled_from([0, 0, 60, 245, 1000]),
    horizon_days=st.sampled_from([30, 30, 30, 30, 3, 2, 1]),
)

_rows = st.tuples(st.integers(0, 6), st.integers(0, 1435), st.integers(5, 900)).map(
    lambda row: (row[0], row[1], min(row[1] + row[2], row[1] + 1440))
)


def _daily(*spans: tuple[int, int]) -> tuple[tuple[int, int, int], ...]:
    return tuple((weekday, start, end) for weekday in range(7) for start, end in spans)


weekly_hours = st.one_of(
    st.sampled_from(
        [
            _daily((0, 1440)),
            _daily((540, 750), (810, 1020)),
            _daily((1320, 1560)),
            _daily((0, 150), (150, 300), (1200, 1440)),
            _daily((60, 120), (180, 240)),
        ]
    ),
    st.lists(_rows, min_size=7, max_size=16).map(tuple),
)


def _spans(first: int, last: int, longest: int) -> st.SearchStrategy[tuple[int, int]]:
    lengths = st.one_of(st.just(0), st.integers(1, longest))
    return st.tuples(st.integers(first, last), lengths).map(lambda span: (span[0], span[0] + span[1]))


@st.composite
def reps(draw: st.DrawFn, zone: str, around: date) -> RepSupply:
    """A rep with events, bookings and days off near a date."""
    first = minute(f"{around} 00:00") - 3 * 1440
    last = first + 6 * 1440
    near = st.integers(-3, 4).map(lambda days: around + timedelta(days=days))
    buffers = st.sampled_from([0, 0, 10, 45])
    bookings = st.builds(
        lambda span, before, after, in_pool: Reserved(span[0], span[1] + 5, before, after, in_pool),
        _spans(first - 4 * 1440, last + 4 * 1440, 90),
        buffers,
        buffers,
        st.booleans(),
    )
    cap = st.sampled_from([None, None, None, 1, 2, 3, 4, 0])
    caps = draw(st.one_of(st.just([None] * 4), st.tuples(cap, cap, cap, cap)))
    return RepSupply(
        rep_id=1,
        zone=zone,
        hours=draw(weekly_hours),
        days_off=draw(st.frozensets(near, max_size=1)),
        holidays=draw(st.frozensets(near, max_size=1)),
        last_day=draw(st.one_of(*[st.none()] * 4, near)),
        busy=draw(st.lists(_spans(first, last, 400), max_size=6)),
        reserved=draw(st.lists(bookings, max_size=5)),
        daily_cap=caps[0],
        weekly_cap=caps[1],
        member_daily_cap=caps[2],
        member_weekly_cap=caps[3],
    )


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Everything at once, with the clocks of guest, rep or pool changing inside the window."""
    changing, around = draw(st.sampled_from(CHANGES))
    zones = st.one_of(st.just(changing), st.sampled_from(ZONES))
    near = st.integers(-3, 4).map(lambda days: around + timedelta(days=days))
    from_on = around + timedelta(days=draw(st.integers(-2, 1)))
    begin = minute(f"{from_on} 00:00")
    latest = st.one_of(*[st.none()] * 3, st.integers(begin, begin + 3 * 1440))
    window = Window(
        guest_zone=draw(zones),
        from_on=from_on,
        to_on=from_on + timedelta(days=draw(st.integers(0, 2))),
        now=begin + draw(st.integers(-2 * 1440, 720)),
        latest_start=draw(latest),
    )
    pool = PoolCalendar(draw(zones), None, draw(st.frozensets(near, max_size=1)))
    return Situation(draw(reps(draw(zones), around)), draw(shapes), pool, window)
