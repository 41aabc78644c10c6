"""1,000 runs under way while two versions are published and 500 runs migrated: each reminder once, with its text."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bookings import replaying
from bookings.models import Booking, Enquiry, Lead, Message, MessageTemplate
from bookings.tests.migrating.versions import is_chained, version_of
from bookings.tests.organisation import Organisation, build
from routing.models import Assignment
from workflows import moving
from workflows.models import Run, Timer
from workflows.sweeping import sweep

RUNS, MOVED, FIRED_BEFORE = 1000, 500, 400


@pytest.fixture
def acme(db: None) -> Organisation:
    acme = build()
    for slug in ("second", "third"):
        MessageTemplate.objects.create(slug=slug, subject=slug, body="{{ reschedule_url }}")
    version_of(acme, confirmation={"reminders": ["2d"]})
    return acme


def crowd(acme: Organisation) -> list[Run]:
    """A run of its own making, and as many like it as it takes, written as rows: each waits with one reminder."""
    first = acme.book(acme.submit(), 120)
    run = Run.objects.get(enquiry=first.enquiry_id)
    Message.objects.all().delete()
    numbers = range(1, RUNS)
    leads = Lead.objects.bulk_create(_like(first.lead, email=f"lead{n}@crowd.example") for n in numbers)
    runs = Run.objects.bulk_create(_like(run, lead=lead.pk) for lead in leads)
    enquiries = Enquiry.objects.bulk_create(
        _like(first.enquiry, lead=lead, run=run) for lead, run in zip(leads, runs, strict=True)
    )
    given = Assignment.objects.bulk_create(_like(first.assignment) for _ in numbers)
    bookings = Booking.objects.bulk_create(
        _like(first, lead=enquiry.lead, enquiry=enquiry, assignment=assignment, uid=f"{enquiry.pk}@crowd")
        for enquiry, assignment in zip(enquiries, given, strict=True)
    )
    timers = list(run.timers.waiting())
    for run, booking in zip(runs, bookings, strict=True):
        run.booking, run.carried = booking.pk, {**run.carried, "_booking": booking.pk}
    Run.objects.bulk_update(runs, ["booking", "carried"])
    Timer.objects.bulk_create(
        _like(
            timer,
            run=run,
            key=f"{run.pk}:{timer.key.partition(':')[2]}",
            booking=timer.booking and run.booking,
        )
        for run in runs
        for timer in timers
    )
    return list(Run.objects.select_related("version").order_by("pk"))


def _like(row: Any, **changes: Any) -> Any:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    fresh = type(row)(**fields | {"id": None})
    fresh.pk = None
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh


def test_no_reminder_is_lost_doubled_or_sent_with_a_wrong_text(acme: Organisation) -> None:
    runs = crowd(acme)
    assert Timer.objects.waiting().filter(purpose="reminder").count() == RUNS
    start = Booking.objects.first().start_at
    due = start - timedelta(days=2)
    sweep(due, due, limit=FIRED_BEFORE)
    two = version_of(acme, due, confirmation={"reminders": [{"before": "2d", "template": "second"}]})
    three = version_of(acme, due, confirmation={"reminders": [{"before": "1d", "template": "third"}]})
    fired = set(Timer.objects.filter(purpose="reminder", state="fired").values_list("run", flat=True))
    expected = {run.pk: ["reminder"] for run in runs}
    for place, run in enumerate(runs[::2][:MOVED]):
        target, text = (two, "second") if place % 2 else (three, "third")
        if run.pk in fired:
            expected[run.pk] = ["reminder"] if target == two else ["reminder", "third"]
        else:
            expected[run.pk] = [text]
    for start_at, target in enumerate((three, two)):
        only = [run.pk for run in runs[::2][:MOVED]][start_at::2]
        places = [(runs[0].version_id, "meeting", "meeting")]
        order = moving.begin(target, places, now=due, actor="staff:1", only=only)
        assert moving.finish(order, now=due).moved == MOVED // 2
    assert 0 < len(fired & {run.pk for run in runs[::2]}) < MOVED
    for at in (due + timedelta(minutes=1), start - timedelta(days=1), start - timedelta(minutes=1)):
        sweep(at, at)
    sent: dict[int, list[str]] = {run.pk: [] for run in runs}
    for run_id, template in (
        Message.objects.filter(kind="reminder", state="sent").order_by("pk").values_list("run", "template")
    ):
        sent[run_id or 0].append(template)
    assert sent == expected
    assert Counter(Run.objects.values_list("version__number", flat=True)) == {2: 500, 3: 250, 4: 250}
    for run in Run.objects.select_related("version").filter(pk__in=[each.pk for each in runs[:40]]):
        assert is_chained(run)
    assert replaying.differences(Run.objects.select_related("version").get(pk=runs[0].pk)) == []
