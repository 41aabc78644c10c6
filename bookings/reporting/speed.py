"""How soon leads meet somebody, and whether pools could offer a time within their SLA."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, timedelta
from statistics import quantiles
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncWeek

from bookings.core.progress import BOOKED
from bookings.reporting import names
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Column, Report, Row, Value, share

HOUR = 3600
WAITED = ExpressionWrapper(F("meets_at") - F("began_at"), output_field=DurationField())


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
        reps = names.reps() if by == "rep" else {}
        keyed = self._keyed(selection, by)
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        kept = Count("run", filter=Q(in_sla=True))
        for value, measured, kept_sla in keyed.values_list("key").annotate(n=Count("in_sla"), kept=kept):
            sums[_key(by, value, reps)][0] += measured
            sums[_key(by, value, reps)][1] += kept_sla
        hours: dict[str, list[float]] = defaultdict(list)
        booked = keyed.filter(furthest__gte=BOOKED, meets_at__isnull=False)
        for value, waited in booked.annotate(waited=WAITED).values_list("key", "waited"):
            hours[_key(by, value, reps)].append(_hours(waited))
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
        rows = self._keyed(selection, by).annotate(waited=WAITED)
        for value, lead, waited, furthest, in_sla in rows.values_list(
            "key", "lead", "waited", "furthest", "in_sla"
        ).iterator():
            is_booked = furthest >= BOOKED and waited is not None
            yield _key(by, value, reps), lead, _hours(waited) if is_booked else None, in_sla

    def _keyed(self, selection: Selection, by: str) -> QuerySet[Any]:
        key = TruncWeek("began_at", tzinfo=UTC) if by == "week" else F(by)
        return selection.runs().order_by().annotate(key=key)


def _key(by: str, value: Any, reps: dict[int, str]) -> str:
    if by == "week":
        return names.week(value)
    return (reps.get(value, "") if by == "rep" else value) or names.NONE


def _hours(waited: timedelta) -> float:
    return max(waited.total_seconds() / HOUR, 0.0)


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
