"""Giving meetings to reps: draw and reserve, release, hand over. The only writer of ledger and reservations.

Every function runs inside the caller's transaction and after `lock`, which takes pools and then reps by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from routing import availability, turns
from routing.availability import Supply
from routing.core import draw as fair
from routing.core import slots
from routing.core.zones import date_of, wall_minute
from routing.instants import minute_of
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
FAR_AHEAD = 3660


class NotFree(Exception):
    """Nobody who may take the meeting is free at that start; `details` tells why of each rep considered."""

    def __init__(self, details: Mapping[int, Mapping[str, Any]]) -> None:
        super().__init__("nobody is free")
        self.details = details

    @property
    def reasons(self) -> dict[int, str]:
        return {rep_id: detail["code"] for rep_id, detail in self.details.items()}


@dataclass(frozen=True)
class Request:
    """A start somebody wants in a pool, and all that decides who can take it.

    `holder` may have it held, which does not count then. `is_standing`: the meeting is held already and only
    its rep changes, so notice, horizon and grid do not count.
    """

    pool: Pool
    start: datetime
    facts: Mapping[str, Any]
    zone: str
    now: datetime
    moving: int | None = None
    holder: int | None = None
    is_standing: bool = False

    @property
    def minute(self) -> int:
        return minute_of(self.start)

    @property
    def view(self) -> slots.Window:
        return availability.minutes_window_at(self.zone, self.now, self.start)

    def supply(self) -> Supply:
        stock = availability.supply(
            self.pool,
            self.facts,
            self.view,
            now=self.now,
            without_booking=self.moving,
            holder=self.holder,
        )
        if not self.is_standing:
            return stock
        return replace(stock, shape=replace(stock.shape, step=1, min_notice=0, horizon_days=FAR_AHEAD))


@dataclass(frozen=True)
class Assigned:
    """A rep given to a request, not yet reserved, and the record of how that came about."""

    assignment: Assignment
    record: dict[str, Any]


def lock(*pools: Pool) -> None:
    """Lock the pools and then their members' reps, each in the order of their ids."""
    ids = sorted({pool.pk for pool in pools})
    list(Pool.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    reps = Membership.objects.filter(pool__in=ids, is_active=True).values_list("rep", flat=True)
    list(Rep.objects.select_for_update().filter(pk__in=sorted(set(reps))).order_by("pk").values_list("pk"))


def lock_rep(rep_id: int) -> None:
    Rep.objects.select_for_update().get(pk=rep_id)


def draw(request: Request, *, without: int | None = None) -> Assigned:
    """Draw one of the members free at the start, but for `without`; the winner's turn is taken. Raises NotFree."""
    stock = request.supply()
    candidates, reps, details = _candidates(request, stock, without)
    return _drawn(request.pool, candidates, reps, details, request.now)


def would_draw(request: Request) -> int:
    """Whom the draw would give the start to now; nothing is written. Raises NotFree."""
    return int(foreseen(request)["rep"])


def foreseen(request: Request) -> dict[str, Any]:
    """The record that a draw at the start would leave now; nothing is written. Raises NotFree."""
    return _foreseen(request.pool, *_candidates(request, request.supply(), None))


def draw_at_routing(
    pool: Pool, facts: Mapping[str, Any], *, zone: str, now: datetime, deadline: int | None
) -> Assigned:
    """Draw a rep before a time is picked, among members with a start within the SLA. Raises NotFree."""
    return _drawn(pool, *_candidates_at_routing(pool, facts, zone, now, deadline), now)


def foreseen_at_routing(
    pool: Pool, facts: Mapping[str, Any], *, zone: str, now: datetime, deadline: int | None
) -> dict[str, Any]:
    """The record that `draw_at_routing` would leave now; nothing is written. Raises NotFree."""
    return _foreseen(pool, *_candidates_at_routing(pool, facts, zone, now, deadline))


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
    stock = request.supply()
    supply = stock.of(rep_id)
    reason = (
        _why_not(request, stock, supply) if supply else stock.left_out.get(rep_id, {"code": "not_a_member"})
    )
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
    for kind, (since, until) in ((MEETING, (start, end)), (PADDED, padded)):
        ReservedSpan.objects.create(
            assignment=assignment,
            rep_id=assignment.rep_id,
            booking=assignment.reference or 0,
            kind=kind,
            start=since,
            end=until,
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
        turns.charge(assignment, reason="restored", now=now)


def _is_occupied(assignment: Assignment, start: int, end: int, now: datetime) -> bool:
    others = ReservedSpan.objects.filter(rep=assignment.rep_id).exclude(booking=assignment.reference or 0)
    since, until = start - assignment.buffer_before, end + assignment.buffer_after
    in_meeting = others.filter(kind=PADDED, start__lt=end, end__gt=start)
    in_padding = others.filter(kind=MEETING, start__lt=until, end__gt=since)
    busy = assignment.rep.busy_times.filter(start__lt=until, end__gt=since)
    held = Hold.objects.present(now).filter(rep=assignment.rep_id, start__lt=until, end__gt=since)
    return any(found.exists() for found in (in_meeting, in_padding, busy, held))


def _candidates_at_routing(
    pool: Pool, facts: Mapping[str, Any], zone: str, now: datetime, deadline: int | None
) -> tuple[list[fair.Candidate], dict[int, int], dict[int, dict[str, Any] | None]]:
    view = availability.window(zone, now, horizon_days=pool.meeting_type.horizon_days, latest_start=deadline)
    stock = availability.supply(pool, facts, view, now=now)
    candidates, reps, details = [], {}, {}
    for member in stock.members:
        rep = stock.of(member.rep_id)
        out = stock.left_out.get(member.rep_id)
        fits = rep is not None and slots.first_start([rep], stock.shape, stock.calendar, view) is not None
        reason = None if fits else (out or {"code": "no_fitting_time"})
        candidates.append(_candidate(member, _shares_turn(out), reason))
        reps[member.pk] = member.rep_id
        details[member.pk] = reason
    return candidates, reps, details


def _candidates(
    request: Request, stock: Supply, without: int | None
) -> tuple[list[fair.Candidate], dict[int, int], dict[int, dict[str, Any] | None]]:
    candidates, reps, details = [], {}, {}
    for member in stock.members:
        supply = stock.of(member.rep_id)
        out = stock.left_out.get(member.rep_id)
        reason = _why_not(request, stock, supply) if supply else out
        reason = {"code": "gives_it_up"} if member.rep_id == without else reason
        is_off = _shares_turn(out) and stock.is_off(member, _local_date(member.rep.time_zone, request.minute))
        candidates.append(_candidate(member, _shares_turn(out) and not is_off, reason))
        reps[member.pk] = member.rep_id
        details[member.pk] = reason
    return candidates, reps, details


def _shares_turn(left_out: Mapping[str, Any] | None) -> bool:
    """Inactive members and those who do not match share no turn; one whose calendar is unread does."""
    return left_out is None or left_out["code"] not in ("inactive", "left", "no_match")


def _local_date(zone: str, minute: int) -> Any:
    return date_of(wall_minute(zone, minute) // availability.DAY)


def _why_not(request: Request, stock: Supply, supply: slots.RepSupply) -> dict[str, Any] | None:
    reason = slots.why_not(supply, request.minute, stock.shape, stock.calendar, request.view)
    return None if reason is None else {"code": reason.code, **reason.detail}


def _candidate(member: Membership, participates: bool, reason: Mapping[str, Any] | None) -> fair.Candidate:
    core = fair.Member(member.pk, member.weight, member.balance, member.rep.is_taking_turns)
    return fair.Candidate(
        core, participates, participates and reason is None, reason["code"] if reason else None
    )


def _drawn(
    pool: Pool,
    candidates: list[fair.Candidate],
    reps: Mapping[int, int],
    details: Mapping[int, Mapping[str, Any] | None],
    now: datetime,
) -> Assigned:
    result = _draw(candidates, reps, details, pool.catch_up)
    assignment = _make(pool, reps[result.winner], Assignment.Manner.DRAW, now)
    turns.take(assignment, result, reps=reps, now=now)
    return Assigned(assignment, _record(pool, candidates, reps, details, result))


def _foreseen(
    pool: Pool,
    candidates: list[fair.Candidate],
    reps: Mapping[int, int],
    details: Mapping[int, Mapping[str, Any] | None],
) -> dict[str, Any]:
    return _record(pool, candidates, reps, details, _draw(candidates, reps, details, pool.catch_up))


def _record(
    pool: Pool,
    candidates: list[fair.Candidate],
    reps: Mapping[int, int],
    details: Mapping[int, Mapping[str, Any] | None],
    result: fair.Drawn,
) -> dict[str, Any]:
    """A draw for the audit trail: every candidate, and what is needed to draw again."""
    record = {**fair.explain(candidates, result, pool.catch_up), "pool": pool.slug, "manner": "draw"}
    record["rep"] = reps[result.winner]
    for each in record["candidates"]:
        each["rep"] = reps[each["member"]]
        detail = details[each["member"]] or {}
        if detail:
            each["detail"] = {key: value for key, value in detail.items() if key != "code"}
    return record


def _draw(
    candidates: list[fair.Candidate],
    reps: Mapping[int, int],
    details: Mapping[int, Mapping[str, Any] | None],
    catch_up: int,
) -> fair.Drawn:
    try:
        return fair.draw(candidates, catch_up)
    except fair.NobodyFree:
        off = {"code": "off"}
        raise NotFree({reps[each.member.id]: details[each.member.id] or off for each in candidates}) from None


def _make(pool: Pool, rep_id: int, manner: Assignment.Manner, now: datetime) -> Assignment:
    return Assignment.objects.create(
        pool=pool, rep_id=rep_id, manner=manner, state=Assignment.State.DRAWN, made_at=now
    )
