"""Meetings at risk: what has come to stand against a booking since it was made, noticed, told and cleared.

Whatever changes what a rep can take marks the rep (`routing.reviews`); the sweep looks the rep's meetings
through. Nothing is moved by it: people decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bookings.locking import lock_booking
from bookings.models import Booking, Risk
from routing.instants import minute_of
from routing.models import Rep
from routing.standing import Meeting, objections
from workflows import engine
from workflows.registry import DueWork
from workflows.transactions import atomically

Found = Mapping[str, Mapping[str, Any]]
Say = Callable[[str, dict[str, Any]], None]


def due(at: datetime, clock: datetime, limit: int) -> list[int]:
    """Numbers of reps whose meetings ahead are to be looked through, the longest waiting first."""
    waiting = Rep.objects.filter(unreviewed_since__lte=at).order_by("unreviewed_since", "pk")
    return list(waiting.values_list("pk", flat=True)[:limit])


def review(number: int, at: datetime, clock: datetime) -> bool:
    """Look through a rep's meetings ahead: new causes are on the list afterwards, those that are gone are off."""
    rep = Rep.objects.filter(pk=number, unreviewed_since__isnull=False).first()
    if rep is None:
        return False
    ahead = list(Booking.objects.upcoming(at).filter(rep=rep).select_related("pool"))
    found = objections(rep, [_as_meeting(booking) for booking in ahead])
    known: dict[int, set[str]] = {booking.pk: set() for booking in ahead}
    for holder, code in Risk.objects.present().filter(booking__in=known).values_list("booking", "code"):
        known[holder].add(code)
    for booking in ahead:
        if known[booking.pk] != set(found[booking.pk]):
            _settle(booking.pk, at)
    # Whatever changed while this went on has left a mark of its own, which stays.
    Rep.objects.filter(pk=number, unreviewed_since=rep.unreviewed_since).update(unreviewed_since=None)
    return True


@atomically
def _settle(number: int, now: datetime) -> None:
    """Look at one meeting again under its lock, and write what has changed."""
    run, booking = lock_booking(number)
    if booking.status != Booking.Status.CONFIRMED or booking.start_at <= now:
        return
    found: Found = objections(booking.rep, [_as_meeting(booking)])[booking.pk]

    def say(verb: str, data: dict[str, Any]) -> None:
        engine.say(run, verb, now=now, actor="system", booking=booking.pk, data=data)

    present = {risk.code: risk for risk in Risk.objects.present().filter(booking=booking)}
    _close(booking, [risk for code, risk in present.items() if code not in found], now, say)
    for code, detail in found.items():
        if code not in present:
            Risk.objects.create(booking=booking, code=code, detail=dict(detail), since=now)
            say("booking.at_risk", {**_facts(booking), "reason": code, "detail": dict(detail)})


def clear(booking: Booking, *, now: datetime, say: Say) -> None:
    """Nothing stands against the meeting any more, because it is at another time, with another rep, or off."""
    _close(booking, list(Risk.objects.present().filter(booking=booking)), now, say)


def _close(booking: Booking, gone: list[Risk], now: datetime, say: Say) -> None:
    for risk in gone:
        Risk.objects.filter(pk=risk.pk).update(cleared_at=now)
        say("booking.risk_cleared", {**_facts(booking), "reason": risk.code})


def _facts(booking: Booking) -> dict[str, Any]:
    return {"rep": booking.rep_id, "start": booking.start_at, "revision": booking.revision}


def _as_meeting(booking: Booking) -> Meeting:
    return Meeting(booking.pk, booking.pool, minute_of(booking.start_at), minute_of(booking.end_at))


WORK = DueWork("risks", find=due, perform=review, order=25)
