"""What the reports count, on a month whose every lead is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bookings.models import Lead
from bookings.reporting import REPORTS
from bookings.reporting.funnel import funnel
from bookings.reporting.selection import Selection
from bookings.reporting.steps import Steps
from bookings.tests.organisation import NOW, Organisation
from bookings.tests.reporting.conftest import MONTH

SEVERAL = ("no-shows", "messages", "deliveries")
"""Reports that count things of which one lead may have several."""


def table(name: str, by: str, selection: Selection = MONTH) -> dict[str, dict[str, Any]]:
    return {row.key: dict(row.values) for row in REPORTS[name].rows(selection, by)}


def test_behind_every_number_are_as_many_leads_as_it_counts(a_month: Organisation) -> None:
    counted = 0
    for report in REPORTS.values():
        for by in report.by:
            for row in report.rows(MONTH, by):
                for column in report.counts:
                    value = row.values[column]
                    behind = set(report.leads(MONTH, by, row.key, column))
                    if row.key != "viewed" and value:
                        assert 1 <= len(behind) <= value, (report.name, by, row, column)
                        assert len(behind) == value or report.name in SEVERAL, (report.name, by, row, column)
                        counted += 1
                    else:
                        assert not behind, (report.name, by, row, column)
    assert counted > 60


def test_who_asked_twice_counts_twice_in_steps_and_drops_and_is_one_lead_behind_them(
    a_month: Organisation,
) -> None:
    again = a_month.submit(email="looking@b.example").enquiry.lead_id
    tried = 0
    for report, by in ((Steps(), "step"), (REPORTS["drops"], "reason")):
        for row in report.rows(MONTH, by):
            behind = list(report.leads(MONTH, by, row.key, "leads"))
            if row.key != "viewed":
                assert len(behind) == row.values["leads"], row
                tried += behind.count(again) > 1
    assert tried == 3  # submitted it, qualified, given to a pool; times were seen once only


def test_steps_and_drops_are_the_funnel_and_a_part_of_the_leads_is_counted_alone(
    a_month: Organisation,
) -> None:
    a_part_of_the_leads_is_counted_alone()
    assert {key: row["leads"] for key, row in table("steps", "step").items()} == {
        "viewed": 0, "submitted": 10, "qualified": 9, "routed": 9, "slots_shown": 8, "booked": 7, "held": 4,
        "outcome": 2, "acknowledged": 0,
    }  # fmt: skip
    assert {key: row["leads"] for key, row in table("drops", "reason").items()} == {
        "submitted.disqualified": 1, "routed.not_seen": 1, "slots_shown.not_booked": 1, "booked.cancelled": 1,
        "booked.not_held_yet": 2, "held.not_marked_yet": 2,
    }  # fmt: skip


def test_a_past_instant_is_told_as_it_stood(a_month: Organisation) -> None:
    early = replace(MONTH, until=NOW + timedelta(hours=1))
    then = funnel(early)
    assert [step.count for step in then.steps] == [10, 9, 9, 8, 7, 0, 0]
    assert then.steps[4].lost == {"cancelled": 1, "not_held_yet": 6}
    assert (
        Steps().before(replace(MONTH, since=early.until, until=early.until + (early.until - NOW)))["held"]
        == 0
    )


def a_part_of_the_leads_is_counted_alone() -> None:
    for name, value, submitted in (
        ("segment", "student", 1), ("pool", "general", 9), ("pool", "enterprise", 0), ("rep", "no@body.example", 0),
        ("workflow", "inbound-demo", 10), ("workflow", "none-such", 0), ("leads", "simulated", 0),
        ("leads", "real", 10), ("source", "google", 0), ("form", "demo-request", 10),
    ):  # fmt: skip
        found = funnel(replace(MONTH, **{name: value}))
        assert found.steps[0].count == submitted, (name, value)
        for report in REPORTS.values():
            report.rows(replace(MONTH, **{name: value}), next(iter(report.by)))


def test_each_report_counts_what_happened(a_month: Organisation) -> None:
    missed_meetings()
    clicks_and_who_was_won_back()
    how_soon_leads_meet()
    what_is_not_marked_and_not_sent()


def missed_meetings() -> None:
    assert table("no-shows", "clicks") == {
        "opened": {"meetings": 0, "missed": 0, "rate": None},
        "not_opened": {"meetings": 5, "missed": 1, "rate": 0.2},
    }
    by_time = table("no-shows", "lead_time")
    assert by_time["under_1d"] == {"meetings": 1, "missed": 1, "rate": 1.0}
    assert sum(row["meetings"] for row in by_time.values()) == 5
    hours = table("no-shows", "hour")
    assert sum(row["missed"] for row in hours.values()) == 1 and "03" not in hours
    assert sum(row["meetings"] for row in table("no-shows", "week").values()) == 5


def clicks_and_who_was_won_back() -> None:
    became = {key: row["opened"] for key, row in table("reschedules", "became").items()}
    assert became == {"moved": 1, "met": 0, "missed": 0, "cancelled": 0, "ahead": 1}
    assert table("won-back", "pool") == {"general": {"missed": 1, "won_back": 1, "met": 1, "rate": 1.0}}


def how_soon_leads_meet() -> None:
    row = table("first-meeting", "pool")["general"]
    assert row["booked"] == 7 and 1 <= row["median"] <= row["most"] <= 14 * 24
    assert row["measured"] == 0 and row["kept_share"] is None


def what_is_not_marked_and_not_sent() -> None:
    rows = table("unmarked", "rep")
    assert sum(row["meetings"] for row in rows.values()) == 2
    assert all(row["oldest"] <= row["newest"] for row in rows.values())
    rows = table("messages", "kind")
    assert (
        rows["confirmation"]["waiting"] + rows["confirmation"]["sent"] + rows["confirmation"]["withdrawn"]
        >= 7
    )
    assert rows["confirmation"]["dead"] == 0
    assert Lead.objects.filter(pk__in=REPORTS["messages"].leads(MONTH, "kind", "confirmation", "waiting"))
