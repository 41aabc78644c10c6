"""Section 4 of the contract read minute by minute, sharing nothing with what it checks but data classes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from routing.core.supply import MeetingShape, PoolCalendar, RepSupply, Window

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute(text: str, zone: str = "UTC") -> int:
    """The instant at which a clock in `zone` shows `2026-03-08 09:30`, the first one if it does so twice."""
    return (datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) - _EPOCH) // timedelta(minutes=1)


def clock(zone: str, instant: int) -> str:
    """What a clock in `zone` shows at an instant, such as `2026-03-08 09:30`."""
    on, of_day = reading(zone, instant)
    return f"{on} {of_day // 60:02}:{of_day % 60:02}"


@lru_cache(maxsize=4096)
def _day_of_readings(zone: str, day: int) -> list[tuple[date, int]]:
    midnight = _EPOCH + timedelta(days=day)
    clocks = ((midnight + timedelta(minutes=passed)).astimezone(ZoneInfo(zone)) for passed in range(1440))
    return [(local.date(), local.hour * 60 + local.minute) for local in clocks]


def reading(zone: str, instant: int) -> tuple[date, int]:
    """The local date and minute of the day."""
    return _day_of_readings(zone, instant // 1440)[instant % 1440]


def works(hours: tuple[tuple[int, int, int], ...], on: date, of_day: int) -> bool:
    """Whether a minute of a local date lies in weekly hours, those begun the day before included."""
    return any(
        (weekday == on.weekday() and start <= of_day < end)
        or (weekday == (on.weekday() - 1) % 7 and start <= of_day + 1440 < end)
        for weekday, start, end in hours
    )


def may_start(rep: RepSupply, start: int, shape: MeetingShape, pool: PoolCalendar, window: Window) -> bool:
    """Whether nothing stands against this start; the grid and what the window lists are not looked at."""
    end = start + shape.duration
    minutes = range(start, end)
    last_guest_date = reading(window.guest_zone, window.now)[0] + timedelta(days=shape.horizon_days)
    padded = range(start - shape.buffer_before, end + shape.buffer_after)
    return (
        start >= window.now + shape.min_notice
        and all(reading(window.guest_zone, each)[0] < last_guest_date for each in minutes)
        and all(works(rep.hours, *reading(rep.zone, each)) for each in minutes)
        and all(reading(rep.zone, each)[0] not in rep.days_off | rep.holidays for each in minutes)
        and all(rep.last_day is None or reading(rep.zone, each)[0] <= rep.last_day for each in minutes)
        and all(reading(pool.zone, each)[0] not in pool.closed for each in minutes)
        and not any(begin <= each < finish for begin, finish in rep.busy for each in padded)
        and _keeps_its_distance(rep, start, end, shape)
        and _no_cap_is_full(rep, start)
    )


def _keeps_its_distance(rep: RepSupply, start: int, end: int, shape: MeetingShape) -> bool:
    for other in rep.reserved:
        if end <= other.start:
            if other.start - end < max(shape.buffer_after, other.buffer_before):
                return False
        elif other.end <= start:
            if start - other.end < max(other.buffer_after, shape.buffer_before):
                return False
        else:
            return False
    return True


def _no_cap_is_full(rep: RepSupply, start: int) -> bool:
    on = reading(rep.zone, start)[0]
    dates = [(reading(rep.zone, other.start)[0], other.in_pool) for other in rep.reserved]
    that_day = [in_pool for other_on, in_pool in dates if other_on == on]
    that_week = [in_pool for other_on, in_pool in dates if other_on.isocalendar()[:2] == on.isocalendar()[:2]]
    counts_and_caps = (
        (len(that_day), rep.daily_cap),
        (len(that_week), rep.weekly_cap),
        (sum(that_day), rep.member_daily_cap),
        (sum(that_week), rep.member_weekly_cap),
    )
    return all(cap is None or count < cap for count, cap in counts_and_caps)


def grid_starts(shape: MeetingShape, window: Window) -> list[int]:
    """Every instant of the window's dates at which the guest's clock stands on the step grid."""
    first = minute(f"{window.from_on} 00:00") - 1440
    last = minute(f"{window.to_on} 00:00") + 2 * 1440
    readings = ((instant, *reading(window.guest_zone, instant)) for instant in range(first, last))
    return [
        instant
        for instant, on, of_day in readings
        if of_day % shape.step == 0 and window.from_on <= on <= window.to_on
    ]


def offered_by_hand(
    rep: RepSupply, shape: MeetingShape, pool: PoolCalendar, window: Window
) -> tuple[int, ...]:
    """What `offered` should answer."""
    return tuple(
        start
        for start in grid_starts(shape, window)
        if (window.latest_start is None or start <= window.latest_start)
        and may_start(rep, start, shape, pool, window)
    )
