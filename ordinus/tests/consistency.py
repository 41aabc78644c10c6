"""What must hold between any two steps, whatever happened: asked of every run, booking and pool there is."""

from __future__ import annotations

from collections.abc import Iterator

from bookings import replaying
from bookings.models import Booking
from routing.models import Assignment, Membership, Pool, ReservedSpan
from workflows.core import chain
from workflows.models import AuditEvent, Run, Timer
from workflows.receivers import hashed_fields

BALANCED = 1e-6
HELD = {Booking.Status.CONFIRMED, Booking.Status.ATTENDED, Booking.Status.NO_SHOW}


def check_everything() -> None:
    """Fails with a sentence for each thing that does not fit the others."""
    found = [*_of_runs(), *_of_bookings(), *_of_timers(), *_of_pools()]
    assert not found, "\n".join(found)


def _of_runs() -> Iterator[str]:
    for run in Run.objects.order_by("pk"):
        yield from (f"run {run.pk}: {sentence}" for sentence in replaying.differences(run))
        events = AuditEvent.objects.filter(run=run.pk).order_by("sequence")
        broken = chain.verify((hashed_fields(event), event.previous, event.hash) for event in events)
        if broken:
            yield f"run {run.pk}: {broken}"


def _of_bookings() -> Iterator[str]:
    """A meeting that is not cancelled has a rep, and the guard's two rows; nothing else has any."""
    expected = set()
    for booking in Booking.objects.select_related("assignment"):
        given = booking.assignment
        is_reserved = given.state == Assignment.State.RESERVED
        if is_reserved != (booking.status in HELD):
            yield f"booking {booking.pk} is {booking.status}, its assignment {given.state}"
        if booking.status in HELD:
            expected |= {(given.pk, booking.pk, booking.rep_id, kind) for kind in (0, 1)}
    spans = ReservedSpan.objects.values_list("assignment", "booking", "rep", "kind")
    if set(spans) != expected or len(spans) != len(expected):
        yield f"reserved are {sorted(spans)}, held {sorted(expected)}"


def _of_timers() -> Iterator[str]:
    for timer in Timer.objects.waiting().select_related("run"):
        if not timer.run.is_under_way:
            yield f"{timer} waits for a run that is over"
        if timer.visit not in (None, timer.run.visit):
            yield f"{timer} belongs to a stay that has ended"
        if timer.purpose == "reminder":
            booking = Booking.objects.get(pk=timer.booking)
            if (booking.status, booking.revision) != (Booking.Status.CONFIRMED, timer.revision):
                yield f"{timer} reminds of revision {timer.revision} of a {booking.status} booking"


def _of_pools() -> Iterator[str]:
    """The balances of an account sum to 0: a pool's own, or those of a group, where each rep has one."""
    for pool in Pool.objects.all():
        rows = Membership.objects.taking_turns().filter(pool=pool)
        if pool.fairness_group:
            rows = Membership.objects.taking_turns().filter(pool__fairness_group=pool.fairness_group)
        kept: dict[int, set[float]] = {}
        for rep, balance in rows.values_list("rep", "balance"):
            kept.setdefault(rep, set()).add(round(balance, 9))
        if unequal := {rep: held for rep, held in kept.items() if len(held) > 1}:
            yield f"the group of {pool} holds several balances of one rep: {unequal}"
        total = sum(min(held) for held in kept.values())
        if abs(total) > BALANCED:
            yield f"the balances of {pool} sum to {total}"
