"""Weekly reports: who gets the week's numbers by mail."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bookings.models import WeeklyReport
from ordinus.configuration.nouns.base import Canonical, Slugged
from ordinus.configuration.problems import Report
from ordinus.configuration.scalars import Email, Flag, Mention, Slug, Text
from ordinus.configuration.shapes import Key, Record
from ordinus.configuration.times import Zone
from ordinus.configuration.types import INVALID, Choice, ListOf, Type, kind_of
from workflows.models import Workflow

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


class ClockTime(Type):
    """A time of day, kept in minutes since midnight."""

    words = "time of day, such as `08:00`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        found = CLOCK.fullmatch(data) if isinstance(data, str) else None
        if found is None:
            report.add(path, f"{kind_of(data)} is no time of day; write one such as '08:00', in quotes")
            return INVALID
        return int(found[1]) * 60 + int(found[2])

    def show(self, value: Any) -> Any:
        return f"{value // 60:02}:{value % 60:02}"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{CLOCK.pattern}$"}


class WeeklyReports(Slugged):
    section = "weekly_reports"
    noun = "weekly report"
    label = "weekly_report"
    help = "The numbers of the last seven days, beside those of the week before, by mail to chosen people once a week."
    model = WeeklyReport
    plain = {
        "slug": "slug",
        "name": "name",
        "to": "recipients",
        "at": "minute",
        "time_zone": "time_zone",
        "active": "is_active",
    }
    record = Record(
        Key("slug", Slug(), "Identifies the weekly report.", required=True),
        Key("name", Text(120), "The mail's subject begins with it.", required=True),
        Key("to", ListOf(Email(), is_set=True), "Who gets it.", required=True, default=[]),
        Key("workflow", Mention("workflows", "workflow"), "Whose leads are counted; none: those of all workflows."),
        Key("weekday", Choice(*DAYS, what="weekday"), "The day on which it goes out.", default="mon"),
        Key("at", ClockTime(), "The time of that day, on the clock of the zone.", default=480),
        Key("time_zone", Zone(), "Whose week is counted.", default="UTC"),
        Key("active", Flag(), "Whether it is sent.", default=True),
    )  # fmt: skip

    def loaded(self, rows: Any) -> Any:
        return rows.select_related("workflow")

    def canonical(self, row: Any) -> Canonical:
        workflow = row.workflow.slug if row.workflow else None
        return super().canonical(row) | {"workflow": workflow, "weekday": DAYS[row.weekday]}

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        row = self.fill(self.row_for(name), wanted)
        row.weekday = DAYS.index(wanted["weekday"])
        row.workflow = Workflow.objects.get(slug=wanted["workflow"]) if wanted["workflow"] else None
        row.since = row.since or now
        row.save()

    def has_history(self, row: Any) -> bool:
        return row.sent_until is not None
