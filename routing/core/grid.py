"""Candidate starts, and sets of them as the bits of one integer.

Bit i of a set stands for the i-th start. A table from minutes to ranks turns an interval of instants into its
run of bits by two look-ups, so that a rep's whole window is a few hundred shifts of one integer instead of a
walk over every start, whatever the grid's gaps (steps that do not divide a day, dates with a DST change).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress, pairwise

from routing.core.spans import Span
from routing.core.zones import DAY, stretches


def starts_on_grid(zone: str, first_day: int, last_day: int, step: int) -> list[int]:
    """The grid's instants on the dates `first_day` to `last_day` of `zone`, both included, ascending.

    They are those at which its clock shows a multiple of `step` minutes since local midnight: times that are
    skipped are not among them, times that come twice are there twice.
    """
    starts: list[int] = []
    for begin, finish, offset in stretches(zone, first_day - 1, last_day + 1):
        low, high = max(begin + offset, first_day * DAY), min(finish + offset, (last_day + 1) * DAY)
        for day_start in range(low // DAY * DAY, high, DAY):
            skipped = -(-max(low - day_start, 0) // step) * step
            starts.extend(range(day_start + skipped - offset, min(day_start + DAY, high) - offset, step))
    return starts


class Grid:
    """Ascending starts; `ranks[m]` counts those before instant `origin + m`, for m from 0 to `reach`."""

    __slots__ = ("full", "origin", "ranks", "reach", "starts")

    def __init__(self, starts: Sequence[int]) -> None:
        self.starts = tuple(starts)
        self.full = (1 << len(self.starts)) - 1
        self.origin = self.starts[0] if self.starts else 0
        self.ranks = [0]
        for rank, (start, following) in enumerate(pairwise(self.starts), 1):
            self.ranks += (rank,) * (following - start)
        if self.starts:
            self.ranks.append(len(self.starts))
        self.reach = len(self.ranks) - 1

    def before(self, instant: int) -> int:
        """The set of starts before `instant`."""
        return (1 << self.ranks[min(max(instant - self.origin, 0), self.reach)]) - 1

    def touched(self, spans: Iterable[Span], lead: int, trail: int) -> int:
        """The set of starts from `lead` minutes before a span's start on, and before its end plus `trail`.

        Spans may overlap and come in any order; empty ones are passed over. This loop runs for every event of
        every rep and is where the time of a large pool goes: hence no calls in it.
        """
        ranks, reach = self.ranks, self.reach
        lead += self.origin
        trail -= self.origin
        chosen = 0
        for start, end in spans:
            if start < end:
                low, high = start - lead, end + trail
                if low < 0:
                    low = 0
                if high > reach:
                    high = reach
                if low < high:
                    rank = ranks[low]
                    chosen |= ((1 << (ranks[high] - rank)) - 1) << rank
        return chosen

    def members(self, chosen: int) -> tuple[int, ...]:
        """The starts in a set, ascending."""
        return tuple(compress(self.starts, map(int, bin(chosen)[:1:-1])))

    def first(self, chosen: int) -> int:
        """The earliest start in a set that is not empty."""
        return self.starts[(chosen & -chosen).bit_length() - 1]
