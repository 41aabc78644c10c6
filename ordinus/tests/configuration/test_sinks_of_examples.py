"""Sinks wired as in our examples hear of a no-show that a person told, not of presumed ones alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from bookings import attendance
from bookings.tests.organisation import build
from workflows.admin.events_field import USUAL
from workflows.models import Delivery, Sink

ROOT = Path(settings.BASE_DIR)
EXAMPLES = [
    ROOT / "demo.yaml",
    ROOT / "README.md",
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "ordinus/ready").glob("*.yaml"),
]


def test_every_example_that_names_presumed_no_shows_names_those_that_were_told() -> None:
    lists = [
        (path.name, line)
        for path in EXAMPLES
        for line in path.read_text().splitlines()
        if "events:" in line and "no_show.presumed" in line
    ]
    assert len(lists) >= 2
    assert [name for name, line in lists if "attendance.signalled" not in line] == []
    demo = (ROOT / "demo.yaml").read_text()
    assert "- attendance.signalled\n      - no_show.presumed" in demo
    assert "attendance.signalled" in USUAL


@pytest.mark.django_db
def test_a_no_show_that_staff_told_is_on_its_way_to_such_a_sink() -> None:
    acme = build()
    Sink.objects.create(slug="crm", kind="webhook", events=list(USUAL))
    booking = acme.book(acme.submit())
    over = booking.end_at
    attendance.record(booking, signal="no_show", party="guest", source="api", now=over, actor="staff:1")
    assert Delivery.objects.filter(verb="attendance.signalled", booking=booking.pk).count() == 1
