"""Which pool takes a lead: owner, match, SLA, capacity and the chain of fallbacks, with every reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from routing import availability
from routing.availability import Supply
from routing.core import slots, verdicts
from routing.core.deadlines import sla_deadline
from routing.core.slots import Window
from routing.core.verdicts import FALLBACK, ROUTED, UNROUTABLE, in_time
from routing.drawing import shares_turn
from routing.instants import instant_of, minute_from
from routing.models import Pool, Rep

__all__ = ["FALLBACK", "ROUTED", "UNROUTABLE", "Decision", "PoolTried", "decide", "offered_starts"]


@dataclass(frozen=True)
class PoolTried:
    """One pool of the chain and what stood for or against it. Instants are minutes since the epoch."""

    pool: str
    fits: bool
    code: str
    first_start: int | None = None
    deadline: int | None = None
    owner: dict[str, Any] | None = None
    members: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Decision:
    """Where a lead goes. `only_rep` is set when just that rep's starts are to be offered."""

    outcome: str
    pool: Pool | None = None
    only_rep: int | None = None
    first_start: int | None = None
    deadline: int | None = None
    tried: tuple[PoolTried, ...] = field(default_factory=tuple)

    def as_record(self) -> dict[str, Any]:
        """The decision for the audit trail: ids, slugs, codes and instants."""
        return {
            "outcome": self.outcome,
            "pool": self.pool.slug if self.pool else None,
            "owner": self.only_rep,
            "first_start": _iso(self.first_start),
            "sla": _iso(self.deadline),
            "tried": [
                {
                    "pool": tried.pool,
                    "fits": tried.fits,
                    "code": tried.code,
                    "first_start": _iso(tried.first_start),
                    "sla": _iso(tried.deadline),
                    "owner": tried.owner,
                    "members": list(tried.members),
                }
                for tried in self.tried
            ],
        }


def decide(
    first: Pool | None,
    facts: Mapping[str, Any],
    *,
    zone: str,
    now: datetime,
    entered_at: datetime,
    without_booking: int | None = None,
    holder: int | None = None,
) -> Decision:
    """The first pool of the chain that has an offerable start within its horizon and its SLA.

    `zone` is the guest's; `entered_at` starts the SLA; `without_booking` is the meeting being moved, `holder` who
    may hold a start that counts as free for them. Read-only.
    """
    tried: list[PoolTried] = []
    pool, seen = first, set()
    while pool is not None and pool.pk not in seen:
        seen.add(pool.pk)
        verdict = _try(pool, facts, zone, now, entered_at, without_booking, holder)
        tried.append(verdict)
        if verdict.fits:
            owner = (verdict.owner or {}).get("rep") if (verdict.owner or {}).get("taken") else None
            return Decision(
                outcome=ROUTED if len(tried) == 1 else FALLBACK,
                pool=pool,
                only_rep=owner,
                first_start=verdict.first_start,
                deadline=verdict.deadline,
                tried=tuple(tried),
            )
        pool = pool.fallback
    return Decision(UNROUTABLE, tried=tuple(tried))


def _try(
    pool: Pool,
    facts: Mapping[str, Any],
    zone: str,
    now: datetime,
    entered_at: datetime,
    without_booking: int | None,
    holder: int | None,
) -> PoolTried:
    if pool.retired_at is not None:
        return PoolTried(pool.slug, False, "retired")
    view = availability.window(zone, now, horizon_days=pool.meeting_type.horizon_days)
    stock = availability.supply(pool, facts, view, now=now, without_booking=without_booking, holder=holder)
    deadline = _deadline(pool, stock, entered_at)
    firsts = slots.first_starts(stock.reps, stock.shape, stock.calendar, view)
    members = _member_records(stock, firsts, deadline, view)
    fitting = {pk: start for pk, start in firsts.items() if start is not None and in_time(start, deadline)}
    owner = _owner(pool, facts, stock, fitting)
    code, earliest = verdicts.of_pool(firsts, len(stock.members), deadline)
    start = fitting[owner["rep"]] if owner and owner["taken"] else earliest
    return PoolTried(pool.slug, code == verdicts.FITS, code, start, deadline, owner, members)


def _deadline(pool: Pool, stock: Supply, entered_at: datetime) -> int | None:
    return sla_deadline(
        minute_from(entered_at), pool.sla_minutes, stock.calendar.hours, pool.time_zone, stock.calendar.closed
    )


def _member_records(
    stock: Supply, firsts: Mapping[int, int | None], deadline: int | None, view: Window
) -> tuple[dict[str, Any], ...]:
    """Every member with weight, share, balance, and what stands for or against; the share of who takes part."""
    total = sum(each.weight for each in stock.members if shares_turn(stock.left_out.get(each.rep_id)))
    without = [rep for rep in stock.reps if firsts[rep.rep_id] is None]
    taken = slots.taken_by_reason(without, stock.shape, stock.calendar, view) if without else {}
    records = []
    for member in stock.members:
        left_out = stock.left_out.get(member.rep_id)
        share = member.weight / total if shares_turn(left_out) else None
        record = {"rep": member.rep_id, "weight": member.weight, "share": share, "balance": member.balance}
        if left_out:
            records.append({**record, **left_out})
            continue
        start = firsts[member.rep_id]
        told = {"taken": taken[member.rep_id]} if start is None else {"first_start": _iso(start)}
        records.append({**record, "code": verdicts.of_member(start, deadline), **told})
    return tuple(records)


def _owner(
    pool: Pool, facts: Mapping[str, Any], stock: Supply, fitting: Mapping[int, int]
) -> dict[str, Any] | None:
    """The rep an owner fact names, and whether only their starts are offered, or why not."""
    for fact in pool.owner_from:
        address = facts.get(fact)
        if not isinstance(address, str) or not address.strip():
            continue
        rep = Rep.objects.filter(email__iexact=address.strip()).first()
        if rep is None:
            return {"fact": fact, "rep": None, "taken": False, "code": "unknown_rep"}
        record = {"fact": fact, "rep": rep.pk, "taken": False}
        if rep.pk not in {member.rep_id for member in stock.members}:
            return {**record, "code": "not_a_member"}
        if rep.pk in stock.left_out:
            return {**record, "code": stock.left_out[rep.pk]["code"]}
        if rep.pk not in fitting:
            return {**record, "code": "no_fitting_time"}
        return {**record, "taken": True, "code": "owner"}
    return None


def offered_starts(
    pool: Pool,
    facts: Mapping[str, Any],
    view: Window,
    *,
    now: datetime,
    only_rep: int | None = None,
    without_booking: int | None = None,
    holder: int | None = None,
) -> tuple[int, ...]:
    """The starts of a decided pool within the view, or those of one rep; minutes since the epoch, ascending."""
    stock = availability.supply(pool, facts, view, now=now, without_booking=without_booking, holder=holder)
    reps = [rep for rep in stock.reps if only_rep in (None, rep.rep_id)]
    return slots.pool_starts(reps, stock.shape, stock.calendar, view).starts


def _iso(minute: int | None) -> str | None:
    return None if minute is None else instant_of(minute).strftime("%Y-%m-%dT%H:%M:%SZ")
