"""What can keep a rep's meeting from starting, one rule each.

A start is offered when no rule takes it away; where several do, the first of `RULES` is named as the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from routing.core.candidates import Candidates
from routing.core.spans import Span
from routing.core.supply import MeetingShape, RepSupply, Reserved
from routing.core.zones import DAY, day_number, wall_minute, weekday_of

Detail = dict[str, int | str]


class Rule(NamedTuple):
    """`taken` is the set of starts taken from a rep, `detail` the figures behind it for one start taken."""

    code: str
    taken: Callable[[Candidates, RepSupply], int]
    detail: Callable[[Candidates, RepSupply, int], Detail]


def _outside_hours(candidates: Candidates, rep: RepSupply) -> int:
    return candidates.grid.full & ~candidates.inside_hours(rep.zone, rep.hours)


def _local_time(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    day, minute = divmod(wall_minute(rep.zone, start), DAY)
    return {"weekday": weekday_of(day), "minute": minute}


def _day_off(candidates: Candidates, rep: RepSupply) -> int:
    return candidates.meeting_on(rep.zone, rep.days_off) if rep.days_off else 0


def _date_off(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    return _date_met(rep.zone, rep.days_off, start, candidates)


def _public_holiday(candidates: Candidates, rep: RepSupply) -> int:
    return candidates.meeting_on(rep.zone, rep.holidays) if rep.holidays else 0


def _holiday_met(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    return _date_met(rep.zone, rep.holidays, start, candidates)


def _left(candidates: Candidates, rep: RepSupply) -> int:
    return candidates.meeting_after(rep.zone, rep.last_day) if rep.last_day else 0


def _last_day(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    return {"last_day": rep.last_day.isoformat()} if rep.last_day else {}


def _closed(candidates: Candidates, rep: RepSupply) -> int:
    pool = candidates.pool
    return candidates.meeting_on(pool.zone, pool.closed) if pool.closed else 0


def _date_closed(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    return _date_met(candidates.pool.zone, candidates.pool.closed, start, candidates)


def _date_met(zone: str, dates: frozenset[date], start: int, candidates: Candidates) -> Detail:
    last_minute = start + candidates.shape.duration - 1
    first, last = wall_minute(zone, start) // DAY, wall_minute(zone, last_minute) // DAY
    return {"on": min(on for on in dates if first <= day_number(on) <= last).isoformat()}


def _too_soon(candidates: Candidates, rep: RepSupply) -> int:
    return candidates.grid.before(candidates.earliest_start)


def _earliest(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    return {"earliest": candidates.earliest_start}


def _beyond_horizon(candidates: Candidates, rep: RepSupply) -> int:
    latest_start = candidates.latest_end - candidates.shape.duration
    return candidates.grid.full & ~candidates.grid.before(latest_start + 1)


def _horizon(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    return {"latest_end": candidates.latest_end}


def _busy(candidates: Candidates, rep: RepSupply) -> int:
    shape = candidates.shape
    return candidates.grid.touched(rep.busy, shape.duration + shape.buffer_after - 1, shape.buffer_before)


def _event_met(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    shape = candidates.shape
    since, until = start - shape.buffer_before, start + shape.duration + shape.buffer_after
    met = min((begin, end) for begin, end in rep.busy if begin < end and begin < until and since < end)
    return {"start": met[0], "end": met[1]}


def _with_gaps(shape: MeetingShape, bookings: Sequence[Reserved]) -> list[Span]:
    """The instants of each booking and of the gaps that must lie between it and a meeting of this shape."""
    before, after = shape.buffer_before, shape.buffer_after
    return [
        (
            start - (after if after > its_before else its_before),
            end + (before if before > its_after else its_after),
        )
        for start, end, its_before, its_after, _ in bookings
    ]


def _booked(candidates: Candidates, rep: RepSupply) -> int:
    spans = _with_gaps(candidates.shape, rep.reserved)
    return candidates.grid.touched(spans, candidates.shape.duration - 1, 0)


def _booking_met(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    end = start + candidates.shape.duration
    spans = _with_gaps(candidates.shape, rep.reserved)
    met = min(
        booking
        for booking, (since, until) in zip(rep.reserved, spans, strict=True)
        if start < until and since < end
    )
    return {"start": met.start, "end": met.end}


def _held(candidates: Candidates, rep: RepSupply) -> int:
    if not rep.held:
        return 0
    return candidates.grid.touched(_with_gaps(candidates.shape, rep.held), candidates.shape.duration - 1, 0)


def _nothing_more(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
    """Who holds it, and when else, is nobody's business."""
    return {}


def _cap(code: str, cap_of: Callable[[RepSupply], int | None], *, weekly: bool, in_pool: bool) -> Rule:
    """The rule that a rep-local day, or ISO week, holds no more bookings, all or the pool's, than a cap."""
    # Wall minute 0 is a Thursday's midnight; ISO weeks begin three days before it.
    length, ahead = (7 * DAY, 3 * DAY) if weekly else (DAY, 0)

    def counts(candidates: Candidates, rep: RepSupply) -> dict[int, int]:
        """Bookings by the day or week, counted from wall minute 0, in which they start."""
        found: dict[int, int] = {}
        for begin, finish, offset in candidates.stretches(rep.zone):
            for start, _, _, _, is_in_pool in chain(rep.reserved, rep.held):
                if begin <= start < finish and (is_in_pool or not in_pool):
                    period = (start + offset + ahead) // length
                    found[period] = found.get(period, 0) + 1
        return found

    def taken(candidates: Candidates, rep: RepSupply) -> int:
        cap = cap_of(rep)
        if cap is None or len(rep.reserved) + len(rep.held) < cap:
            return 0
        if cap <= 0:
            return candidates.grid.full
        full = [period for period, count in counts(candidates, rep).items() if count >= cap]
        walls = [(period * length - ahead, (period + 1) * length - ahead) for period in full]
        return candidates.starting_on(rep.zone, walls) if walls else 0

    def detail(candidates: Candidates, rep: RepSupply, start: int) -> Detail:
        period = (wall_minute(rep.zone, start) + ahead) // length
        return {"count": counts(candidates, rep).get(period, 0), "cap": cap_of(rep) or 0}

    return Rule(code, taken, detail)


RULES = (
    Rule("outside_hours", _outside_hours, _local_time),
    Rule("left", _left, _last_day),
    Rule("day_off", _day_off, _date_off),
    Rule("public_holiday", _public_holiday, _holiday_met),
    Rule("closed", _closed, _date_closed),
    Rule("too_soon", _too_soon, _earliest),
    Rule("beyond_horizon", _beyond_horizon, _horizon),
    Rule("busy", _busy, _event_met),
    Rule("booked", _booked, _booking_met),
    Rule("held", _held, _nothing_more),
    _cap("daily_cap", attrgetter("daily_cap"), weekly=False, in_pool=False),
    _cap("weekly_cap", attrgetter("weekly_cap"), weekly=True, in_pool=False),
    _cap("pool_daily_cap", attrgetter("member_daily_cap"), weekly=False, in_pool=True),
    _cap("pool_weekly_cap", attrgetter("member_weekly_cap"), weekly=True, in_pool=True),
)


def offered_set(candidates: Candidates, rep: RepSupply) -> int:
    """The starts that no rule takes from the rep."""
    taken = 0
    for rule in RULES:
        taken |= rule.taken(candidates, rep)
    return candidates.grid.full & ~taken
