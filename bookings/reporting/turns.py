"""Fairness as a report: the turns of a pool's members beside the share that their weights give them."""

from __future__ import annotations

from collections.abc import Iterable

from bookings.models import Booking
from bookings.reporting.fairness import fairness
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Column, Report, Row, share
from routing.models import Pool, Rep


class Turns(Report):
    name = "fairness"
    title = "Whose turn it was"
    unit = ("turn", "turns")
    says = (
        "All turns since each member joined: the share that the weights promise, beside the share of turns held. "
        "A balance above nought is owed to the rep, one below by the rep, in meetings."
    )
    by = {"rep": "By rep"}
    columns = (
        Column("served", "Turns held"), Column("promised", "Promised share", "share"),
        Column("held_share", "Share of turns held", "share"), Column("credits", "Given back", "number"),
        Column("weight", "Weight", "number"), Column("balance", "Balance, meetings", "number"),
    )  # fmt: skip
    main = "balance"
    looks_back = False

    def rows(self, selection: Selection, by: str) -> list[Row]:
        pool = pool_of(selection)
        members = fairness(pool) if pool else []
        total = sum(member.served for member in members)
        names = dict(Rep.objects.filter(memberships__pool=pool).values_list("email", "name"))
        return [
            Row(
                member.rep,
                names.get(member.rep, member.rep),
                {
                    "served": member.served, "promised": round(member.share, 4),
                    "held_share": share(member.served, total), "credits": member.credits,
                    "weight": member.weight, "balance": round(member.balance, 2),
                },
            )
            for member in members
        ]  # fmt: skip

    def leads(self, selection: Selection, by: str, key: str, column: str) -> Iterable[int | None]:
        held = Booking.objects.filter(pool=pool_of(selection), rep__email=key, assignment__has_turn=True)
        return held.order_by().values_list("lead", flat=True).distinct()


def pool_of(selection: Selection) -> Pool | None:
    """The pool that was chosen, else the first one in use."""
    pools = (
        Pool.objects.filter(slug=selection.pool) if selection.pool else Pool.objects.filter(retired_at=None)
    )
    return pools.order_by("name").first()
