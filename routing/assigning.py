"""Giving meetings to reps: draw and reserve, release, hand over. The only writer of ledger and reservations.

Every function runs inside the caller's transaction and after `lock`, which takes pools and then reps by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from routing import accounts, availability, turns
from routing.drawing import Field, NotFree, Request, field_at, field_at_routing, why_not
from routing.models import Assignment, Hold, LedgerEntry, Membership, Pool, Rep, ReservedSpan
from routing.turns import join, leave, set_active, set_last_day

__all__ = [
    "Assigned",
    "NotFree",
    "Request",
    "check_free",
    "draw",
    "draw_at_routing",
    "foreseen",
    "foreseen_at_routing",
    "give",
    "join",
    "leave",
    "lock",
    "lock_rep",
    "release",
    "reserve",
    "resume",
    "set_active",
    "set_last_day",
    "would_draw",
]

MEETING, PADDED = 0, 1


@dataclass(frozen=True)
class Assigned:
    """A rep given to a request, not yet reserved, and the record of how that came about."""

    assignment: Assignment
    record: dict[str, Any]


def lock(*pools: Pool) -> None:
    """Lock the pools, with all that share their turns, and then their members' reps, each in the order of ids."""
    accounts.lock(pools)
    reps = Membership.objects.filter(pool__in={pool.pk for pool in pools}, is_active=True).values("rep")
    list(Rep.objects.select_for_update().filter(pk__in=reps).order_by("pk").values_list("pk"))


def lock_rep(rep_id: int) -> None:
    Rep.objects.select_for_update().get(pk=rep_id)


def draw(request: Request, *, without: int | None = None) -> Assigned:
    """Draw one of the members free at the start, but for `without`; the winner's turn is taken. Raises NotFree."""
    return _drawn(field_at(request, without=without), request.now)


def would_draw(request: Request) -> int:
    """Whom the draw would give the start to now; nothing is written. Raises NotFree."""
    return int(foreseen(request)["rep"])


def foreseen(request: Request) -> dict[str, Any]:
    """The record that a draw at the start would leave now; nothing is written. Raises NotFree."""
    field = field_at(request)
    return field.record(field.draw())


def draw_at_routing(
    pool: Pool, facts: Mapping[str, Any], *, zone: str, now: datetime, deadline: int | None
) -> Assigned:
    """Draw a rep before a time is picked, among members with a start within the SLA. Raises NotFree."""
    return _drawn(field_at_routing(pool, facts, zone=zone, now=now, deadline=deadline), now)


def foreseen_at_routing(
    pool: Pool, facts: Mapping[str, Any], *, zone: str, now: datetime, deadline: int | None
) -> dict[str, Any]:
    """The record that `draw_at_routing` would leave now; nothing is written. Raises NotFree."""
    field = field_at_routing(pool, facts, zone=zone, now=now, deadline=deadline)
    return field.record(field.draw())


def give(request: Request, rep: Rep, manner: Assignment.Manner, *, takes_turn: bool = False) -> Assigned:
    """Give the start to this very rep, if free. With `takes_turn` it costs a turn of the pool. Raises NotFree."""
    check_free(request, rep.pk)
    assignment = _make(request.pool, rep.pk, manner, request.now)
    if takes_turn:
        turns.charge(assignment, reason=manner.value, now=request.now)
    record = {"pool": request.pool.slug, "rep": rep.pk, "manner": manner.value, "candidates": []}
    return Assigned(assignment, record)


def check_free(request: Request, rep_id: int) -> None:
    """Raises NotFree unless this rep can take the start."""
    reason = why_not(request, rep_id)
    if reason is not None:
        raise NotFree({rep_id: reason})


def reserve(assignment: Assignment, request: Request, *, booking: int) -> None:
    """The rep is taken for the meeting from now on. Raises IntegrityError where the guard stands against it."""
    shape = availability.shape_of(request.pool.meeting_type)
    start, end = request.minute, request.minute + shape.duration
    assignment.state = Assignment.State.RESERVED
    assignment.reference, assignment.start, assignment.end = booking, start, end
    assignment.buffer_before, assignment.buffer_after = shape.buffer_before, shape.buffer_after
    assignment.save()
    LedgerEntry.objects.filter(assignment=assignment, booking=None).update(booking=booking)
    _guard(assignment)


def _guard(assignment: Assignment) -> None:
    start, end = assignment.start or 0, assignment.end or 0
    padded = (start - assignment.buffer_before, end + assignment.buffer_after)
    ReservedSpan.objects.bulk_create(
        ReservedSpan(
            assignment=assignment,
            rep_id=assignment.rep_id,
            booking=assignment.reference or 0,
            kind=kind,
            start=since,
            end=until,
        )
        for kind, (since, until) in ((MEETING, (start, end)), (PADDED, padded))
    )


def release(assignment: Assignment, *, give_back: bool, reason: str, now: datetime) -> None:
    """The rep is free of the meeting; with `give_back` the turn, if there is one, returns to the rep."""
    assignment.spans.all().delete()
    assignment.state, assignment.released_at = Assignment.State.RELEASED, now
    assignment.save(update_fields=["state", "released_at"])
    if give_back:
        turns.give_back(assignment, reason=reason, now=now)


def resume(assignment: Assignment, *, take_turn: bool, now: datetime) -> None:
    """Take back a release: the same rep, the same time. Raises NotFree if something is there now."""
    start, end = assignment.start or 0, assignment.end or 0
    if _is_occupied(assignment, start, end, now):
        raise NotFree({assignment.rep_id: {"code": "busy"}})
    assignment.state, assignment.released_at = Assignment.State.RESERVED, None
    assignment.save(update_fields=["state", "released_at"])
    _guard(assignment)
    if take_turn:
        turns.charge(assignment, reason=turns.RESTORED, now=now)


def _is_occupied(assignment: Assignment, start: int, end: int, now: datetime) -> bool:
    others = ReservedSpan.objects.filter(rep=assignment.rep_id).exclude(booking=assignment.reference or 0)
    since, until = start - assignment.buffer_before, end + assignment.buffer_after
    in_meeting = others.filter(kind=PADDED, start__lt=end, end__gt=start)
    in_padding = others.filter(kind=MEETING, start__lt=until, end__gt=since)
    busy = assignment.rep.busy_times.filter(start__lt=until, end__gt=since)
    held = Hold.objects.present(now).filter(rep=assignment.rep_id, start__lt=until, end__gt=since)
    return any(found.exists() for found in (in_meeting, in_padding, busy, held))


def _drawn(field: Field, now: datetime) -> Assigned:
    result = field.draw()
    assignment = _make(field.pool, field.reps[result.winner], Assignment.Manner.DRAW, now, has_turn=True)
    turns.take(assignment, result, field.candidates, reps=field.reps, now=now)
    return Assigned(assignment, field.record(result))


def _make(
    pool: Pool, rep_id: int, manner: Assignment.Manner, now: datetime, *, has_turn: bool = False
) -> Assignment:
    return Assignment.objects.create(
        pool=pool,
        rep_id=rep_id,
        manner=manner,
        state=Assignment.State.DRAWN,
        has_turn=has_turn,
        made_at=now,
    )
