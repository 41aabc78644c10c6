"""Joining a pool to a fairness group and parting it from one, with everybody's balance."""

from __future__ import annotations

from datetime import datetime

from routing import accounts, turns
from routing.core import draw as fair
from routing.models import Membership, Pool

_GONE = -1
"""Stands for all who are in no other pool of the group; no place has this number."""


def regroup(pool: Pool, group: str, *, now: datetime) -> None:
    """The pool shares its turns with the other pools of `group` afterwards, or, if empty, with none.

    Joining adds up what each rep is owed in the pool and in the group, within the group's bound. Parting leaves
    the balances with the group, those of reps who are in none of its other pools spread over the rest, and
    begins at 0 in the pool.
    """
    if pool.fairness_group == group:
        return
    accounts.lock([pool, *Pool.objects.filter(fairness_group=group).exclude(fairness_group="")])
    if pool.fairness_group:
        _part(pool, now)
    pool.fairness_group = group
    Pool.objects.filter(pk=pool.pk).update(fairness_group=group)
    if group:
        _join(pool, now)


def _part(pool: Pool, now: datetime) -> None:
    rest = Pool.objects.filter(fairness_group=pool.fairness_group).exclude(pk=pool.pk).first()
    if rest is None:
        return
    own = dict(Membership.objects.taking_turns().filter(pool=pool).values_list("rep", "balance"))
    Pool.objects.filter(pk=pool.pk).update(fairness_group="")
    places = accounts.places(rest)
    reps = {place.pk: place.rep_id for place in places}
    left = sum(balance for rep_id, balance in own.items() if rep_id not in reps.values())
    members = [*(place.member for place in places), fair.Member(_GONE, 1, left)]
    deltas = fair.leave(members, _GONE, accounts.bound(rest))
    deltas.pop(_GONE, None)
    turns.correct(rest, deltas, reps, "left", now)
    Membership.objects.filter(pool=pool).update(balance=0.0)


def _join(pool: Pool, now: datetime) -> None:
    own = dict(Membership.objects.taking_turns().filter(pool=pool).values_list("rep", "balance"))
    elsewhere = accounts.memberships(pool).exclude(pool=pool)
    shared = dict(elsewhere.values_list("rep", "balance"))
    for rep_id in own.keys() | shared.keys():
        balance = own.get(rep_id, 0.0) + shared.get(rep_id, 0.0)
        rows = accounts.memberships(pool).filter(rep=rep_id).values("pk")
        Membership.objects.filter(pk__in=[row["pk"] for row in rows]).update(balance=balance)
    places = accounts.places(pool)
    reps = {place.pk: place.rep_id for place in places}
    corrections = fair.clamp([place.member for place in places], accounts.bound(pool))
    turns.correct(pool, corrections, reps, "bound", now)
