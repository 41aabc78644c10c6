"""Reports saved as CSV: no cell begins with what a spreadsheet would run, whoever chose the words in it."""

from __future__ import annotations

import csv
import io

import pytest

from bookings.admin.reports.behind import PAGES
from bookings.models import BookingForm, Lead, RunProgress
from bookings.tests import month
from bookings.tests.organisation import Organisation
from routing.models import Pool, Rep, Segment
from workflows.models import Delivery, Sink
from workflows.tests.admin.pages import Admin

DATES = "period=dates&since=2026-03-01&until=2026-04-29"
ACTIVE = ("=", "+", "-", "@", "\t", "\r")
FORMULA = "cmd|' /C calc'!A0"


@pytest.fixture
def a_month(acme: Organisation) -> Organisation:
    Sink.objects.create(slug="hook", name="Hook", kind="webhook", events=["booking.made"])
    month.live(acme)
    month.live_on(acme)
    return acme


def cells_of(ops: Admin, name: str, by: str) -> list[str]:
    answer = ops.client.get(f"/admin/reports/{name}.csv?{DATES}&by={by}")
    assert answer.status_code == 200
    rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row]


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("sign", ACTIVE, ids=["equals", "plus", "minus", "at", "tab", "return"])
def test_no_cell_of_any_report_begins_as_a_formula(ops: Admin, a_month: Organisation, sign: str) -> None:
    evil = f"{sign}{FORMULA}"
    for model in (Rep, Pool, Segment, BookingForm, Sink, Lead):
        model.objects.update(name=evil)
    RunProgress.objects.update(source=evil)
    Rep.objects.filter(pk=a_month.reps[0].pk).update(email=f"{sign}ana@acme.example")
    assert Delivery.objects.exists()
    escaped: set[str] = set()
    for name, report in PAGES.items():
        for by in report.by:
            cells = cells_of(ops, name, by)
            running = [cell for cell in cells if cell.startswith(ACTIVE) and not is_number(cell)]
            assert running == [], (name, by)
            escaped |= {f"{name} by {by}" for cell in cells if cell == f"'{evil}"}
    assert {"breakdown by source", "breakdown by rep", "breakdown by pool", "breakdown by form", "breakdown by segment",
            "fairness by rep", "unmarked by rep", "deliveries by sink"} <= escaped  # fmt: skip


def test_no_report_tells_the_name_of_a_lead(ops: Admin, a_month: Organisation) -> None:
    Lead.objects.update(name="=LEAD()")
    told = {cell for name, report in PAGES.items() for by in report.by for cell in cells_of(ops, name, by)}
    assert told and not any("LEAD()" in cell for cell in told)
