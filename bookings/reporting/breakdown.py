"""The funnel split by segment, pool, rep, source, form or week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bookings.core.progress import BOOKED, HELD, MARKED, QUALIFIED, ROUTED, SHOWN
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
    says = "Leads that asked within the period, by how far they have come until now."
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

    def facts(self, selection: Selection, by: str) -> Iterator[Fact]:
        reps = names.reps() if by == "rep" else {}
        rows = selection.runs().order_by().values_list(FIELDS[by], "lead", "furthest", "acknowledged_at")
        for value, lead, furthest, taken in rows.iterator():
            if by == "week":
                key = names.week(value)
            else:
                key = (reps.get(value, "") if by == "rep" else value) or names.NONE
            yield key, lead, (True, *_came(furthest), furthest == MARKED and taken is not None)

    def labels(self, by: str, keys: Iterable[str]) -> dict[str, str]:
        return names.weeks(keys) if by == "week" else names.named(by, keys)


_CAME = [
    tuple(furthest >= step for step in (QUALIFIED, ROUTED, SHOWN, BOOKED, HELD, MARKED))
    for furthest in range(MARKED + 1)
]


def _came(furthest: int) -> tuple[bool, ...]:
    return _CAME[furthest]
