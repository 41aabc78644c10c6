"""A pool's accounts of turns over time, as its draws recorded them: what was due to whom, and what each got."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Sum

from routing import turns
from routing.models import LedgerEntry, Pool
from workflows.models import AuditEvent

DRAWN = "assignment.drawn"


@dataclass(frozen=True)
class Account:
    """One rep's part in the draws of a span of time. All numbers are meetings, `balance` is that of now.

    `due` is the sum of the shares in every draw the rep took part in, `drawn` the turns taken there.
    `history` is the balance after each draw that the rep was considered in, by its instant, ascending.
    """

    rep_id: int
    name: str
    weight: int
    balance: float
    due: float = 0.0
    drawn: int = 0
    given_back: int = 0
    corrected: float = 0.0
    history: tuple[tuple[datetime, float], ...] = ()


@dataclass
class _Draws:
    count: int = 0
    due: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    drawn: Counter[int] = field(default_factory=Counter)
    history: defaultdict[int, list[tuple[datetime, float]]] = field(default_factory=lambda: defaultdict(list))


def accounts(pool: Pool, since: datetime, until: datetime) -> tuple[int, list[Account]]:
    """How many draws there were from `since` to `until`, and the account of each member who takes turns."""
    events = AuditEvent.objects.filter(
        verb=DRAWN, at__gte=since, at__lte=until, data__pool=pool.slug, data__manner="draw"
    )
    draws = _read(events.order_by("at", "pk").values_list("at", "data").iterator())
    entries = LedgerEntry.objects.filter(pool=pool, at__gte=since, at__lte=until)
    credits = turns.credited(entries)
    corrections = dict(
        entries.filter(kind=LedgerEntry.Kind.CORRECTION).order_by().values_list("rep").annotate(Sum("amount"))
    )
    members = pool.members.taking_turns().select_related("rep").order_by("-weight", "rep__name")
    return draws.count, [
        Account(
            rep_id=member.rep_id,
            name=member.rep.name,
            weight=member.weight,
            balance=member.balance,
            due=draws.due[member.rep_id],
            drawn=draws.drawn[member.rep_id],
            given_back=credits.get(member.rep_id, 0),
            corrected=corrections.get(member.rep_id, 0.0),
            history=tuple(draws.history[member.rep_id]),
        )
        for member in members
    ]


def _read(events: Iterable[tuple[datetime, Mapping[str, Any]]]) -> _Draws:
    draws = _Draws()
    for at, data in events:
        draws.count += 1
        winner = data.get("rep")
        draws.drawn[winner or 0] += 1
        for each in data.get("candidates") or ():
            share = each.get("share")
            if share is None:
                continue
            rep = each["rep"]
            draws.due[rep] += share
            draws.history[rep].append((at, each["balance"] + share - (rep == winner)))
    return draws
