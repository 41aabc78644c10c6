"""Reps whose last day is over: they take no more turns, and what they were owed or owe is spread."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from routing import turns
from routing.models import Rep
from workflows.registry import DueWork
from workflows.transactions import atomically


def due(at: datetime, clock: datetime, limit: int) -> list[int]:
    """Numbers of reps whose last day has just ended on their own clock."""
    # Somewhere it may be tomorrow already.
    nearly = Rep.objects.taking_turns().filter(leaves_on__lt=at.date() + timedelta(days=1))
    gone = [rep.pk for rep in nearly.order_by("pk") if _is_over(rep, at)]
    return gone[:limit]


@atomically
def leave(number: int, at: datetime, clock: datetime) -> bool:
    """The rep has left; false when somebody else has seen to it or the last day was put off."""
    rep = Rep.objects.filter(pk=number).first()
    if rep is None or not rep.is_taking_turns or not _is_over(rep, at):
        return False
    turns.set_last_day(rep, rep.leaves_on, now=at)
    return True


def _is_over(rep: Rep, at: datetime) -> bool:
    return rep.leaves_on is not None and at.astimezone(ZoneInfo(rep.time_zone)).date() > rep.leaves_on


WORK = DueWork("leaving", find=due, perform=leave, order=20)
