"""The funnel split by segment, pool, rep, source, form or week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncWeek

from bookings.core.progress import BOOKED, HELD, MARKED, QUALIFIED, ROUTED, SHOWN, SUBMITTED
from bookings.reporting import names
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Column, Counted, Fact

FIELDS = {
    "segment": "segment",
    "pool": "pool",
    "rep": "rep",
    "source": "source",
    "form": "form",
    "week": "began_at",
}


class Breakdown(Counted):
    name = "breakdown"
    title = "How far leads came, by where they came from and went"
    says = "Enquiries within the period, by how far they have come until now. Who asked twice counts twice."
    by = {
        "segment": "By segment", "pool": "By pool", "rep": "By rep", "source": "By source", "form": "By form",
        "week": "By week",
    }  # fmt: skip
    columns = (
        Column("submitted", "Submitted"), Column("qualified", "Qualified"), Column("routed", "Routed"),
        Column("slots_shown", "Saw times"), Column("booked", "Booked"), Column("held", "Met"),
        Column("outcome", "Outcome marked"), Column("acknowledged", "Outcome in the CRM"),
        Column("booked_share", "Booked of all", "share"),
    )  # fmt: skip
    shares = {"booked_share": ("booked", "submitted")}
    main = "submitted"
    is_over_time = frozenset(("week",))

    def sums(self, selection: Selection, by: str) -> dict[str, list[int]]:
        """Grouped by the database, so that the number of leads matters little."""
        reps = names.reps() if by == "rep" else {}
        grouped = self._keyed(selection, by).order_by().values_list("key", "furthest")
        sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(self.counts))
        for value, furthest, count, taken in grouped.annotate(n=Count("run"), taken=Count("acknowledged_at")):
            kept = sums[_key(by, value, reps)]
            for place, came in enumerate(_CAME[furthest]):
                kept[place] += count * came
            kept[-1] += taken if furthest == MARKED else 0
        return sums

    def facts(self, selection: Selection, by: str) -> Iterator[Fact]:
        reps = names.reps() if by == "rep" else {}
        rows = self._keyed(selection, by).order_by().values_list("key", "lead", "furthest", "acknowledged_at")
        for value, lead, furthest, taken in rows.iterator():
            yield _key(by, value, reps), lead, (*_CAME[furthest], furthest == MARKED and taken is not None)

    def _keyed(self, selection: Selection, by: str) -> QuerySet[Any]:
        field = FIELDS[by]
        return selection.runs().annotate(key=TruncWeek(field, tzinfo=UTC) if by == "week" else F(field))

    def labels(self, by: str, keys: Iterable[str]) -> dict[str, str]:
        return names.weeks(keys) if by == "week" else names.named(by, keys)


def _key(by: str, value: Any, reps: dict[int, str]) -> str:
    if by == "week":
        return names.week(value)
    return (reps.get(value, "") if by == "rep" else value) or names.NONE


_CAME = [
    tuple(furthest >= step for step in (SUBMITTED, QUALIFIED, ROUTED, SHOWN, BOOKED, HELD, MARKED))
    for furthest in range(MARKED + 1)
]
