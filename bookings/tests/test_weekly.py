"""The week's numbers go out by mail once a week, to those who were chosen, through the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from bookings import sending, weekly
from bookings.models import Message, WeeklyReport
from bookings.tests import month, organisation
from bookings.tests.organisation import NOW, Organisation
from workflows.sweeping import sweep

WEEK = timedelta(days=7)
MONDAY = NOW + WEEK  # 09:00 in Berlin


@pytest.fixture
def acme(db: None) -> Organisation:
    return organisation.build()


@pytest.fixture
def report(acme: Organisation) -> WeeklyReport:
    return WeeklyReport.objects.create(
        slug="sales", name="Sales <team>", workflow=acme.workflow, time_zone="Europe/Berlin", minute=9 * 60,
        recipients=["head@acme.example", "ops@acme.example"], since=NOW,
    )  # fmt: skip


def written() -> list[Message]:
    return list(Message.objects.filter(kind=Message.Kind.WEEKLY_REPORT).order_by("pk"))


def test_each_recipient_gets_the_week_once(
    report: WeeklyReport, acme: Organisation, settings: object
) -> None:
    month.live(acme)
    assert weekly.due(MONDAY - timedelta(minutes=1), NOW, 10) == []
    for late in (0, 1, 60):
        sweep(MONDAY + timedelta(minutes=late), NOW)
    told = written()
    assert [message.to_address for message in told] == report.recipients
    assert {message.state for message in told} == {Message.State.SENT}
    text, html = told[0].text, told[0].html
    assert told[0].subject == "Sales <team>: Monday 2 March to Monday 9 March"
    for line in (
        "Submitted it: 8 (the week before: 0)",
        "Booked: 5 (the week before: 0)",
        "Outcomes not marked",
    ):
        assert line in " ".join(text.split()), text
    assert "Sales &lt;team&gt;" in html and "<team>" not in html
    assert "/admin/reports/?period=dates&since=2026-03-02&until=2026-03-09" in text
    assert "b.example" not in text, "no lead is named"


def test_after_an_outage_only_the_newest_week_is_told(report: WeeklyReport) -> None:
    sweep(NOW + 5 * WEEK + timedelta(days=2), NOW)
    assert {message.details["until"] for message in written()} == {"2026-04-06T07:00:00Z"}
    assert len(written()) == 2
    sweep(NOW + 6 * WEEK, NOW)
    assert len(written()) == 4


def test_what_is_off_or_retired_or_without_recipients_is_not_sent(report: WeeklyReport) -> None:
    for off in ({"is_active": False}, {"is_active": True, "retired_at": NOW}):
        WeeklyReport.objects.update(**off)
        assert weekly.due(MONDAY, NOW, 10) == [] and not weekly.write(report.pk, MONDAY, NOW)
    WeeklyReport.objects.update(retired_at=None, recipients=[])
    sweep(MONDAY, NOW)
    assert written() == []
    assert mail.outbox == []


def test_two_sweeps_at_once_write_it_once(report: WeeklyReport) -> None:
    assert weekly.write(report.pk, MONDAY, NOW) and not weekly.write(report.pk, MONDAY, NOW)
    assert len(written()) == 2
    assert sending.due(MONDAY, NOW, 10) == [message.pk for message in written()]
