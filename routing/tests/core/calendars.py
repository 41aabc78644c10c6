"""The plain case that the examples vary: a rep at work around the clock, half an hour to meet, no limits."""

from __future__ import annotations

from datetime import date

from routing.core.slots import MeetingShape, PoolCalendar, RepSupply, Window, offered
from routing.tests.core.brute_force import clock, minute

ALWAYS = tuple((weekday, 0, 1440) for weekday in range(7))
OFFICE = tuple((weekday, 540, 1020) for weekday in range(5))
HALF_HOUR = MeetingShape(duration=30, step=30, horizon_days=366)
POOL = PoolCalendar()


def rep_in(zone: str, **changes: object) -> RepSupply:
    """A rep of this zone who always works, but for what is given otherwise."""
    return RepSupply(**{"rep_id": 1, "zone": zone, "hours": ALWAYS, **changes})


def seen_from(zone: str, from_on: str, to_on: str | None = None, now: str = "2026-01-01 00:00") -> Window:
    """A guest's window; `now` is read in UTC."""
    return Window(zone, date.fromisoformat(from_on), date.fromisoformat(to_on or from_on), minute(now))


def times_offered(
    rep: RepSupply, window: Window, shape: MeetingShape = HALF_HOUR, pool: PoolCalendar = POOL
) -> list[str]:
    """What is offered, as `08 09:30`: day of the month and time on the guest's clock."""
    return [clock(window.guest_zone, start)[8:] for start in offered(rep, shape, pool, window)]
