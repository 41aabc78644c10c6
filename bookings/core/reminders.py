"""A plan of reminders: what its rows say, and when each of them goes out before a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workflows.core import conditions, durations, hours
from workflows.core.conditions import Groups
from workflows.core.durations import Duration
from workflows.core.hours import Hours

LEAST_NOTICE = timedelta(hours=1)
AHEAD_OF_QUIET = timedelta(minutes=15)  # so that a sweep that is a little late still comes before them
PAST, SAME_TIME = "past_at_booking", "same_time"


@dataclass(frozen=True)
class Reminder:
    """One row of the plan. `row` tells rows of the same offset apart: 0 for the first, then 2, 3, …"""

    before: Duration
    template: str | None = None
    when: Groups = ()
    quiet: Hours | None = None
    row: int = 0

    @property
    def mark(self) -> str:
        """What keys of timers and mails call it: its offset, numbered where another row has the same."""
        return f"{self.before}.{self.row}" if self.row else str(self.before)

    def details(self) -> dict[str, Any]:
        """What a timer keeps of it, so that it is sent as it was planned. What is not said is left out."""
        kept: dict[str, Any] = {"offset": str(self.before), "template": self.template}
        if self.when:
            kept["when"] = conditions.groups_to(self.when)
        if self.quiet:
            kept["quiet"] = str(self.quiet)
        return kept | ({"row": self.row} if self.row else {})


@dataclass(frozen=True)
class Planned:
    """A reminder and the instant it is due; with a `skipped` code it is not going to be sent."""

    reminder: Reminder
    due_at: datetime
    skipped: str = ""


def rows(items: Iterable[Any], template: str | None) -> list[Reminder]:
    """The rows of a stage's setting: an offset alone, or an object with more. Raises ValueError for others.

    Rows that name no message of their own send `template`.
    """
    found: list[Reminder] = []
    for item in items:
        said: Mapping[str, Any] = item if isinstance(item, Mapping) else {"before": item}
        before = durations.parse(said.get("before"))
        same = sum(each.before == before for each in found)
        quiet = said.get("quiet")
        found.append(
            Reminder(
                before,
                said.get("template") or template,
                conditions.groups_from(said.get("when") or []),
                hours.parse(quiet) if quiet else None,
                same + 1 if same else 0,
            )
        )
    return found


def due_at(reminder: Reminder, start: datetime, zone: ZoneInfo) -> datetime:
    """When a reminder of a meeting at `start` is due, in UTC.

    In its quiet hours nothing is sent: it waits until they end, or, where that would leave less than
    LEAST_NOTICE before the meeting, goes out AHEAD_OF_QUIET.
    """
    due = durations.before(start, reminder.before, zone)
    around = reminder.quiet.around(due, zone) if reminder.quiet else None
    if around is None:
        return due
    begins, ends = around
    return ends if ends <= start - LEAST_NOTICE else begins - AHEAD_OF_QUIET


def plan(reminders: Sequence[Reminder], start: datetime, zone: ZoneInfo, now: datetime) -> list[Planned]:
    """Every row with its instant, in the order of the rows.

    What would be past already is skipped; so is what quiet hours have moved onto the instant of another row
    without conditions that lies nearer to the meeting: two reminders at once are one too many.
    """
    planned = [(reminder, due_at(reminder, start, zone)) for reminder in reminders]
    return [Planned(reminder, due, _why_not(reminder, due, planned, now)) for reminder, due in planned]


def _why_not(
    reminder: Reminder, due: datetime, planned: Sequence[tuple[Reminder, datetime]], now: datetime
) -> str:
    if due <= now:
        return PAST
    nearer = (
        other
        for other, other_due in planned
        if other_due == due and not other.when and other.before.minutes < reminder.before.minutes
    )
    return SAME_TIME if next(nearer, None) else ""


def quiet_until(details: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours of a timer's reminder that `now` lies in end; None outside of them."""
    quiet = details.get("quiet")
    around = hours.parse(quiet).around(now, zone) if quiet else None
    return around[1] if around else None


def holds(details: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether the conditions of a timer's reminder hold by these facts."""
    return conditions.holds(conditions.groups_from(details.get("when") or []), facts)
