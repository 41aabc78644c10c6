"""Whether the turns of a pool are shared out as its weights say."""

from __future__ import annotations

from dataclasses import dataclass

from routing import turns
from routing.models import Pool


@dataclass(frozen=True)
class Turn:
    """A member's part in a pool. `served` turns are held, `credits` were given back; `balance` is in meetings."""

    rep: str
    weight: int
    share: float
    served: int
    credits: int
    balance: float


def fairness(pool: Pool) -> list[Turn]:
    """The members who take turns, in the order they joined; their shares sum to 1, their balances to 0."""
    members = list(pool.members.taking_turns().select_related("rep").order_by("pk"))
    total = sum(member.weight for member in members)
    served, given_back = turns.served(pool), turns.credits(pool)
    return [
        Turn(
            rep=member.rep.email,
            weight=member.weight,
            share=member.weight / total,
            served=served.get(member.rep_id, 0),
            credits=given_back.get(member.rep_id, 0),
            balance=member.balance,
        )
        for member in members
    ]
