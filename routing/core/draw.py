"""Whose turn it is: a balance for each active member of a pool, in meetings, and the draw that keeps it.

A positive balance is owed to the member, a negative one is owed by the member; those of a pool's active
members sum to 0. Each draw pays everyone who took part their share of one meeting and charges one meeting to
the one drawn, who is chosen by the earliest deadline among those not ahead of their share: the time at which,
at their share, the next whole meeting falls due to them. With fixed participants all free, nobody is ever a
whole meeting ahead of or behind the fair share, for any weights.

Sources: I. Stoica and H. Abdel-Wahab, Earliest Eligible Virtual Deadline First, Old Dominion University, TR
95-22 (1995); S. Baruah, N. Cohen, C. Plaxton and D. Varvel, Proportionate Progress, Algorithmica 15 (1996).

Balances are floats, Decimals or Fractions, of one type within a pool; what is returned is of that type. With
Fractions everything is exact. Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Number = Any
"""float, Decimal or Fraction (an int becomes a float): Python has no type for "one of these throughout"."""

DIGITS = 6
"""Decimal digits in which balances and quotients are compared, so that rounding decides no tie."""

DUST = 1e-9
"""Beyond a bound by no more than this is rounding, not something to correct."""

OWED, DEADLINE, ALL_AHEAD = "owed", "deadline", "all_ahead"
RULES = {
    OWED: "owed a whole meeting",
    DEADLINE: "earliest deadline",
    ALL_AHEAD: "earliest deadline, all of those free being ahead of their share",
}


class NobodyFree(Exception):
    """There is nobody to draw: no participant is free."""


@dataclass(frozen=True)
class Member:
    """A member of a pool; `balance` is in meetings. Raises ValueError if the weight is not positive."""

    id: int
    weight: int
    balance: Number = 0
    active: bool = True

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError(f"the weight of member {self.id} is {self.weight}; it must be positive")


@dataclass(frozen=True)
class Candidate:
    """A member at a draw: whether they share in it (P in the formulas), and whether they are free (F).

    `reason` is a code for the record that says why not. Who is free without taking part cannot be drawn.
    """

    member: Member
    participates: bool = True
    free: bool = True
    reason: str | None = None


@dataclass(frozen=True)
class Drawn:
    """A draw: the winner's balance falls by 1, each participant's rises by their share, then `corrections`.

    `balances` are those of all active members after all of that. `corrections` are what clamping changed.
    """

    winner: int
    rule: str
    shares: Mapping[int, Number]
    corrections: Mapping[int, Number]
    balances: Mapping[int, Number]


@dataclass(frozen=True)
class Moved:
    """Changes of balances that sum to 0: all in `deltas`; in `corrections` the part beyond the movement."""

    deltas: Mapping[int, Number] = field(default_factory=dict)
    corrections: Mapping[int, Number] = field(default_factory=dict)


def accrual(weight: int, total: int, unit: Number = 1) -> Number:
    """The share of one meeting that a weight earns in a draw among participants of this total weight."""
    return unit * weight / total


def draw(candidates: Iterable[Candidate], catch_up: int) -> Drawn:
    """Draw one of the participants who are free; inactive members are as if they were not there.

    All active members are to be given, since a correction can fall to any. Raises NobodyFree.
    """
    present = [candidate for candidate in candidates if candidate.member.active]
    sharing = [candidate for candidate in present if candidate.participates]
    before = {candidate.member.id: candidate.member.balance for candidate in present}
    weights = {candidate.member.id: candidate.member.weight for candidate in present}
    unit = _unit(before)
    total = sum(candidate.member.weight for candidate in sharing)
    shares = {each.member.id: accrual(each.member.weight, total, unit) for each in sharing}
    rule, winner = _pick([each.member for each in sharing if each.free], shares)
    drawn = {id_: balance + shares.get(id_, 0) for id_, balance in before.items()}
    drawn[winner] -= 1
    after = _clamped(drawn, weights, catch_up)
    return Drawn(winner, rule, shares, _changes(drawn, after), after)


def _pick(free: Sequence[Member], shares: Mapping[int, Number]) -> tuple[str, int]:
    if not free:
        raise NobodyFree("no participant is free")
    owed = [member for member in free if round(member.balance, DIGITS) >= 1]
    if owed:
        most = min(owed, key=lambda each: (-round(each.balance, DIGITS), -each.weight, each.id))
        return OWED, most.id
    eligible = [member for member in free if round(member.balance, DIGITS) >= 0]
    first = min(
        eligible or free,
        key=lambda each: (round(_quotient(each, shares), DIGITS), -each.weight, each.id),
    )
    return (DEADLINE if eligible else ALL_AHEAD), first.id


def _quotient(member: Member, shares: Mapping[int, Number]) -> Number:
    """In how many draws the member's next whole meeting falls due."""
    return (1 - member.balance) / shares[member.id]


def credit(
    members: Iterable[Member],
    member_id: int,
    amount: Number,
    catch_up: int,
    undoing: Mapping[int, Number] | None = None,
    payers: Collection[int] | None = None,
) -> Moved:
    """Give a member `amount` meetings (a charge if negative), paid by weight by all active ones, itself too.

    `payers`, if given, are those of them who pay: the members of one pool among all who share an account.

    To reverse an earlier draw, credit or charge give its corrections as `undoing`: they are taken back too
    (the part of who has left since: by weight from all). Balances are then exactly what they were before,
    unless something else happened meanwhile. Without it, a turn that was drawn at the bound, where it cost
    the member little, would be paid back in full. The `corrections` returned hold these and the new ones.

    Who is not an active member has no balance: then nothing moves.
    """
    before, weights = _active(members)
    if member_id not in before:
        return Moved()
    paying = {id_: weight for id_, weight in weights.items() if payers is None or id_ in payers}
    unit, total = _unit(before), sum(paying.values())
    paid = {id_: bal - unit * amount * paying.get(id_, 0) / total for id_, bal in before.items()}
    paid[member_id] += unit * amount
    undone = {id_: change for id_, change in (undoing or {}).items() if id_ in before}
    ownerless = sum(undone.values())
    reversed_ = {
        id_: balance - undone.get(id_, 0) + unit * ownerless * paying.get(id_, 0) / total
        for id_, balance in paid.items()
    }
    after = _clamped(reversed_, weights, catch_up)
    return Moved(_changes(before, after), _changes(paid, after))


def clamp(members: Iterable[Member], catch_up: int) -> dict[int, Number]:
    """The corrections that bring all balances within +-`catch_up`; they sum to 0, none if all are within.

    What is cut off at a bound is spread by weight over the members not at that bound, again and again until
    nobody is beyond it: first at the upper bound, then at the lower, which lifts nobody.
    """
    before, weights = _active(members)
    return _changes(before, _clamped(before, weights, catch_up))


def leave(members: Iterable[Member], member_id: int, catch_up: int) -> dict[int, Number]:
    """The changes when a member leaves: its balance goes to 0, spread by weight over the other active ones.

    Those at the bound take nothing of it. Raises KeyError if there is no such member. Who joins or comes back
    starts at 0, which changes nobody's balance; a change of weight changes none either.
    """
    everyone = {member.id: member for member in members}
    left = everyone.pop(member_id).balance
    before, weights = _active(everyone.values())
    sign = 1 if left > 0 else -1
    unit = _unit({**before, member_id: left})
    after = dict(before)
    _spread(after, weights, unit * left, unit * sign * catch_up, sign)
    return _changes({**before, member_id: left}, {**after, member_id: unit * 0})


def moved(members: Iterable[Member], deltas: Mapping[int, Number]) -> list[Member]:
    """The members with their balances changed by these deltas."""
    return [replace(each, balance=each.balance + deltas.get(each.id, 0)) for each in members]


def _active(members: Iterable[Member]) -> tuple[dict[int, Number], dict[int, int]]:
    """Balances and weights of the active members."""
    active = [member for member in members if member.active]
    return {each.id: each.balance for each in active}, {each.id: each.weight for each in active}


def _unit(balances: Mapping[int, Number]) -> Number:
    """One, in the type of the balances: it keeps weights divided by weights from becoming floats."""
    return 1 + 0 * sum(balances.values())


def _changes(before: Mapping[int, Number], after: Mapping[int, Number]) -> dict[int, Number]:
    return {id_: after[id_] - balance for id_, balance in before.items() if after[id_] != balance}


def _clamped(balances: Mapping[int, Number], weights: Mapping[int, int], catch_up: int) -> dict[int, Number]:
    after = dict(balances)
    for sign in (1, -1):
        bound = _unit(balances) * sign * catch_up
        _spread(after, weights, _cut(after, bound, sign), bound, sign)
    return after


def _cut(balances: dict[int, Number], bound: Number, sign: int) -> Number:
    """Bring all who are beyond the bound to it; gives what was cut off, signed."""
    beyond = [id_ for id_, balance in balances.items() if (balance - bound) * sign > DUST]
    excess = sum(balances[id_] - bound for id_ in beyond)
    balances.update(dict.fromkeys(beyond, bound))
    return excess


def _spread(
    balances: dict[int, Number], weights: Mapping[int, int], amount: Number, bound: Number, sign: int
) -> None:
    """Add the amount by weight to all short of the bound. Each round fills one at least, so it ends.

    Balances that sum to 0 always have room for it; without room (a pool left by all) it is dropped.
    """
    while amount:
        takers = [id_ for id_, balance in balances.items() if (bound - balance) * sign > 0]
        if not takers:
            return
        total = sum(weights[id_] for id_ in takers)
        for id_ in takers:
            balances[id_] += amount * weights[id_] / total
        amount = _cut(balances, bound, sign)


def explain(candidates: Sequence[Candidate], drawn: Drawn, catch_up: int) -> dict[str, Any]:
    """The draw for the audit trail, as plain JSON: who stood how, and all that `redraw` needs."""
    return {
        "rule": drawn.rule,
        "winner": drawn.winner,
        "catch_up": catch_up,
        "candidates": [_explained(candidate, drawn.shares) for candidate in candidates],
        "corrections": [
            {"member": id_, "amount": float(amount)} for id_, amount in sorted(drawn.corrections.items())
        ],
    }


def _explained(candidate: Candidate, shares: Mapping[int, Number]) -> dict[str, Any]:
    member = candidate.member
    taking_part = member.id in shares
    return {
        "member": member.id,
        "weight": member.weight,
        "balance": float(member.balance),
        "active": member.active,
        "participates": candidate.participates,
        "free": candidate.free,
        "reason": candidate.reason,
        "share": float(shares[member.id]) if taking_part else None,
        "quotient": float(_quotient(member, shares)) if taking_part else None,
    }


def redraw(record: Mapping[str, Any]) -> Drawn:
    """The draw again, from what `explain` wrote: the same winner by the same rule. Raises NobodyFree."""
    candidates = [
        Candidate(
            Member(each["member"], each["weight"], each["balance"], each["active"]),
            each["participates"],
            each["free"],
            each["reason"],
        )
        for each in record["candidates"]
    ]
    return draw(candidates, record["catch_up"])
