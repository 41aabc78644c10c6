"""The funnel as tables: from the form's views to the outcome in the CRM, and why leads came no further."""

from __future__ import annotations

from collections.abc import Iterable

from bookings.core.progress import STEPS
from bookings.reporting.funnel import ACKNOWLEDGED, Funnel, funnel, leads_of, reached
from bookings.reporting.selection import Selection
from bookings.reporting.tables import Column, Report, Row, Value, share

VIEWED = "viewed"
LABELS = {
    VIEWED: "Looked at the form (views)",
    "submitted": "Submitted it",
    "qualified": "Qualified",
    "routed": "Given to a pool",
    "slots_shown": "Saw times",
    "booked": "Booked",
    "held": "Met",
    "outcome": "Outcome marked",
    ACKNOWLEDGED: "Outcome taken by the CRM",
}
REASONS = {
    "disqualified": "not qualified",
    "not_evaluated": "not evaluated",
    "not_routed": "not routed",
    "unroutable": "no rep could take them in time",
    "not_seen": "have not looked at the times",
    "not_booked": "looked at the times and have not booked",
    "offer_expired": "let the offer expire",
    "superseded": "asked again, and went on from there",
    "failed": "stopped by a fault",
    "cancelled": "cancelled",
    "no_show": "did not come",
    "host_no_show": "the rep did not come",
    "not_held_yet": "meeting still ahead",
    "not_marked_yet": "outcome not marked yet",
    "unmarked": "outcome never marked",
}


class Steps(Report):
    name = "steps"
    title = "How far leads came"
    says = "Enquiries within the period, by how far they had come at its end. Who asked twice counts twice."
    by = {"step": "Step by step"}
    columns = (
        Column("leads", "Enquiries"), Column("of_all", "Of all submitted", "share"),
        Column("of_before", "Of the step before", "share"),
    )  # fmt: skip
    main = "leads"

    def rows(self, selection: Selection, by: str) -> list[Row]:
        return rows_of(funnel(selection))

    def leads(self, selection: Selection, by: str, key: str, column: str) -> Iterable[int | None]:
        if key == VIEWED:
            return []
        return leads_of(selection, key).order_by().filter(lead__isnull=False).values_list("lead", flat=True)

    def before(self, selection: Selection) -> dict[str, int]:
        """The steps of the span before, as they stood at its end; without reasons, hence in one query."""
        return reached(selection.before)


def rows_of(found: Funnel) -> list[Row]:
    counts: list[tuple[str, int | None]] = [(VIEWED, found.viewed)]
    counts += [(step.stage, step.count) for step in found.steps]
    counts.append((ACKNOWLEDGED, found.acknowledged))
    rows, last, first = [], None, found.steps[0].count
    for key, count in counts:
        is_lead = key != VIEWED
        values: dict[str, Value] = {
            "leads": count,
            "of_all": share(count, first) if is_lead else None,
            # Enquiries that came by the API looked at no form: then they are no part of its views.
            "of_before": share(count, last)
            if is_lead and last is not None and last >= (count or 0)
            else None,
        }
        rows.append(Row(key, LABELS[key], values))
        last = count
    return rows


class Drops(Report):
    name = "drops"
    title = "Where leads drop, and why"
    says = "Enquiries within the period that came no further than a step, by the reason."
    by = {"reason": "By step and reason"}
    columns = (Column("leads", "Enquiries"), Column("of_step", "Of those who came this far", "share"))
    main = "leads"

    def rows(self, selection: Selection, by: str) -> list[Row]:
        return drops_of(funnel(selection))

    def leads(self, selection: Selection, by: str, key: str, column: str) -> Iterable[int | None]:
        step, _, reason = key.partition(".")
        if step not in STEPS:
            return []
        found = leads_of(selection, step, reason)
        return found.order_by().filter(lead__isnull=False).values_list("lead", flat=True)


def drops_of(found: Funnel) -> list[Row]:
    rows = []
    for step in found.steps:
        for reason, count in sorted(step.lost.items(), key=lambda item: -item[1]):
            told = REASONS.get(reason, reason.replace("_", " "))
            values: dict[str, Value] = {"leads": count, "of_step": share(count, step.count)}
            rows.append(Row(f"{step.stage}.{reason}", f"{LABELS[step.stage]}: {told}", values))
    return rows
