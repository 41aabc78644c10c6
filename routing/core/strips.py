"""What became of a rep's day, start by start: which can be had, and what took each of the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from routing.core.candidates import Candidates
from routing.core.grid import starts_on_grid
from routing.core.rules import RULES
from routing.core.supply import MeetingShape, PoolCalendar, RepSupply, Window
from routing.core.zones import DAY, date_of, day_number, wall_minute

OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Starts that follow each other on the grid and share one fate: `offered`, or the code of a rule.

    `first` and `last` are the starts' instants, `since` and `until` minutes of the guest's day: the wall clock
    at the first start and a step after the last.
    """

    code: str
    first: int
    last: int
    since: int
    until: int
    count: int


@dataclass(frozen=True, slots=True)
class DayStrip:
    """One of the guest's dates for one rep, as stretches in their order; together they are the day's grid."""

    on: date
    stretches: tuple[Stretch, ...]

    def count(self, *codes: str) -> int:
        return sum(each.count for each in self.stretches if each.code in codes)


def day_strips(
    reps: Iterable[RepSupply], shape: MeetingShape, pool: PoolCalendar, window: Window
) -> dict[int, tuple[DayStrip, ...]]:
    """For each rep, by id, the window's dates. A start counts for the first rule that takes it.

    Dates beyond the horizon are there too, `latest_start` is not looked at. The caller bounds the window.
    """
    first, last = day_number(window.from_on), day_number(window.to_on)
    starts = starts_on_grid(window.guest_zone, first, last, shape.step)
    candidates = Candidates(starts, shape, pool, window)
    walls = [wall_minute(window.guest_zone, start) for start in candidates.grid.starts]
    return {
        rep.rep_id: tuple(
            DayStrip(date_of(day), _stretches(day, walls, candidates.grid.starts, fates, shape.step))
            for day in range(first, last + 1)
        )
        for rep in reps
        for fates in [_fates(candidates, rep)]
    }


def _fates(candidates: Candidates, rep: RepSupply) -> list[str]:
    """What became of each start, in the grid's order."""
    fates = [OFFERED] * len(candidates.grid.starts)
    left = candidates.grid.full
    for rule in RULES:
        lost = left & rule.taken(candidates, rep)
        left ^= lost
        for place, bit in enumerate(bin(lost)[:1:-1]):
            if bit == "1":
                fates[place] = rule.code
    return fates


def _stretches(
    day: int, walls: Sequence[int], starts: Sequence[int], fates: Sequence[str], step: int
) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for wall, start, fate in zip(walls, starts, fates, strict=True):
        if wall // DAY != day:
            continue
        before = found[-1] if found else None
        since = wall % DAY
        if before is not None and before.code == fate and before.until == since:
            found[-1] = Stretch(fate, before.first, start, before.since, since + step, before.count + 1)
        else:
            found.append(Stretch(fate, start, start, since, since + step, 1))
    return tuple(found)
