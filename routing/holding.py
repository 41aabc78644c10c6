"""Holding a start for a guest who is about to press it: a short lease on the rep whom the draw would give it to.

A hold takes nothing: no turn, no place in a ledger. While it lasts, others find that rep taken at that time, as
if by a booking, and it ends by itself. Who holds it draws among all who are free, like everybody else.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from routing import assigning, availability
from routing.assigning import Request
from routing.instants import instant_of
from routing.models import Hold

LEASE = timedelta(minutes=5)


def hold(request: Request, holder: int, *, only_rep: int | None = None) -> Hold:
    """The start is held for `holder` until the lease ends, in place of any other start held so far.

    `only_rep` is who must take the meeting. Raises NotFree, and what was held stays held.
    """
    assigning.lock(request.pool)
    rep_id = only_rep
    if rep_id is None:
        rep_id = assigning.would_draw(request)
    else:
        assigning.check_free(request, rep_id)
    shape = availability.shape_of(request.pool.meeting_type)
    held, _ = Hold.objects.update_or_create(
        holder=holder,
        defaults={
            "rep_id": rep_id,
            "pool": request.pool,
            "start": request.minute,
            "end": request.minute + shape.duration,
            "buffer_before": shape.buffer_before,
            "buffer_after": shape.buffer_after,
            "expires_at": request.now + LEASE,
        },
    )
    return held


def release(holder: int) -> None:
    """The holder holds nothing any more."""
    Hold.objects.filter(holder=holder).delete()


def held_until(holder: int, start: datetime, now: datetime) -> datetime | None:
    """When the lease on this very start ends, if the holder has one."""
    held = Hold.objects.present(now).filter(holder=holder).first()
    return held.expires_at if held and instant_of(held.start) == start else None


def tidy(now: datetime) -> int:
    """Leases that have ended are gone; returns how many. Nobody counts them from their end on anyway."""
    return Hold.objects.filter(expires_at__lte=now).delete()[0]
