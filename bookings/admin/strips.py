"""Days as strips of colour on one axis of hours: cheap to draw for every rep and day, readable on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bookings.story.days import CAUSES, OUTSIDE, TONES, clock, span
from routing.core.strips import DayStrip

DAY, HOUR = 1440, 60
OFFICE = (8 * HOUR, 18 * HOUR)
"""Shown where nobody works at all."""
MOST_MARKS = 9


@dataclass(frozen=True)
class Axis:
    """Minutes of a day, whole hours at both ends."""

    since: int
    until: int

    def place(self, minute: int) -> float:
        """Percent from the left."""
        inside = min(max(minute, self.since), self.until)
        return round(100 * (inside - self.since) / (self.until - self.since), 3)

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Hours worth naming, each with its place; the last is left off, since it would hang over the edge."""
        hours = (self.until - self.since) // HOUR
        every = next(step for step in (1, 2, 3, 4, 6) if hours / step <= MOST_MARKS)
        return [(self.place(at), clock(at)[:2]) for at in range(self.since, self.until, every * HOUR)]


@dataclass(frozen=True)
class Piece:
    """A part of a strip: where it begins and how wide it is in percent, and what it says when pointed at."""

    left: float
    width: float
    tone: str
    title: str


def axis_of(days: Iterable[DayStrip]) -> Axis:
    """The hours in which anybody works, whole ones."""
    inside = [each for day in days for each in day.stretches if each.code != OUTSIDE]
    since = min((each.since for each in inside), default=OFFICE[0]) // HOUR * HOUR
    until = -(-max((each.until for each in inside), default=OFFICE[1]) // HOUR) * HOUR
    return Axis(since, min(max(until, since + HOUR), DAY))


def pieces(day: DayStrip, axis: Axis) -> list[Piece]:
    """The day without its hours off work."""
    return [
        piece(axis, each.since, each.until, TONES[each.code], f"{span(each)}: {CAUSES[each.code]}")
        for each in day.stretches
        if each.code != OUTSIDE
    ]


def piece(axis: Axis, since: int, until: int, tone: str, title: str) -> Piece:
    left = axis.place(since)
    return Piece(left, round(axis.place(until) - left, 3), tone, title)


def tones_of(codes: Sequence[str]) -> list[tuple[str, str]]:
    """For a legend: each code's colour and words."""
    return [(TONES[code], CAUSES[code]) for code in codes]
