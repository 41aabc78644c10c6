"""Holding a start for a guest between choosing it and confirming. It books nothing and tells nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bookings import limits
from bookings.models import Enquiry
from bookings.offering import check_open, terms
from bookings.placing import TAKEN
from bookings.refusals import SlotTaken
from routing import holding
from routing.assigning import NotFree, Request
from routing.instants import instant_of
from workflows import engine
from workflows.transactions import atomically

HOLDS_AN_HOUR = 6
"""Of one run: half an hour of one start is the most that one form can keep from others in an hour."""

HOLDS_FROM_AN_ADDRESS = 60
"""An hour: five starts at any time, on average, whatever the number of forms that were sent."""


@dataclass(frozen=True)
class Held:
    """A start that is kept, and until when."""

    start: datetime
    end: datetime
    until: datetime


def check_limits(enquiry: Enquiry, address: str, *, now: datetime) -> None:
    """Raises TooMany when this lead, or this network address, has held as much as anybody would in an hour.

    Called outside a transaction, so that refused tries count too.
    """
    hour = limits.HOUR
    limits.check(f"hold:{address}", limit=HOLDS_FROM_AN_ADDRESS, per_seconds=hour, now=now)
    limits.check(f"hold:run:{enquiry.run_id}", limit=HOLDS_AN_HOUR, per_seconds=hour, now=now)


@atomically
def hold(enquiry: Enquiry, start: datetime, *, now: datetime, time_zone: str | None = None) -> Held:
    """The start is kept for this lead for five minutes, in place of any other; nobody else is offered it.

    Whether the lead holds a meeting already is not looked at, since it must not show. Raises, in this order:
    Gone, NotBookable, SlotTaken; what was held before stays held then.
    """
    run = engine.lock(enquiry.run_id or 0)
    check_open(run)
    given = terms(run, now=now)
    if given.pool is None or start.second or start.microsecond or start < now:
        raise SlotTaken(TAKEN)
    zone = time_zone or enquiry.time_zone or ""
    request = Request(given.pool, start, given.facts, zone, now, holder=run.pk)
    try:
        held = holding.hold(request, run.pk, only_rep=given.only_rep)
    except NotFree as error:
        raise SlotTaken(TAKEN) from error
    return Held(instant_of(held.start), instant_of(held.end), held.expires_at)


@atomically
def let_go(enquiry: Enquiry) -> None:
    """The lead holds no start any more; to do so twice is to do it once."""
    engine.lock(enquiry.run_id or 0)
    holding.release(enquiry.run_id or 0)


def held_until(run_id: int, start: datetime, *, now: datetime) -> datetime | None:
    """Until when this start is kept for the lead of the run; None if it is not."""
    return holding.held_until(run_id, start, now)
