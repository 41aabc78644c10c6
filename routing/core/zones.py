"""Wall clocks: between instants and the minutes that a clock in a zone shows.

An instant is a number of minutes since 1970-01-01 00:00 UTC. A wall minute is the same count read off a local
clock: `wall // 1440` numbers the local date, `wall % 1440` is the minute of the day. A zone is a list of
stretches of constant offset; every question becomes integer arithmetic inside one stretch, which gets gaps
(wall minutes in no stretch) and folds (wall minutes in two) right without naming them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from routing.core.spans import Span, merged

DAY = 1440
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()


class Stretch(NamedTuple):
    """Instants `start` to `end` (excluded), through which local clocks run `offset` minutes ahead of UTC."""

    start: int
    end: int
    offset: int


def offset_at(zone: str, instant: int) -> int:
    """Minutes that clocks in `zone` (UTC if empty) are ahead of UTC at `instant`.

    Raises zoneinfo.ZoneInfoNotFoundError for a zone that does not exist.
    """
    offset = (_EPOCH + timedelta(minutes=instant)).astimezone(ZoneInfo(zone or "UTC")).utcoffset()
    assert offset is not None
    return int(offset.total_seconds() // 60)


def wall_minute(zone: str, instant: int) -> int:
    """What a clock in `zone` shows at `instant`, as a wall minute."""
    return instant + offset_at(zone, instant)


def day_number(on: date) -> int:
    """Days from 1970-01-01 to `on`: `day_number(on) * DAY` is the wall minute at which the date begins."""
    return on.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """The date with this `day_number`."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def weekday_of(day: int) -> int:
    """Monday 0 to Sunday 6 of the date with this `day_number`."""
    return (day + 3) % 7


def day_span(day: int) -> Span:
    """The wall minutes of the date with this `day_number`."""
    return day * DAY, (day + 1) * DAY


@lru_cache(maxsize=1024)
def stretches(zone: str, first_day: int, last_day: int) -> tuple[Stretch, ...]:
    """The stretches of `zone` that make up the UTC days `first_day` to `last_day`, both included.

    Offsets are looked up once a day and the change is sought by halving where two days differ. Two changes
    that cancel out within 24 hours would be missed; there are none in the database.
    """
    bounds = [first_day * DAY]
    offsets = [offset_at(zone, bounds[0])]
    for midnight in range((first_day + 1) * DAY, (last_day + 1) * DAY + 1, DAY):
        after = offset_at(zone, midnight)
        if after != offsets[-1]:
            bounds.append(_change(zone, midnight - DAY, midnight))
            offsets.append(after)
    bounds.append((last_day + 1) * DAY)
    return tuple(map(Stretch, bounds, bounds[1:], offsets))


def _change(zone: str, before: int, after: int) -> int:
    """The first instant with another offset than `before` has, given that `after` has another."""
    offset = offset_at(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if offset_at(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def instants_of(pieces: Iterable[Stretch], walls: Iterable[Span]) -> list[Span]:
    """The instants, within these stretches, at which the clock shows a minute of `walls`, as merged spans."""
    walls = tuple(walls)
    found = []
    for begin, finish, offset in pieces:
        low, high = begin + offset, finish + offset
        for start, end in walls:
            if start < high and low < end:
                found.append((max(start, low) - offset, min(end, high) - offset))
    return merged(found)


def midnight(zone: str, day: int) -> int:
    """The instant at which the date with this `day_number` begins in `zone`.

    Where 00:00 is skipped it is the first instant after the gap, where it comes twice the first of the two.
    """
    pieces = stretches(zone, day - 1, day + 1)
    wall = day * DAY
    return next(max(piece.start, wall - piece.offset) for piece in pieces if wall < piece.end + piece.offset)
