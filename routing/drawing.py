"""Who stands for a draw, and why or why not: asked for, foreseen and recorded. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from routing import accounts, availability
from routing.availability import Member, Supply
from routing.core import draw as fair
from routing.core import slots
from routing.core.zones import date_of, wall_minute
from routing.instants import minute_of
from routing.models import Pool

Details = Mapping[int, Mapping[str, Any] | None]

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
class Field:
    """All candidates of a draw by the numbers of their places, the reps they are, and what is against each.

    Those who share the pool's account from elsewhere are among them: they take no part, but corrections may
    fall to them.
    """

    pool: Pool
    candidates: tuple[fair.Candidate, ...]
    reps: Mapping[int, int]
    details: Details

    def draw(self) -> fair.Drawn:
        """Raises NotFree."""
        try:
            return fair.draw(self.candidates, accounts.bound(self.pool))
        except fair.NobodyFree:
            off = {"code": "off"}
            raise NotFree({self.reps[pk]: detail or off for pk, detail in self.details.items()}) from None

    def record(self, result: fair.Drawn) -> dict[str, Any]:
        """A draw for the audit trail: every candidate, and what is needed to draw again."""
        explained = fair.explain(self.candidates, result, accounts.bound(self.pool))
        record = {**explained, "pool": self.pool.slug, "manner": "draw", "rep": self.reps[result.winner]}
        if self.pool.fairness_group:
            record["fairness_group"] = self.pool.fairness_group
        for each in record["candidates"]:
            each["rep"] = self.reps[each["member"]]
            detail = self.details.get(each["member"]) or {}
            if detail:
                each["detail"] = {key: value for key, value in detail.items() if key != "code"}
        return record


def why_not(request: Request, rep_id: int) -> Mapping[str, Any] | None:
    """What keeps this rep from taking the start, a code with its figures; None when nothing does."""
    stock = request.supply()
    supply = stock.of(rep_id)
    if supply is None:
        return stock.left_out.get(rep_id, {"code": "not_a_member"})
    return _reasons(request, stock, [supply])[rep_id]


def field_at_routing(
    pool: Pool, facts: Mapping[str, Any], *, zone: str, now: datetime, deadline: int | None
) -> Field:
    """Who stands for a draw before a time is picked: free is who has a start within the SLA."""
    view = availability.window(zone, now, horizon_days=pool.meeting_type.horizon_days, latest_start=deadline)
    stock = availability.supply(pool, facts, view, now=now)
    firsts = slots.first_starts(stock.reps, stock.shape, stock.calendar, view)
    candidates, reps, details = [], {}, {}
    for member in stock.members:
        out = stock.left_out.get(member.rep_id)
        fits = firsts.get(member.rep_id) is not None
        reason = None if fits else (out or {"code": "no_fitting_time"})
        candidates.append(_candidate(member, shares_turn(out), reason))
        reps[member.pk] = member.rep_id
        details[member.pk] = reason
    return _field(pool, candidates, reps, details)


def field_at(request: Request, *, without: int | None = None) -> Field:
    """Who stands for a draw at the start; `without` is who gives it up, and so takes part without being free."""
    stock = request.supply()
    reasons = {**_reasons(request, stock, stock.reps), **stock.left_out}
    dates = {zone: _local_date(zone, request.minute) for zone in {each.time_zone for each in stock.members}}
    candidates, reps, details = [], {}, {}
    for member in stock.members:
        out = stock.left_out.get(member.rep_id)
        reason = {"code": "gives_it_up"} if member.rep_id == without else reasons[member.rep_id]
        is_off = shares_turn(out) and stock.is_off(member, dates[member.time_zone])
        candidates.append(_candidate(member, shares_turn(out) and not is_off, reason))
        reps[member.pk] = member.rep_id
        details[member.pk] = reason
    return _field(request.pool, candidates, reps, details)


def shares_turn(left_out: Mapping[str, Any] | None) -> bool:
    """Inactive members and those who do not match share no turn; one whose calendar is unread does."""
    return left_out is None or left_out["code"] not in ("inactive", "left", "no_match")


def _local_date(zone: str, minute: int) -> date:
    return date_of(wall_minute(zone, minute) // availability.DAY)


def _reasons(
    request: Request, stock: Supply, reps: Sequence[slots.RepSupply]
) -> dict[int, Mapping[str, Any] | None]:
    """What keeps each of the reps from taking the start."""
    found = slots.why_not_each(reps, request.minute, stock.shape, stock.calendar, request.view)
    return {
        rep_id: None if reason is None else {"code": reason.code, **reason.detail}
        for rep_id, reason in found.items()
    }


def _candidate(member: Member, participates: bool, reason: Mapping[str, Any] | None) -> fair.Candidate:
    core = fair.Member(member.pk, member.weight, member.balance, member.is_taking_turns)
    return fair.Candidate(
        core, participates, participates and reason is None, reason["code"] if reason else None
    )


def _field(pool: Pool, candidates: list[fair.Candidate], reps: dict[int, int], details: Details) -> Field:
    others = accounts.others(pool)
    apart = [fair.Candidate(place.member, False, False, "not_a_member") for place in others]
    everyone = {**reps, **{place.pk: place.rep_id for place in others}}
    return Field(pool, (*candidates, *apart), everyone, details)
