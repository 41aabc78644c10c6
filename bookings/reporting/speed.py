"""How soon leads meet somebody, and whether pools could offer a time within their SLA."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import quantiles

from bookings.core.progress import BOOKED
from bookings.reporting import names
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Column, Report, Row, Value, share

HOUR = 3600


class FirstMeeting(Report):
    name = "first-meeting"
    title = "How soon leads meet"
    says = (
        "Hours from asking to the start of the first meeting, of leads that asked within the period and booked; "
        "and how often the pool tried first could offer a time within its SLA."
    )
    by = {"pool": "By pool", "segment": "By segment", "rep": "By rep", "week": "By week"}
    columns = (
        Column("booked", "Booked"), Column("median", "Half meet within, hours", "hours"),
        Column("most", "Nine in ten within, hours", "hours"), Column("measured", "With an SLA"),
        Column("kept", "SLA kept"), Column("kept_share", "SLA kept, share", "share"),
    )  # fmt: skip
    main = "median"
    is_over_time = frozenset(("week",))

    def rows(self, selection: Selection, by: str) -> list[Row]:
        hours: dict[str, list[float]] = defaultdict(list)
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for key, _, waited, in_sla in self._facts(selection, by):
            kept = sums[key]
            if waited is not None:
                hours[key].append(waited)
            if in_sla is not None:
                kept[0] += 1
                kept[1] += in_sla
        labels = names.weeks(sums) if by == "week" else names.named(by, sums)
        return [_row(key, label, hours[key], *sums[key]) for key, label in labels.items()]

    def leads(self, selection: Selection, by: str, key: str, column: str) -> set[int]:
        return {
            lead
            for found, lead, waited, in_sla in self._facts(selection, by)
            if found == key and lead and _counts(column, waited, in_sla)
        }

    def _facts(
        self, selection: Selection, by: str
    ) -> Iterator[tuple[str, int | None, float | None, bool | None]]:
        reps = names.reps() if by == "rep" else {}
        field = "began_at" if by == "week" else by
        rows = (
            selection.runs()
            .order_by()
            .values_list(field, "lead", "began_at", "meets_at", "furthest", "in_sla")
        )
        for value, lead, began, meets, furthest, in_sla in rows.iterator():
            key = names.week(value) if by == "week" else (reps.get(value, "") if by == "rep" else value)
            is_booked = furthest >= BOOKED and meets is not None
            waited = max((meets - began).total_seconds() / HOUR, 0.0) if is_booked else None
            yield key or names.NONE, lead, waited, in_sla


def _counts(column: str, waited: float | None, in_sla: bool | None) -> bool:
    if column == "booked":
        return waited is not None
    return in_sla is not None if column == "measured" else bool(in_sla)


def _row(key: str, label: str, hours: list[float], measured: int, kept: int) -> Row:
    tenths = quantiles(hours, n=10, method="inclusive") if len(hours) > 1 else hours * 9
    values: dict[str, Value] = {
        "booked": len(hours),
        "median": round(tenths[4], 1) if hours else None,
        "most": round(tenths[8], 1) if hours else None,
        "measured": measured,
        "kept": kept,
        "kept_share": share(kept, measured),
    }
    return Row(key, label, values)
