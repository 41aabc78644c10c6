"""Instants that come once a week on a wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 7


def latest(weekday: int, minute: int, zone: str, at: datetime) -> datetime:
    """The last such instant up to `at`, in UTC. Weekdays count from Monday, 0; minutes from midnight.

    A wall-clock time that a change of clocks skips means the instant as far after the change; one that comes
    twice means the first.
    """
    place = ZoneInfo(zone)
    today = at.astimezone(place).date()
    day = today - timedelta(days=(today.weekday() - weekday) % DAYS)
    found = datetime.combine(day, time(minute // 60, minute % 60), place).astimezone(UTC)
    if found > at:
        found = datetime.combine(
            day - timedelta(days=DAYS), time(minute // 60, minute % 60), place
        ).astimezone(UTC)
    return found


def span(since: str, until: str) -> tuple[datetime, datetime]:
    """The first and the last instant of a week that is told by its bounds, of which the later is not in it."""
    return datetime.fromisoformat(since), datetime.fromisoformat(until) - timedelta(minutes=1)


def days(first: datetime, last: datetime, zone: str) -> dict[str, str]:
    """The dates on the zone's clock, as `since` and `until`."""
    place = ZoneInfo(zone)
    return {name: f"{at.astimezone(place):%Y-%m-%d}" for name, at in (("since", first), ("until", last))}
