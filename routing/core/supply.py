"""What availability is computed from: a kind of meeting, a rep, a pool's calendar, the time asked about.

Instants are integer minutes since 1970-01-01 00:00 UTC, lengths are minutes, zones are IANA names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from routing.core.hours import Hours
from routing.core.spans import Span


@dataclass(frozen=True, slots=True)
class MeetingShape:
    """How long a meeting is, what it needs around it, on which grid and how far ahead it may start.

    Raises ValueError unless `duration` and `step` are positive.
    """

    duration: int
    step: int = 15
    buffer_before: int = 0
    buffer_after: int = 0
    min_notice: int = 0
    horizon_days: int = 30

    def __post_init__(self) -> None:
        if self.duration <= 0 or self.step <= 0:
            raise ValueError("A meeting's duration and step must be longer than 0 minutes.")


class Reserved(NamedTuple):
    """A booking that the rep already has, in any pool; `in_pool` if this pool's caps count it too."""

    start: int
    end: int
    buffer_before: int = 0
    buffer_after: int = 0
    in_pool: bool = True


@dataclass(frozen=True, slots=True)
class RepSupply:
    """One rep as a member of one pool: when they work, what they already have, how much they may take.

    `busy` are half-open intervals from calendars, in any order, odd seconds rounded outwards, gone through
    more than once. `reserved` must
    hold every booking that is not cancelled in each rep-local day and ISO week that the window touches: caps
    count all of it, the past days of the week too. `held` is kept for somebody else and counts like it. A cap
    of None is none. `holidays` are days off that come of the calendar of a country; after `last_day` the rep,
    who leaves, meets nobody.
    """

    rep_id: int
    zone: str
    hours: Hours
    days_off: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()
    last_day: date | None = None
    busy: Iterable[Span] = ()
    reserved: Sequence[Reserved] = ()
    held: Sequence[Reserved] = ()
    daily_cap: int | None = None
    weekly_cap: int | None = None
    member_daily_cap: int | None = None
    member_weekly_cap: int | None = None


@dataclass(frozen=True, slots=True)
class PoolCalendar:
    """The dates, local to `zone`, on which a pool meets nobody; its `hours` are for the SLA alone."""

    zone: str = "UTC"
    hours: Hours | None = None
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """What a guest asks to see: their dates `from_on` to `to_on`, both included, as of `now`.

    `guest_zone` is UTC when empty. `now` is rounded up to whole minutes. `latest_start` (included) leaves out
    what starts later. The dates and `latest_start` narrow what is listed; they make no start unavailable.
    """

    guest_zone: str
    from_on: date
    to_on: date
    now: int
    latest_start: int | None = None
