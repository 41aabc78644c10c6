"""Weekly reports are set in the file as in the admin."""

from __future__ import annotations

import pytest

from bookings.models import WeeklyReport
from ordinus.tests.configuration.files import (
    NOW,
    SMALL,
    a_database_of_its_own,
    applied,
    changed,
    export,
    problems_in,
)

pytestmark = pytest.mark.django_db

WEEKLY = SMALL + (
    "weekly_reports:\n"
    "  - {slug: sales, name: Sales, to: [Head@acme.example], workflow: inbound, weekday: fri, at: '16:30',\n"
    "     time_zone: Europe/Berlin}\n"
)


def test_it_is_written_changed_exported_and_pruned() -> None:
    assert applied(WEEKLY)[-1] == "+ create weekly report sales"
    row = WeeklyReport.objects.get()
    assert (row.recipients, row.weekday, row.minute, row.time_zone) == (
        ["head@acme.example"], 4, 990, "Europe/Berlin"
    )  # fmt: skip
    assert (str(row.workflow), row.since, row.is_active) == ("Inbound", NOW, True)
    assert applied(changed(WEEKLY, "'16:30'", "'07:05'")) == [
        '~ change weekly report sales at: "16:30" -> "07:05"'
    ]
    file = export()
    assert applied(file) == []
    with a_database_of_its_own():
        assert applied(SMALL, prune=True) == ["- remove weekly report sales"]
    WeeklyReport.objects.update(sent_until=NOW)
    assert applied(SMALL, prune=True) == ["- remove weekly report sales (retired, as it has a history)"]
    assert not WeeklyReport.objects.filter(retired_at=None).exists()
    applied(file)
    assert export() == file


def test_mistakes_are_named_with_their_place() -> None:
    for old, new, told in (
        ("[Head@acme.example]", "[nobody]", "weekly_reports[0].to[0]: 'nobody' is no e-mail address"),
        ("'16:30'", "'24:00'", "weekly_reports[0].at: '24:00' is no time of day"),
        ("fri", "friday", "weekly_reports[0].weekday:"),
        ("workflow: inbound, weekday", "workflow: none-such, weekday", "weekly_reports[0].workflow:"),
        ("Europe/Berlin}\n", "Berlin}\n", "weekly_reports[0].time_zone:"),
    ):
        text = WEEKLY[: len(SMALL)] + changed(WEEKLY[len(SMALL) :], old, new)
        found = problems_in(text)
        assert len(found) == 1 and found[0].startswith(told), (new, found)
