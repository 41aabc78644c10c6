"""Reminders of versions that were published with one offset in two units: of those due at once, one goes out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bookings import replaying, scheduling
from bookings.models import Message
from bookings.tests.organisation import NOW, STAGES, build, published
from workflows import publishing
from workflows.core.graph import Problem
from workflows.models import AuditEvent, Timer
from workflows.publishing import NotPublishable
from workflows.sweeping import fire_timer, sweep

pytestmark = pytest.mark.django_db

LAST = [[{"fact": "answers.employees", "is": ">=", "value": 500}]]


def booked(monkeypatch: pytest.MonkeyPatch, *rows: Any) -> Any:
    """A meeting of a small company a week ahead, under a plan that would be refused today."""
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "problems_of", lambda stages: list[Problem]())
        stages = [
            stage | {"reminders": list(rows)} if stage["name"] == "confirmation" else stage
            for stage in STAGES
        ]
        acme = build(stages=STAGES)
        published(stages, now=NOW)
    acme.form.workflow.refresh_from_db()
    submission = acme.submit()
    return scheduling.book(submission.enquiry, acme.slots(submission)[60].start, now=NOW)


def sent() -> list[Any]:
    mails = Message.objects.filter(kind=Message.Kind.REMINDER)
    return [mail.details["offset"] for mail in mails]


@pytest.mark.parametrize("rows", [("120m", "2h"), ("24h", "1d"), ("2h", "120m", "2h")])
def test_one_goes_out_and_the_rest_say_why_not(monkeypatch, rows):
    booking = booked(monkeypatch, *rows)
    at = Timer.objects.filter(purpose="reminder").latest("due_at").due_at
    sweep(at, at)
    assert sent() == [rows[-1]]
    told = AuditEvent.objects.filter(verb="reminder.skipped", run=booking.enquiry.run_id)
    assert [event.data["reason"] for event in told] == ["same_time"] * (len(rows) - 1)
    assert replaying.differences(booking.enquiry.run) == []


def test_whichever_worker_comes_first(monkeypatch):
    booked(monkeypatch, "120m", "2h")
    timers = Timer.objects.filter(purpose="reminder").order_by("-pk")
    for timer in timers:
        fire_timer(timer.pk, timer.due_at, timer.due_at)
    assert sent() == ["2h"]


def test_one_whose_condition_fails_silences_nobody(monkeypatch):
    booked(monkeypatch, "120m", {"before": "2h", "when": LAST})
    at = Timer.objects.filter(purpose="reminder").latest("due_at").due_at
    sweep(at + timedelta(minutes=1), at + timedelta(minutes=1))
    assert sent() == ["120m"]


def test_such_a_plan_is_refused_today(monkeypatch):
    build(stages=STAGES)
    stages = [
        stage | {"reminders": ["120m", "2h"]} if stage["name"] == "confirmation" else stage
        for stage in STAGES
    ]
    with pytest.raises(NotPublishable, match="two reminders at once, 2 hours before"):
        published(stages, now=NOW)
