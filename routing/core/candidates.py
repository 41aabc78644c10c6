"""The starts of one window as one pool offers them, and what all of its reps have in common there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from routing.core.grid import Grid
from routing.core.hours import Hours, whole_days, worked
from routing.core.spans import Span
from routing.core.supply import MeetingShape, PoolCalendar, Window
from routing.core.zones import DAY, Stretch, day_number, instants_of, midnight, stretches, wall_minute


class Candidates:
    """Candidate starts under one shape, pool and window. Sets of starts are those of `grid`.

    What depends on hours or dates alone is worked out once for all reps that share them.
    """

    def __init__(
        self, starts: Sequence[int], shape: MeetingShape, pool: PoolCalendar, window: Window
    ) -> None:
        self.grid = Grid(starts)
        self.shape = shape
        self.pool = pool
        self.earliest_start = window.now + shape.min_notice
        self.latest_end = latest_end(shape, window)
        last = starts[-1] if starts else 0
        # A local date differs from the UTC one by at most a day.
        self._first_day = self.grid.origin // DAY - 1
        self._last_day = (last + shape.duration) // DAY + 1
        self._inside: dict[tuple[str, Hours], int] = {}
        self._meeting: dict[tuple[str, frozenset[date]], int] = {}

    def stretches(self, zone: str) -> tuple[Stretch, ...]:
        """The zone's stretches, over every ISO week (local to it) that a start can lie in."""
        return stretches(zone, self._first_day - 7, self._last_day + 7)

    def inside_hours(self, zone: str, hours: Hours) -> int:
        """The starts whose meeting lies within `hours` for its whole length."""
        key = (zone, hours)
        if key not in self._inside:
            walls = worked(hours, self._first_day, self._last_day)
            spans = instants_of(self.stretches(zone), walls)
            self._inside[key] = self.grid.touched(spans, 0, 1 - self.shape.duration)
        return self._inside[key]

    def meeting_on(self, zone: str, dates: frozenset[date]) -> int:
        """The starts whose meeting has any minute on one of `dates`, local to `zone`."""
        key = (zone, dates)
        if key not in self._meeting:
            walls = whole_days(dates, self._first_day, self._last_day)
            spans = instants_of(self.stretches(zone), walls)
            self._meeting[key] = self.grid.touched(spans, self.shape.duration - 1, 0)
        return self._meeting[key]

    def meeting_after(self, zone: str, last_day: date) -> int:
        """The starts whose meeting has any minute after the date `last_day`, local to `zone`."""
        walls = [((day_number(last_day) + 1) * DAY, (self._last_day + 2) * DAY)]
        spans = instants_of(self.stretches(zone), walls)
        return self.grid.touched(spans, self.shape.duration - 1, 0)

    def starting_on(self, zone: str, walls: Sequence[Span]) -> int:
        """The starts at which the clock in `zone` shows a minute of `walls`."""
        return self.grid.touched(instants_of(self.stretches(zone), walls), 0, 0)


def latest_end(shape: MeetingShape, window: Window) -> int:
    """When the horizon closes: the guest's midnight that begins the date `horizon_days` from today."""
    today = wall_minute(window.guest_zone, window.now) // DAY
    return midnight(window.guest_zone, today + shape.horizon_days)
