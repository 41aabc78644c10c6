"""A report's rows as a picture with its table, in words and with links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.safestring import SafeString

from bookings.admin.reports import behind
from bookings.reporting.selection import SIMULATED, Selection
from bookings.reporting.steps import Steps
from bookings.reporting.tables import Column, Report, Row, Value
from workflows.admin import plots
from workflows.admin.plots import Point, Words
from workflows.admin.words import instant
from workflows.core.scale import number

BEFORE = "The period before"


def figure(
    report: Report, selection: Selection, by: str, *, title: str = "", is_folded: bool = False
) -> SafeString:
    """The main column drawn, all columns as a table, the period before beside the main one."""
    rows = report.rows(selection, by)
    main = report.column(report.main)
    others = [column for column in report.columns if column is not main]
    before = report.rows(selection.before, by) if report.looks_back else None
    points = [_point(report, selection, by, row, main, others) for row in rows]
    words = Words(
        title or report.title,
        f"{main.title}, %" if main.kind == "share" else main.title,
        rows=report.by[by].removeprefix("By ").capitalize(),
        more=[column.title for column in others],
        is_folded=is_folded,
    )
    if by == "week":
        then = [_drawn(main, row.values[main.name]) for row in before or ()]
        return plots.line(words, points, name="Now", before=then, before_name=BEFORE)
    if before is not None:
        former = {row.key: row.values[main.name] for row in before}
        words = replace(words, more=[BEFORE, *words.more])
        points = [
            Point(p.label, p.value, p.text, p.note, p.url, [(said(main, former.get(row.key)), ""), *p.more])
            for p, row in zip(points, rows, strict=True)
        ]
    if by == "hour":
        return plots.columns(words, points)
    return plots.bars(words, points)


def funnel(selection: Selection, steps: Sequence[Row], *, is_folded: bool = False) -> SafeString:
    """The funnel, each step with what it was in the period before."""
    report = Steps()
    before = report.before(selection)
    points = [
        Point(
            row.label,
            _drawn(report.columns[0], row.values["leads"]),
            url=(
                behind.url(report, selection, "step", row.key, "leads", row.values["leads"])
                if row.key != "viewed"
                else ""
            ),
            more=[(_change(row.values["leads"], before.get(row.key)), "")],
        )
        for row in steps
        if row.values["leads"] is not None
    ]
    words = Words(
        "How far leads came",
        "Enquiries",
        rows="Step",
        remark=f"Enquiries within the period; who asked twice counts twice. {_of_views(selection, steps)}",
        more=[BEFORE],
        is_folded=is_folded,
    )
    viewed = sum(row.key == "viewed" for row in steps if row.values["leads"] is not None)
    if viewed and not points[0].value:
        points, viewed = points[1:], 0
    if not any(point.value for point in points):
        return plots.funnel(words, [])
    return plots.funnel(words, points, whole=viewed)


def _of_views(selection: Selection, steps: Sequence[Row]) -> str:
    if any(row.key == "viewed" and row.values["leads"] is not None for row in steps):
        return "Views of the form are no enquiries."
    if selection.leads == SIMULATED:
        return "Simulated leads look at no form, so views are left out."
    return "Who looks at a form has no segment, pool or rep yet, so views are left out."


def drops(report: Report, selection: Selection, rows: Sequence[Row]) -> SafeString:
    points = [
        Point(
            row.label,
            _drawn(report.columns[0], row.values["leads"]),
            note=said(report.columns[1], row.values["of_step"]),
            url=behind.url(report, selection, "reason", row.key, "leads", row.values["leads"]),
        )
        for row in rows
    ]
    words = Words(
        report.title,
        "Enquiries that came no further",
        rows="Came to, and why no further",
        notes="Of the step",
    )
    return plots.bars(words, points)


def said(column: Column, value: Value) -> str:
    """A value in the words of its column."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return instant(value) or "—"
    if column.kind == "share":
        return plots.share(value, 1) if value else "0 %"
    return number(value)


def _point(
    report: Report, selection: Selection, by: str, row: Row, main: Column, others: Sequence[Column]
) -> Point:
    def cell(column: Column) -> tuple[str, str]:
        value = row.values[column.name]
        has_leads = column.kind == "count" and bool(value)
        url = behind.url(report, selection, by, row.key, column.name, value) if has_leads else ""
        return said(column, value), url

    text, url = cell(main)
    drawn = _drawn(main, row.values[main.name])
    return Point(row.label, drawn, text=text, url=url, more=[cell(column) for column in others])


def _drawn(column: Column, value: Value) -> float | None:
    if value is None or isinstance(value, datetime):
        return None
    return 100 * value if column.kind == "share" else float(value)


def _change(now: Value, before: int | None) -> str:
    """``40 (+25 %)``: the number before, and by how much it has changed since."""
    if before is None:
        return "—"
    if not before or not isinstance(now, int | float):
        return number(before)
    percent = round(100 * (now - before) / before)
    return f"{number(before)} ({'+' if percent > 0 else '−' if percent < 0 else '±'}{abs(percent)} %)"
