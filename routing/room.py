"""How much a pool can still take: the meetings that fit into the coming days. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from routing import availability
from routing.core import slots
from routing.core.slots import MeetingShape
from routing.models import Pool


def meetings_that_fit(pool: Pool, *, now: datetime, days: int) -> int:
    """The most meetings that the pool's members could take within so many days, if nobody else took their time.

    Each rep's offered starts are filled one after the other, so that caps that are not yet full and starts that
    no guest wants make it less. A rep of several pools counts in each.
    """
    horizon = min(days, pool.meeting_type.horizon_days)
    view = availability.window("", now, horizon_days=horizon)
    stock = availability.supply(pool, {}, view, now=now)
    return sum(
        _one_after_the_other(slots.offered(rep, stock.shape, stock.calendar, view), stock.shape)
        for rep in stock.reps
    )


def _one_after_the_other(starts: Sequence[int], shape: MeetingShape) -> int:
    """How many of the starts, ascending minutes, leave room for each other; the earliest first is the most."""
    count, free_from = 0, None
    for start in starts:
        if free_from is None or start >= free_from:
            count += 1
            free_from = start + shape.duration + max(shape.buffer_before, shape.buffer_after)
    return count
