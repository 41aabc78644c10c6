"""Accounts of turns: whose balances sum to 0 together, and where each is kept.

A pool has its own account for each member. Pools of one fairness group share them: a rep has one balance in all
of the group, kept alike in each of the rep's memberships there, so that a draw reads its own pool's rows alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Case, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When

from routing.core import draw as fair
from routing.models import Membership, Pool


@dataclass(frozen=True)
class Place:
    """A rep's place in an account: the number and weight it goes by there, and whether in the pool itself."""

    pk: int
    rep_id: int
    weight: int
    balance: float
    is_here: bool

    @property
    def member(self) -> fair.Member:
        return fair.Member(self.pk, self.weight, self.balance)


def pools_with(pools: Iterable[Pool]) -> list[int]:
    """The numbers of these pools and of all that share an account with one of them, ascending."""
    given = list(pools)
    groups = {pool.fairness_group for pool in given} - {""}
    ids = {pool.pk for pool in given}
    if groups:
        ids.update(Pool.objects.filter(fairness_group__in=groups).values_list("pk", flat=True))
    return sorted(ids)


def lock(pools: Iterable[Pool]) -> None:
    """Lock the pools and those that share an account with one of them, by id."""
    numbers = pools_with(pools)
    list(Pool.objects.select_for_update().filter(pk__in=numbers).order_by("pk").values_list("pk"))


def bound(pool: Pool) -> int:
    """The most meetings anybody can be owed or owe: the pool's own, or the largest in its group."""
    if not pool.fairness_group:
        return pool.catch_up
    return max(Pool.objects.filter(fairness_group=pool.fairness_group).values_list("catch_up", flat=True))


def memberships(pool: Pool) -> QuerySet[Membership]:
    """All rows in which the account's balances are kept, by number."""
    if not pool.fairness_group:
        return Membership.objects.taking_turns().filter(pool=pool).order_by("pk")
    return Membership.objects.taking_turns().filter(pool__fairness_group=pool.fairness_group).order_by("pk")


def places(pool: Pool) -> list[Place]:
    """Everybody in the account, once. Who is not in the pool itself has the weights of the others together."""
    rows = list(memberships(pool))
    here = {row.rep_id: row for row in rows if row.pool_id == pool.pk}
    found = [Place(row.pk, row.rep_id, row.weight, row.balance, True) for row in here.values()]
    elsewhere: dict[int, Place] = {}
    for row in rows:
        if row.rep_id not in here:
            known = elsewhere.get(row.rep_id)
            weight = row.weight + (known.weight if known else 0)
            elsewhere[row.rep_id] = Place(
                known.pk if known else row.pk, row.rep_id, weight, row.balance, False
            )
    return found + list(elsewhere.values())


def others(pool: Pool) -> list[Place]:
    """Those in the account who are not in the pool: nobody, unless it is of a group."""
    return [place for place in places(pool) if not place.is_here] if pool.fairness_group else []


def apply(pool: Pool, deltas: Mapping[int, float], reps: Mapping[int, int]) -> None:
    """Change balances, given by the numbers of places; `reps` tells whose each is. One statement."""
    if not deltas:
        return
    key, within, params = "id", "", []
    changed = {pk: float(delta) for pk, delta in deltas.items()}
    if pool.fairness_group:
        key, within = "rep_id", f" AND is_active AND pool_id IN ({_GROUP})"
        changed, params = {reps[pk]: delta for pk, delta in changed.items()}, [pool.fairness_group]
    rows = ", ".join(["(%s, %s)"] * len(changed))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH changed (number, delta) AS (VALUES {rows}) UPDATE routing_membership"
            " SET balance = balance + CAST(changed.delta AS DOUBLE PRECISION) FROM changed"
            f" WHERE routing_membership.{key} = changed.number{within}",
            [*chain.from_iterable(changed.items()), *params],
        )


_GROUP = "SELECT id FROM routing_pool WHERE fairness_group = %s"


def pay_shares(pool: Pool, drawn: fair.Drawn, candidates: Iterable[fair.Candidate]) -> None:
    """Everyone's share of one meeting and the winner's turn, in one statement over the members who took part.

    `candidates` are at least all active members of the pool, whose lock is held.
    """
    weights = {each.member.id: each.member.weight for each in candidates}
    total = sum(weights[pk] for pk in drawn.shares)
    here = Membership.objects.filter(pool=pool, is_active=True)
    sharing = here.exclude(pk__in=weights.keys() - drawn.shares.keys())
    if pool.fairness_group:
        of_rep = Membership.objects.filter(pool=pool, rep=OuterRef("rep"))
        weight: Any = Subquery(of_rep.values("weight"))
        pools = Pool.objects.filter(fairness_group=pool.fairness_group).values("pk")
        rows = Membership.objects.filter(pool__in=pools, is_active=True, rep__in=sharing.values("rep"))
        winner = Q(rep__in=here.filter(pk=drawn.winner).values("rep"))
    else:
        weight, rows, winner = F("weight"), sharing, Q(pk=drawn.winner)
    turn = Case(When(winner, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    rows.update(balance=F("balance") + weight * 1.0 / total - turn)
