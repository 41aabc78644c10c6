"""Half-open intervals `(start, end)` of integer minutes, on whichever axis the caller counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]


class Spans:
    """Intervals as two columns of equal length, for the many that are read and gone through once.

    A third of the memory that pairs take, and nothing in it for the garbage collector to visit.
    """

    __slots__ = ("ends", "starts")

    def __init__(self, starts: Sequence[int] = (), ends: Sequence[int] = ()) -> None:
        self.starts = starts
        self.ends = ends

    def __iter__(self) -> Iterator[Span]:
        return zip(self.starts, self.ends, strict=True)

    def __len__(self) -> int:
        return len(self.starts)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same minutes as sorted, disjoint spans; adjacent ones are joined, empty ones dropped."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def without(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """The minutes of `spans` in none of `holes`; all three lists sorted and disjoint, as from `merged`."""
    left: list[Span] = []
    first_hole = 0
    for start, end in spans:
        while first_hole < len(holes) and holes[first_hole][1] <= start:
            first_hole += 1
        for hole_start, hole_end in holes[first_hole:]:
            if hole_start >= end:
                break
            if start < hole_start:
                left.append((start, hole_start))
            start = hole_end
        if start < end:
            left.append((start, end))
    return left
