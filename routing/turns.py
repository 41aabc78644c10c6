"""The balances of a pool's members and their ledger: turns taken, given back, corrected. Called by assigning.

Accrual is no ledger row: it is one UPDATE over the members who took part, and the audit event of the draw
holds what is needed to draw again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, FloatField, Q, Sum, Value, When

from routing.core import draw as fair
from routing.models import Assignment, LedgerEntry, Membership, Pool, Rep

TURN, CREDIT, CORRECTION = LedgerEntry.Kind.TURN, LedgerEntry.Kind.CREDIT, LedgerEntry.Kind.CORRECTION


def take(assignment: Assignment, drawn: fair.Drawn, *, reps: Mapping[int, int], now: datetime) -> None:
    """Apply a draw: everyone's share and the winner's turn in one statement, corrections after."""
    total = Membership.objects.filter(pk__in=drawn.shares).aggregate(total=Sum("weight"))["total"]
    share = F("weight") * 1.0 / total
    Membership.objects.filter(pk__in=drawn.shares).update(
        balance=F("balance")
        + share
        - Case(When(pk=drawn.winner, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    )
    assignment.has_turn = True
    assignment.save(update_fields=["has_turn"])
    _enter(assignment, TURN, -1.0, "drawn", now)
    _correct(assignment, drawn.corrections, reps, now)


def give_back(assignment: Assignment, *, reason: str, now: datetime) -> None:
    """Return the turn that the assignment holds, if any; the corrections it had caused go with it."""
    if assignment.has_turn:
        _move(assignment, 1.0, CREDIT, reason, now)


def charge(assignment: Assignment, *, reason: str, now: datetime) -> None:
    """Take a turn of the assignment's pool from its rep without a draw, if it holds none yet."""
    if not assignment.has_turn:
        _move(assignment, -1.0, TURN, reason, now)


def carry_over(old: Assignment, new: Assignment, *, reason: str, now: datetime) -> None:
    """The same rep goes on with the meeting: in the same pool with the turn it cost, in another at a new one."""
    if old.pool_id != new.pool_id:
        charge(new, reason=reason, now=now)
    elif old.has_turn:
        Assignment.objects.filter(pk=old.pk).update(has_turn=False)
        LedgerEntry.objects.filter(assignment=old).update(assignment=new)
        new.has_turn = True
        new.save(update_fields=["has_turn"])


def _move(assignment: Assignment, amount: float, kind: LedgerEntry.Kind, reason: str, now: datetime) -> None:
    rows = {row.pk: row for row in _active(assignment.pool)}
    member = next((row for row in rows.values() if row.rep_id == assignment.rep_id), None)
    if member is None:
        return
    moved = fair.credit(
        [_core(row) for row in rows.values()],
        member.pk,
        amount,
        assignment.pool.catch_up,
        undoing=_corrections_of(assignment, rows),
    )
    _apply(moved.deltas)
    assignment.has_turn = amount < 0
    assignment.save(update_fields=["has_turn"])
    _enter(assignment, kind, amount, reason, now)
    _correct(assignment, moved.corrections, {pk: row.rep_id for pk, row in rows.items()}, now, applied=True)


def _corrections_of(assignment: Assignment, rows: Mapping[int, Membership]) -> dict[int, float]:
    """What clamping did on account of this assignment so far and is still in force."""
    by_rep = dict(
        LedgerEntry.objects.filter(assignment=assignment, kind=CORRECTION)
        .order_by()
        .values_list("rep")
        .annotate(sum=Sum("amount"))
    )
    found = {pk: by_rep[row.rep_id] for pk, row in rows.items() if by_rep.get(row.rep_id)}
    return {pk: amount for pk, amount in found.items() if abs(amount) > fair.DUST}


def _correct(
    assignment: Assignment,
    corrections: Mapping[int, float],
    reps: Mapping[int, int],
    now: datetime,
    *,
    applied: bool = False,
) -> None:
    if not applied:
        _apply(corrections)
    for pk, amount in corrections.items():
        _enter(assignment, CORRECTION, amount, "bound", now, rep_id=reps[pk])


def _enter(
    assignment: Assignment,
    kind: LedgerEntry.Kind,
    amount: float,
    reason: str,
    now: datetime,
    *,
    rep_id: int | None = None,
) -> None:
    LedgerEntry.objects.create(
        pool=assignment.pool,
        rep_id=rep_id or assignment.rep_id,
        kind=kind,
        amount=amount,
        assignment=assignment,
        booking=assignment.reference,
        reason=reason,
        at=now,
    )


def _apply(deltas: Mapping[int, float]) -> None:
    if not deltas:
        return
    changes = [When(pk=pk, then=Value(float(delta))) for pk, delta in deltas.items()]
    Membership.objects.filter(pk__in=deltas).update(
        balance=F("balance") + Case(*changes, default=Value(0.0), output_field=FloatField())
    )


def _active(pool: Pool) -> list[Membership]:
    return list(pool.members.taking_turns().order_by("pk"))


def _core(row: Membership) -> fair.Member:
    return fair.Member(row.pk, row.weight, row.balance)


def join(
    pool: Pool, rep: Rep, *, weight: int, daily_cap: int | None, weekly_cap: int | None, now: datetime
) -> Membership:
    """The rep takes part in the pool from now on, owed nothing and owing nothing, or keeps a place there."""
    Pool.objects.select_for_update().get(pk=pool.pk)
    settings = {"weight": weight, "daily_cap": daily_cap, "weekly_cap": weekly_cap}
    member, _ = Membership.objects.get_or_create(pool=pool, rep=rep, defaults=settings)
    if not member.is_active:
        member.is_active, member.balance = True, 0.0
    for name, value in settings.items():
        setattr(member, name, value)
    member.save()
    return member


def leave(membership: Membership, *, now: datetime) -> None:
    """The rep takes no part any more; what was owed either way is spread over those who stay."""
    pool = Pool.objects.select_for_update().get(pk=membership.pool_id)
    membership.refresh_from_db()
    if not membership.is_active:
        return
    _spread_balance(pool, membership, now)
    membership.is_active = False
    membership.save(update_fields=["is_active"])


def set_active(rep: Rep, is_active: bool, *, now: datetime) -> None:
    """Let a rep rest or come back in every pool; a balance is spread on leaving and is 0 on return."""
    if rep.is_active != is_active:
        _change(rep, {"is_active": is_active}, now)


def set_last_day(rep: Rep, leaves_on: date | None, *, now: datetime) -> None:
    """The rep meets nobody after this date of theirs; once it is over, balances are spread as on leaving.

    None, or a date that is not over, lets who had left come back, at a balance of 0.
    """
    has_left = leaves_on is not None and now.astimezone(ZoneInfo(rep.time_zone)).date() > leaves_on
    left_at = (rep.left_at or now) if has_left else None
    if (rep.leaves_on, rep.left_at) != (leaves_on, left_at):
        _change(rep, {"leaves_on": leaves_on, "left_at": left_at}, now)


def _change(rep: Rep, values: Mapping[str, Any], now: datetime) -> None:
    """The rep has these values afterwards; going spreads the balance in every pool, coming back begins at 0."""
    memberships = list(rep.memberships.filter(is_active=True).select_related("pool").order_by("pool"))
    pools = [membership.pool_id for membership in memberships]
    list(Pool.objects.select_for_update().filter(pk__in=pools).order_by("pk").values_list("pk"))
    was_taking_turns = rep.is_taking_turns
    for name, value in values.items():
        setattr(rep, name, value)
    if rep.is_taking_turns != was_taking_turns:
        for membership in memberships:
            if was_taking_turns:
                membership.refresh_from_db()
                _spread_balance(membership.pool, membership, now)
            Membership.objects.filter(pk=membership.pk).update(balance=0.0)
    rep.unreviewed_since = now
    rep.save(update_fields=[*values, "unreviewed_since"])


def _spread_balance(pool: Pool, leaver: Membership, now: datetime) -> None:
    rows = _active(pool)
    if leaver.pk not in {row.pk for row in rows}:
        return
    deltas = fair.leave([_core(row) for row in rows], leaver.pk, pool.catch_up)
    _apply(deltas)
    for row in rows:
        if deltas.get(row.pk):
            LedgerEntry.objects.create(
                pool=pool, rep_id=row.rep_id, kind=CORRECTION, amount=deltas[row.pk], reason="left", at=now
            )


def served(pool: Pool) -> dict[int, int]:
    """How many turns each rep of the pool holds: taken and not given back."""
    rows = (
        Assignment.objects.filter(pool=pool, has_turn=True).order_by().values("rep").annotate(n=Sum(Value(1)))
    )
    return {row["rep"]: row["n"] for row in rows}


def credits(pool: Pool) -> dict[int, int]:
    """How many turns each rep of the pool was given back."""
    rows = LedgerEntry.objects.filter(Q(pool=pool) & Q(kind=CREDIT)).order_by().values("rep")
    return {row["rep"]: row["n"] for row in rows.annotate(n=Sum(Value(1)))}
