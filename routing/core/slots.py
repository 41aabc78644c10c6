"""Availability: when a rep, or any rep of a pool, can take a meeting, and why not.

Starts are integer minutes since 1970-01-01 00:00 UTC. A start is offered for a rep when it lies on the step
grid of the guest's wall clock and no rule of `routing.core.rules` takes it away.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from routing.core.candidates import Candidates, latest_end
from routing.core.grid import Grid, starts_on_grid
from routing.core.rules import RULES, Detail, offered_set
from routing.core.supply import MeetingShape, PoolCalendar, RepSupply, Reserved, Window
from routing.core.zones import DAY, date_of, day_number, day_span, wall_minute

__all__ = [
    "REASONS",
    "DayAccount",
    "MeetingShape",
    "PoolCalendar",
    "PoolStarts",
    "Reason",
    "RepSupply",
    "Reserved",
    "Window",
    "day_account",
    "first_start",
    "first_starts",
    "is_free",
    "objections",
    "offered",
    "pool_starts",
    "taken_by_reason",
    "why_not",
    "why_not_each",
]

OFF_GRID = "off_grid"
REASONS = (OFF_GRID, *(rule.code for rule in RULES))

# Starts looked at first when only the earliest offered one is wanted; each further look takes twice as many.
_FIRST_LOOK = 192


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a start is not offered: a code of `REASONS`, with the numbers and dates behind it."""

    code: str
    detail: Detail


@dataclass(frozen=True, slots=True)
class DayAccount:
    """What became of the starts on one date of the guest: `grid == offered + sum(taken.values())`.

    `taken` counts them by the first reason that holds, codes that took none left out.
    """

    on: date
    grid: int
    offered: int
    taken: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class PoolStarts:
    """The starts that any rep of a pool can take, ascending, and who can take each."""

    starts: tuple[int, ...]
    grid: Grid
    sets: Mapping[int, int]

    def reps_at(self, start: int) -> tuple[int, ...]:
        """Ids of the reps free at `start`, in the order they were given; none if it is not offered."""
        index = bisect_left(self.grid.starts, start)
        if self.grid.starts[index : index + 1] != (start,):
            return ()
        return tuple(rep_id for rep_id, chosen in self.sets.items() if chosen >> index & 1)

    def starts_of(self, rep_id: int) -> tuple[int, ...]:
        """The starts that one rep can take, ascending; none for a rep who is not of the pool."""
        return self.grid.members(self.sets.get(rep_id, 0))

    def reps(self) -> tuple[int, ...]:
        """Ids of the reps who can take at least one start, in the order they were given."""
        return tuple(rep_id for rep_id, chosen in self.sets.items() if chosen)


def offered(rep: RepSupply, shape: MeetingShape, pool: PoolCalendar, window: Window) -> tuple[int, ...]:
    """The starts offered for one rep, ascending."""
    candidates = Candidates(_listed(shape, window), shape, pool, window)
    return candidates.grid.members(offered_set(candidates, rep))


def pool_starts(
    reps: Iterable[RepSupply], shape: MeetingShape, pool: PoolCalendar, window: Window
) -> PoolStarts:
    """The union of what is offered for the reps, who have distinct ids."""
    candidates = Candidates(_listed(shape, window), shape, pool, window)
    sets = {rep.rep_id: offered_set(candidates, rep) for rep in reps}
    union = 0
    for chosen in sets.values():
        union |= chosen
    return PoolStarts(candidates.grid.members(union), candidates.grid, sets)


def first_start(
    reps: Sequence[RepSupply], shape: MeetingShape, pool: PoolCalendar, window: Window
) -> int | None:
    """The earliest start offered for any of the reps, None if there is none."""
    for candidates in _looks(shape, pool, window):
        union = 0
        for rep in reps:
            union |= offered_set(candidates, rep)
        if union:
            return candidates.grid.first(union)
    return None


def first_starts(
    reps: Iterable[RepSupply], shape: MeetingShape, pool: PoolCalendar, window: Window
) -> dict[int, int | None]:
    """The earliest start offered for each of the reps, by id; None where there is none."""
    left = {rep.rep_id: rep for rep in reps}
    found: dict[int, int | None] = dict.fromkeys(left)
    for candidates in _looks(shape, pool, window):
        for rep_id, rep in list(left.items()):
            if chosen := offered_set(candidates, rep):
                found[rep_id] = candidates.grid.first(chosen)
                del left[rep_id]
        if not left:
            break
    return found


def _looks(shape: MeetingShape, pool: PoolCalendar, window: Window) -> Iterator[Candidates]:
    """The listed starts in their order: a few first, then more and more."""
    starts, look = _listed(shape, window), _FIRST_LOOK
    while starts:
        yield Candidates(starts[:look], shape, pool, window)
        starts, look = starts[look:], look * 2


def is_free(rep: RepSupply, start: int, shape: MeetingShape, pool: PoolCalendar, window: Window) -> bool:
    """Whether the rep can take this very start, on whatever date it lies; `why_not` tells why not."""
    if not _on_grid(start, shape, window):
        return False
    candidates = Candidates((start,), shape, pool, window)
    return not any(rule.taken(candidates, rep) for rule in RULES)


def why_not(
    rep: RepSupply, start: int, shape: MeetingShape, pool: PoolCalendar, window: Window
) -> Reason | None:
    """The first reason, in the order of `REASONS`, why the rep cannot take this start; None if they can.

    The window's dates and `latest_start` are no reasons. `detail` holds, by code: off_grid `step`;
    outside_hours `weekday` (Monday 0) and `minute` of the start on the rep's clock; left `last_day`, and
    day_off, public_holiday and closed `on`, ISO dates; too_soon `earliest`; beyond_horizon `latest_end`;
    busy and booked the `start` and `end` of the first thing in the way; the caps `count` and `cap`; held nothing.
    """
    return why_not_each([rep], start, shape, pool, window)[rep.rep_id]


def why_not_each(
    reps: Iterable[RepSupply], start: int, shape: MeetingShape, pool: PoolCalendar, window: Window
) -> dict[int, Reason | None]:
    """`why_not` of each of the reps, by id."""
    if not _on_grid(start, shape, window):
        return {rep.rep_id: Reason(OFF_GRID, {"step": shape.step}) for rep in reps}
    candidates = Candidates((start,), shape, pool, window)
    return {rep.rep_id: _first_reason(candidates, rep, start) for rep in reps}


def _first_reason(candidates: Candidates, rep: RepSupply, start: int) -> Reason | None:
    for rule in RULES:
        if rule.taken(candidates, rep):
            return Reason(rule.code, rule.detail(candidates, rep, start))
    return None


def taken_by_reason(
    reps: Iterable[RepSupply], shape: MeetingShape, pool: PoolCalendar, window: Window
) -> dict[int, dict[str, int]]:
    """For each rep, how many starts of the window each reason takes, by the first that holds; those taking none
    are left out. Starts that notice, horizon or `latest_start` cut off are not looked at."""
    candidates = Candidates(_listed(shape, window), shape, pool, window)
    found = {}
    for rep in reps:
        left, taken = candidates.grid.full, {}
        for rule in RULES:
            lost = left & rule.taken(candidates, rep)
            left ^= lost
            if lost:
                taken[rule.code] = lost.bit_count()
        found[rep.rep_id] = taken
    return found


def objections(
    rep: RepSupply, start: int, shape: MeetingShape, pool: PoolCalendar, codes: Collection[str]
) -> tuple[Reason, ...]:
    """All of these reasons that hold against a meeting at this start, in the order of `REASONS`."""
    window = Window("", date_of(start // DAY), date_of(start // DAY), start)
    candidates = Candidates((start,), shape, pool, window)
    return tuple(
        Reason(rule.code, rule.detail(candidates, rep, start))
        for rule in RULES
        if rule.code in codes and rule.taken(candidates, rep)
    )


def day_account(
    rep: RepSupply, shape: MeetingShape, pool: PoolCalendar, window: Window
) -> tuple[DayAccount, ...]:
    """For each date of the window, how many starts its grid has and what became of them.

    `latest_start` is ignored. The caller bounds the window: every date in it is gone through, those beyond
    the horizon too.
    """
    first_day, last_day = day_number(window.from_on), day_number(window.to_on)
    starts = starts_on_grid(window.guest_zone, first_day, last_day, shape.step)
    candidates = Candidates(starts, shape, pool, window)
    left, lost = candidates.grid.full, {}
    for rule in RULES:
        lost[rule.code] = left & rule.taken(candidates, rep)
        left ^= lost[rule.code]
    accounts = []
    for day in range(first_day, last_day + 1):
        of_day = candidates.starting_on(window.guest_zone, [day_span(day)])
        taken = {code: (chosen & of_day).bit_count() for code, chosen in lost.items() if chosen & of_day}
        accounts.append(DayAccount(date_of(day), of_day.bit_count(), (left & of_day).bit_count(), taken))
    return tuple(accounts)


def _on_grid(start: int, shape: MeetingShape, window: Window) -> bool:
    return wall_minute(window.guest_zone, start) % DAY % shape.step == 0


def _listed(shape: MeetingShape, window: Window) -> list[int]:
    """The grid's starts on the window's dates, less those that notice, horizon and `latest_start` cut off."""
    zone = window.guest_zone
    earliest = window.now + shape.min_notice
    latest = latest_end(shape, window) - shape.duration
    if window.latest_start is not None:
        latest = min(latest, window.latest_start)
    if latest < earliest:
        return []
    # A day more on each side, for clocks set back over midnight.
    first_day = max(day_number(window.from_on), wall_minute(zone, earliest) // DAY - 1)
    last_day = min(day_number(window.to_on), wall_minute(zone, latest) // DAY + 1)
    starts = starts_on_grid(zone, first_day, last_day, shape.step) if first_day <= last_day else []
    return starts[bisect_left(starts, earliest) : bisect_right(starts, latest)]
