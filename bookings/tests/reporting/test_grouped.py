"""What the database counts in groups is what its rows tell one by one; views by source; the list of sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.models import Booking, FormViews, RunProgress
from bookings.reporting import REPORTS, names
from bookings.reporting.funnel import funnel
from bookings.reporting.tables import Counted
from bookings.tests.organisation import Organisation
from bookings.tests.reporting.conftest import MONTH

ZONES = ("", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Europe/Berlin")


@pytest.mark.parametrize("name", ["no-shows", "breakdown", "won-back"])
def test_groups_are_counted_as_their_rows_are(a_month: Organisation, name: str) -> None:
    report = REPORTS[name]
    assert isinstance(report, Counted)
    for by in report.by:
        counted: Counter[tuple[str, int]] = Counter()
        for key, _, holds in report.facts(MONTH, by):
            counted.update((key, place) for place, each in enumerate(holds) if each)
        sums = report.sums(MONTH, by)
        told = {(key, place): n for key, kept in sums.items() for place, n in enumerate(kept) if n}
        assert told == dict(counted) and counted, by


def test_hours_are_those_of_each_guests_clock(a_month: Organisation) -> None:
    meetings = list(Booking.objects.filter(status__in=("attended", "no_show")).order_by("pk"))
    expected: Counter[str] = Counter()
    for meeting, zone in zip(meetings, ZONES, strict=True):
        Booking.objects.filter(pk=meeting.pk).update(time_zone=zone)
        expected[f"{meeting.start_at.astimezone(ZoneInfo(zone or 'UTC')).hour:02}"] += 1
    found = {row.key: row.values["meetings"] for row in REPORTS["no-shows"].rows(MONTH, "hour")}
    assert {key: n for key, n in found.items() if n} == expected


@pytest.mark.parametrize(
    "lead_time, key",
    [
        (timedelta(hours=23, minutes=59), "under_1d"), (timedelta(days=1), "1d_3d"), (timedelta(days=3), "3d_7d"),
        (timedelta(days=13, hours=23), "7d_14d"), (timedelta(days=14), "over_14d"),
    ],
)  # fmt: skip
def test_lead_times_have_sharp_edges(a_month: Organisation, lead_time: timedelta, key: str) -> None:
    for meeting in Booking.objects.all():
        Booking.objects.filter(pk=meeting.pk).update(made_at=meeting.start_at - lead_time)
    found = {row.key: row.values["meetings"] for row in REPORTS["no-shows"].rows(MONTH, "lead_time")}
    assert {each: n for each, n in found.items() if n} == {key: 5}


def test_views_are_split_by_source_and_by_nothing_that_only_leads_have(a_month: Organisation) -> None:
    day = datetime(2026, 3, 3, tzinfo=UTC).date()
    for source, count in (("", 3), ("news", 5), ("search", 7)):
        FormViews.objects.create(form=a_month.form, day=day, source=source, count=count)
    assert funnel(MONTH).viewed == funnel(replace(MONTH, leads="real")).viewed == 15
    assert funnel(replace(MONTH, source="news")).viewed == 5
    assert funnel(replace(MONTH, source="none-such")).viewed == 0
    for limits in (
        {"segment": "student"},
        {"pool": "general"},
        {"rep": "a@b.example"},
        {"leads": "simulated"},
    ):
        assert funnel(replace(MONTH, **limits)).viewed is None  # type: ignore[arg-type]


@pytest.mark.parametrize("views, of_views", [(4, None), (40, 0.25)])
def test_enquiries_are_a_share_of_views_only_where_they_can_be(
    a_month: Organisation, views: int, of_views: float | None
) -> None:
    FormViews.objects.create(form=a_month.form, day=datetime(2026, 3, 3, tzinfo=UTC).date(), count=views)
    rows = {row.key: row.values for row in REPORTS["steps"].rows(MONTH, "step")}
    assert rows["submitted"]["leads"] == 10
    assert rows["submitted"]["of_before"] == of_views
    assert rows["booked"]["of_all"] == 0.7


def test_each_source_is_named_once(a_month: Organisation) -> None:
    assert names.sources(10) == []
    for place, row in enumerate(RunProgress.objects.order_by("pk")):
        RunProgress.objects.filter(pk=row.pk).update(source=("", "search", "news", "a-b.c")[place % 4])
    assert names.sources(10) == ["a-b.c", "news", "search"]
    assert names.sources(2) == ["a-b.c", "news"]
