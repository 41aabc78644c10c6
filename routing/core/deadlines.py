"""Until when the first offerable start of a pool must lie: its SLA, in open time.

Instants and durations are integer minutes, instants since 1970-01-01 00:00 UTC. Open time is what a pool's
weekly hours cover on its own wall clock (all of every day where it has none) but for closed dates. Across a
DST change the minutes that really pass are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from routing.core.hours import Hours, whole_days, worked
from routing.core.spans import Span, without
from routing.core.zones import DAY, instants_of, stretches

# How far ahead open time is looked for: beyond every horizon, so that a deadline further off binds nothing.
SEARCH_DAYS = 5 * 366
_ALWAYS: Hours = tuple((weekday, 0, DAY) for weekday in range(7))
_DAYS_AT_ONCE = 28


def sla_deadline(
    entered: int, sla_minutes: int | None, hours: Hours | None, zone: str, closed: frozenset[date]
) -> int | None:
    """The last instant at which the first offerable start may lie, itself included.

    It is the earliest one by which `sla_minutes` of open time have passed since `entered`: with hours until
    18:00 it may be 18:00 sharp, never the next morning's opening. None means that nothing binds: there is no
    SLA, or the pool is not open that long within `SEARCH_DAYS`. Hours that are None or empty mean open around
    the clock.
    """
    if sla_minutes is None:
        return None
    if sla_minutes <= 0 or not (hours or closed):
        return entered + sla_minutes
    left = sla_minutes
    for start, end in _open_spans(entered, entered + SEARCH_DAYS * DAY, hours, zone, closed):
        if left <= end - start:
            return start + left
        left -= end - start
    return None


def open_minutes_between(
    start: int, end: int, hours: Hours | None, zone: str, closed: frozenset[date]
) -> int:
    """Minutes of open time from `start` to `end`; 0 if `end` is not after `start`."""
    return sum(until - since for since, until in _open_spans(start, end, hours, zone, closed))


def _open_spans(
    start: int, end: int, hours: Hours | None, zone: str, closed: frozenset[date]
) -> Iterator[Span]:
    """The open spans of instants within `start` to `end`, in order, found a few weeks at a time."""
    if start >= end:
        return
    for first_day in range(start // DAY, (end - 1) // DAY + 1, _DAYS_AT_ONCE):
        last_day = first_day + _DAYS_AT_ONCE - 1
        walls = worked(hours or _ALWAYS, first_day - 1, last_day + 1)
        # An interval begun on the last day may run on into the one after it.
        holes = whole_days(closed, first_day - 1, last_day + 2)
        for since, until in instants_of(stretches(zone, first_day, last_day), without(walls, holes)):
            since, until = max(since, start), min(until, end)
            if since < until:
                yield since, until
