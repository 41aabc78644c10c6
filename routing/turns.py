"""The balances of a pool's members and their ledger: turns taken, given back, corrected. Called by assigning.

Accrual is no ledger row: it is one UPDATE over the members who took part, and the audit event of the draw
holds what is needed to draw again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum, Value

from routing import accounts
from routing.core import draw as fair
from routing.models import Assignment, LedgerEntry, Membership, Pool, Rep

TURN, CREDIT, CORRECTION = LedgerEntry.Kind.TURN, LedgerEntry.Kind.CREDIT, LedgerEntry.Kind.CORRECTION
RESTORED, NO_SHOW_REVERSED = "restored", "no_show_reversed"
"""Why a turn that was given back is charged again."""


def take(
    assignment: Assignment,
    drawn: fair.Drawn,
    candidates: Iterable[fair.Candidate],
    *,
    reps: Mapping[int, int],
    now: datetime,
) -> None:
    """Apply a draw to an assignment that holds the turn: everyone's share and the winner's turn in one statement,
    corrections in another where there are any, the ledger in a third."""
    accounts.pay_shares(assignment.pool, drawn, candidates)
    accounts.apply(assignment.pool, drawn.corrections, reps)
    _enter(assignment, TURN, -1.0, "drawn", now, drawn.corrections, reps)


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
    pool = assignment.pool
    places = {place.pk: place for place in accounts.places(pool)}
    reps = {pk: place.rep_id for pk, place in places.items()}
    member = next((place for place in places.values() if place.rep_id == assignment.rep_id), None)
    if member is None:
        return
    moved = fair.credit(
        [place.member for place in places.values()],
        member.pk,
        amount,
        accounts.bound(pool),
        undoing=_corrections_of(assignment, reps),
        payers={place.pk for place in places.values() if place.is_here},
    )
    accounts.apply(pool, moved.deltas, reps)
    assignment.has_turn = amount < 0
    assignment.save(update_fields=["has_turn"])
    _enter(assignment, kind, amount, reason, now, moved.corrections, reps)


def _corrections_of(assignment: Assignment, reps: Mapping[int, int]) -> dict[int, float]:
    """What clamping did on account of this assignment so far and is still in force."""
    by_rep = dict(
        LedgerEntry.objects.filter(assignment=assignment, kind=CORRECTION)
        .order_by()
        .values_list("rep")
        .annotate(sum=Sum("amount"))
    )
    found = {pk: by_rep[rep_id] for pk, rep_id in reps.items() if by_rep.get(rep_id)}
    return {pk: amount for pk, amount in found.items() if abs(amount) > fair.DUST}


def _enter(
    assignment: Assignment,
    kind: LedgerEntry.Kind,
    amount: float,
    reason: str,
    now: datetime,
    corrections: Mapping[int, float],
    reps: Mapping[int, int],
) -> None:
    """Enter a movement of the assignment and what was corrected with it."""
    entries = [(assignment.rep_id, kind, amount, reason)]
    entries += [(reps[pk], CORRECTION, change, "bound") for pk, change in corrections.items()]
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            pool=assignment.pool,
            rep_id=rep_id,
            kind=entered,
            amount=change,
            assignment=assignment,
            booking=assignment.reference,
            reason=why,
            at=now,
        )
        for rep_id, entered, change, why in entries
    )


def join(
    pool: Pool, rep: Rep, *, weight: int, daily_cap: int | None, weekly_cap: int | None, now: datetime
) -> Membership:
    """The rep takes part in the pool from now on, owed nothing and owing nothing, or keeps a place there.

    Who is in another pool of the pool's group already goes on with the balance of the group.
    """
    accounts.lock([pool])
    settings = {"weight": weight, "daily_cap": daily_cap, "weekly_cap": weekly_cap}
    known = accounts.memberships(pool).filter(rep=rep).first()
    balance = known.balance if known else 0.0
    member, _ = Membership.objects.get_or_create(
        pool=pool, rep=rep, defaults={**settings, "balance": balance}
    )
    if not member.is_active:
        member.is_active, member.balance = True, balance
    for name, value in settings.items():
        setattr(member, name, value)
    member.save()
    return member


def leave(membership: Membership, *, now: datetime) -> None:
    """The rep takes no part any more; what was owed either way is spread over those who stay.

    Who stays in another pool of the pool's group keeps the balance, which is the group's.
    """
    pool = Pool.objects.get(pk=membership.pool_id)
    accounts.lock([pool])
    membership.refresh_from_db()
    if not membership.is_active:
        return
    if accounts.memberships(pool).filter(rep=membership.rep_id).count() == 1:
        spread_balance(pool, membership.rep_id, now)
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
    pools = list(Pool.objects.filter(members__rep=rep, members__is_active=True).order_by("pk"))
    accounts.lock(pools)
    was_taking_turns = rep.is_taking_turns
    for name, value in values.items():
        setattr(rep, name, value)
    if rep.is_taking_turns != was_taking_turns:
        if was_taking_turns:
            for pool in {pool.fairness_group or pool.pk: pool for pool in pools}.values():
                spread_balance(pool, rep.pk, now)
        rep.memberships.filter(is_active=True).update(balance=0.0)
    rep.unreviewed_since = now
    rep.save(update_fields=[*values, "unreviewed_since"])


def spread_balance(pool: Pool, rep_id: int, now: datetime) -> None:
    """The rep's balance in the pool's account is 0, and what it was lies with the others there."""
    places = accounts.places(pool)
    leaver = next((place for place in places if place.rep_id == rep_id), None)
    if leaver is None:
        return
    deltas = fair.leave([place.member for place in places], leaver.pk, accounts.bound(pool))
    reps = {place.pk: place.rep_id for place in places}
    correct(pool, deltas, reps, "left", now)


def correct(
    pool: Pool, deltas: Mapping[int, float], reps: Mapping[int, int], reason: str, now: datetime
) -> None:
    """Change balances, given by the numbers of places, for no assignment in particular, and enter that."""
    accounts.apply(pool, deltas, reps)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(pool=pool, rep_id=reps[pk], kind=CORRECTION, amount=amount, reason=reason, at=now)
        for pk, amount in deltas.items()
    )


def served(pool: Pool) -> dict[int, int]:
    """How many turns each rep of the pool holds: taken and not given back."""
    rows = (
        Assignment.objects.filter(pool=pool, has_turn=True).order_by().values("rep").annotate(n=Sum(Value(1)))
    )
    return {row["rep"]: row["n"] for row in rows}


def credits(pool: Pool) -> dict[int, int]:
    """How many turns each rep of the pool was given back and has not paid again since."""
    return credited(LedgerEntry.objects.filter(pool=pool))


def credited(entries: QuerySet[LedgerEntry]) -> dict[int, int]:
    """The same of some ledger entries: what a restored meeting or a reversed no-show charged again is no credit."""
    counts = entries.order_by().values("rep").annotate(
        given=Count("pk", filter=Q(kind=CREDIT)),
        again=Count("pk", filter=Q(kind=TURN, reason__in=(RESTORED, NO_SHOW_REVERSED))),
    )  # fmt: skip
    return {row["rep"]: max(row["given"] - row["again"], 0) for row in counts}
