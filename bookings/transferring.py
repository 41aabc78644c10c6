"""Giving many meetings to others at once: first as a dry run that shows who would get each, then for good.

Both do the same steps in one transaction, the dry run's is rolled back: what is shown is what would happen,
draw after draw. Carrying it out asks for what was shown, and changes nothing when it would come out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from bookings import reassigning
from bookings.models import Booking
from bookings.reassigning import NotPlaced
from bookings.refusals import Refusal
from routing import assigning
from routing.models import Pool, Rep
from workflows import engine
from workflows.transactions import atomically

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Transfer:
    """What comes of one meeting: the rep who gets it and the draw's record, or why nobody does."""

    booking: Booking
    former: Rep
    rep: Rep | None
    record: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""
    reasons: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def can_choose(self) -> bool:
        """Whether asking the guest for another time would help: the meeting stands, only nobody is free."""
        return self.rep is None and bool(self.reasons)


class TurnedOutOtherwise(Exception):
    """Something has changed since the dry run; nothing was done. `now_shown` is what would happen now."""

    def __init__(self, now_shown: Sequence[Transfer]) -> None:
        super().__init__("the dry run does not hold any more")
        self.now_shown = now_shown


@atomically
def foresee(numbers: Iterable[int], rep: Rep | None, *, now: datetime) -> list[Transfer]:
    """Who would get each of these meetings, in the order of their starts, if they were given away now.

    `rep` is who is to get them, None for whoever the draw gives each to. Nothing has changed afterwards.
    """
    with transaction.atomic():
        found = _give(numbers, rep, now, "system", "")
        transaction.set_rollback(True)
    return found


@atomically
def carry_out(
    numbers: Iterable[int],
    rep: Rep | None,
    *,
    shown: Mapping[int, int | None],
    now: datetime,
    actor: str,
    message: str = "",
    asks_guests: bool = True,
) -> list[Transfer]:
    """The meetings belong to those whom the dry run showed, by booking; guests and reps are told.

    With `asks_guests`, who holds a meeting that nobody can take is asked by mail to choose another time.
    Raises TurnedOutOtherwise, and nothing has changed, when anything would come out otherwise than shown.
    """
    found = _give(numbers, rep, now, actor, message)
    if {each.booking.pk: each.rep.pk if each.rep else None for each in found} != dict(shown):
        raise TurnedOutOtherwise(found)
    for each in found:
        if asks_guests and each.can_choose:
            reassigning.ask_to_choose_again(each.booking, now=now, actor=actor, message=message)
    return found


def _give(numbers: Iterable[int], rep: Rep | None, now: datetime, actor: str, message: str) -> list[Transfer]:
    bookings = _locked(numbers, rep)
    return [_give_one(booking, rep, now, actor, message) for booking in bookings]


def _locked(numbers: Iterable[int], rep: Rep | None) -> list[Booking]:
    """The meetings by start, all that giving them away locks being locked in the order of the house."""
    rows = Booking.objects.filter(pk__in=sorted(set(numbers))[:MOST_AT_ONCE])
    bookings = list(rows.select_related("rep", "lead", "pool", "enquiry").order_by("start_at", "pk"))
    for run in sorted({booking.run_id for booking in bookings}):
        engine.lock(run)
    assigning.lock(*Pool.objects.filter(pk__in={booking.pool_id for booking in bookings}))
    if rep is not None:
        assigning.lock_rep(rep.pk)
    return bookings


def _give_one(booking: Booking, rep: Rep | None, now: datetime, actor: str, message: str) -> Transfer:
    former = booking.rep
    try:
        given, record = reassigning.transfer(booking, rep, now=now, actor=actor, message=message)
    except NotPlaced as refusal:
        return Transfer(booking, former, None, refusal=refusal.detail, reasons=refusal.reasons)
    except Refusal as refusal:
        return Transfer(booking, former, None, refusal=refusal.detail)
    return Transfer(given, former, given.rep, record)
