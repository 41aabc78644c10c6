"""Whether meetings that are booked can still be held: what has come to stand against them since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routing import availability
from routing.core import slots
from routing.instants import instant_of
from routing.models import Pool, Rep

AGAINST = frozenset({"left", "outside_hours", "day_off", "public_holiday", "closed", "busy"})
"""Notice, horizon, grid and caps judged the press; they say nothing about a meeting that stands."""


@dataclass(frozen=True)
class Meeting:
    """A meeting of a rep, in whole minutes since the epoch; `number` is the caller's own name for it."""

    number: int
    pool: Pool
    start: int
    end: int


def objections(rep: Rep, meetings: Sequence[Meeting]) -> dict[int, dict[str, Mapping[str, Any]]]:
    """For each meeting by number, the codes of all that stands against it, each with its figures. Read-only.

    `inactive` has none; those of the others are as `routing.core.slots.why_not` gives them. A calendar event
    counts where it overlaps the meeting itself, not its buffers alone.
    """
    if not meetings:
        return {}
    start, end = min(each.start for each in meetings), max(each.end for each in meetings)
    supply = availability.supply_of(rep, start, end)
    calendars = {each.pool.pk: availability.calendar_of(each.pool) for each in meetings}
    found = {}
    for each in meetings:
        shape = slots.MeetingShape(duration=each.end - each.start, step=1)
        against = slots.objections(supply, each.start, shape, calendars[each.pool.pk], AGAINST)
        codes: dict[str, Mapping[str, Any]] = {} if rep.is_active else {"inactive": {}}
        codes.update({reason.code: _plain(reason) for reason in against})
        found[each.number] = codes
    return found


def _plain(reason: slots.Reason) -> dict[str, Any]:
    """The figures as the trail keeps them: an event's begin and end as instants."""
    if reason.code != "busy":
        return dict(reason.detail)
    return {
        key: instant_of(int(reason.detail[key])).isoformat().replace("+00:00", "Z")
        for key in ("start", "end")
    }
