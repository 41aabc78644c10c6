"""Weekly hours on a wall clock, spread over dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from routing.core.spans import Span, merged
from routing.core.zones import DAY, day_number, day_span, weekday_of

# Rows (weekday, start, end): Monday is 0, minutes count from that day's midnight, an end past 1440 lies in
# the next day.
Hours = tuple[tuple[int, int, int], ...]


def worked(hours: Hours, first_day: int, last_day: int) -> list[Span]:
    """The wall minutes inside `hours` on the days `first_day` to `last_day`, as merged spans.

    What an interval begun the day before runs into `first_day` is in, what one runs past `last_day` may be.
    """
    by_weekday: defaultdict[int, list[Span]] = defaultdict(list)
    for weekday, start, end in hours:
        by_weekday[weekday].append((start, end))
    return merged(
        (day * DAY + start, day * DAY + end)
        for day in range(first_day - 1, last_day + 1)
        for start, end in by_weekday[weekday_of(day)]
    )


def whole_days(dates: Iterable[date], first_day: int, last_day: int) -> list[Span]:
    """The wall minutes of those of `dates` that lie between `first_day` and `last_day`, as merged spans."""
    return merged(day_span(day) for day in map(day_number, dates) if first_day <= day <= last_day)
