"""Lengths of time as people write them: ``30m``, ``2h``, ``3d``, ``2w``.

Minutes and hours are exact. Days and weeks are calendar days where a wall clock matters: ``before`` keeps the
clock time of a zone across a change of its offset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Unit = Literal["m", "h", "d", "w"]

MINUTES: dict[str, int] = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
LONGEST_DAYS = 3660
WORDS: dict[str, str] = {"m": "minute", "h": "hour", "d": "day", "w": "week"}

_SHAPE = re.compile(r"([0-9]{1,9})([mhdw])")


@dataclass(frozen=True)
class Duration:
    """A whole number of one unit, from nothing to about ten years; ``1d`` and ``24h`` are not equal.

    Raises ValueError, with a sentence for people, for anything else.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise ValueError(f"{self.unit!r} is no unit of time; use m, h, d or w")
        if self.amount < 0:
            raise ValueError("a duration cannot be negative")
        if self.amount * MINUTES[self.unit] > LONGEST_DAYS * MINUTES["d"]:
            raise ValueError(f"a duration is at most {LONGEST_DAYS} days")

    @property
    def minutes(self) -> int:
        """The length in minutes, a day counted as 24 hours."""
        return self.amount * MINUTES[self.unit]

    @property
    def delta(self) -> timedelta:
        """The length as an exact timedelta, a day counted as 24 hours."""
        return timedelta(minutes=self.minutes)

    @property
    def keeps_wall_clock(self) -> bool:
        """Whether the unit is counted on the calendar, in days."""
        return self.unit in ("d", "w")

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


def parse(text: object) -> Duration:
    """The duration that `text` spells; raises ValueError with a sentence for people when it spells none."""
    shape = _SHAPE.fullmatch(text) if isinstance(text, str) else None
    if shape is None:
        raise ValueError(f"{text!r} is not a duration; write for example 30m, 2h, 3d or 2w")
    return Duration(int(shape[1]), shape[2])  # type: ignore[arg-type]


def is_nothing(text: object) -> bool:
    """Whether `text` spells a duration of no length, in whatever unit."""
    shape = _SHAPE.fullmatch(text) if isinstance(text, str) else None
    return shape is not None and int(shape[1]) == 0


def from_minutes(minutes: int) -> Duration:
    """The same length in the largest unit that holds it exactly: 90 is ``90m``, 1440 is ``1d``.

    Not for reminder offsets, where a day and 24 hours differ.
    """
    unit = next((unit for unit in "wdh" if minutes and minutes % MINUTES[unit] == 0), "m")
    return Duration(minutes // MINUTES[unit], unit)  # type: ignore[arg-type]


def in_words(duration: Duration) -> str:
    """The duration in English: ``3 days``, ``1 hour``."""
    word = WORDS[duration.unit]
    return f"{duration.amount} {word if duration.amount == 1 else word + 's'}"


def before(instant: datetime, duration: Duration, zone: ZoneInfo) -> datetime:
    """The aware UTC instant that lies `duration` before `instant`.

    Days and weeks keep the wall clock of `zone`: a time that the zone skips becomes the first instant after
    the gap, a time that occurs twice the earlier one. Hours and minutes are exact. Raises ValueError for a
    naive instant.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    if not duration.keeps_wall_clock or duration.amount == 0:
        return instant.astimezone(UTC) - duration.delta
    wall = instant.astimezone(zone).replace(tzinfo=None, fold=0) - duration.delta
    return at_wall_clock(wall, zone)


def at_wall_clock(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` show the naive `wall`; gaps and folds as in `before`."""
    earlier = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if earlier.astimezone(zone).replace(tzinfo=None) == wall:
        return earlier
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The transition that skips `wall`.

    PEP 495: in a gap fold=1 reads the new offset and so lies before the transition, fold=0 the old one and
    lies after it; offsets change on whole seconds.
    """
    low = wall.replace(tzinfo=zone, fold=1, microsecond=0).astimezone(UTC)
    high = wall.replace(tzinfo=zone, fold=0, microsecond=0).astimezone(UTC)
    old_offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == old_offset:
            low = middle
        else:
            high = middle
    return high


def first_out_of_order(lengths: Sequence[Duration]) -> tuple[Duration, Duration] | None:
    """The first two neighbours of which the second is longer; None when none is. A day counts as 24 hours."""
    for earlier, later in pairwise(lengths):
        if later.minutes > earlier.minutes:
            return earlier, later
    return None
