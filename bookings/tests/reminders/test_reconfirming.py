"""A guest asked to say yes once more: the press, the missing yes, and what a move makes of either."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings import access, replaying, scheduling
from bookings.models import Booking, Message, MessageTemplate
from bookings.tests.migrating.versions import published
from bookings.tests.organisation import NOW, STAGES, Organisation, build
from workflows.models import AuditEvent, Run
from workflows.publishing import NotPublishable
from workflows.sweeping import sweep

ASK = {"at": "1d", "template": "are-you-coming", "until": "4h"}
WARN: dict[str, Any] = {
    "name": "warn",
    "kind": "action",
    "do": [{"notify": "rep"}],
    "branches": {"done": "meeting"},
}


def stages(ask: dict[str, Any], branch: str | None = "warn") -> list[dict[str, Any]]:
    found = [
        stage
        | {
            "reconfirm": ask,
            "branches": stage["branches"] | ({"not_reconfirmed": branch} if branch else {}),
        }
        if stage["name"] == "meeting"
        else stage
        for stage in STAGES
    ]
    return [*found, WARN] if branch == "warn" else found


@pytest.fixture
def acme(db: None) -> Organisation:
    acme = build()
    MessageTemplate.objects.create(slug="are-you-coming", subject="Coming?", body="{{ reconfirm_url }}")
    return acme


@pytest.fixture
def booking(acme: Organisation) -> Booking:
    published(acme, stages(ASK))
    return acme.book(acme.submit(), 120)


def at(moment: datetime) -> None:
    sweep(moment, moment)


def verbs(booking: Booking, *names: str) -> list[str]:
    rows = AuditEvent.objects.filter(run=booking.run_id, verb__in=names).order_by("sequence")
    return list(rows.values_list("verb", flat=True))


def test_opening_the_page_changes_nothing_and_a_press_is_the_yes(booking: Booking) -> None:
    day_before = booking.start_at - timedelta(days=1)
    at(day_before)
    mail = Message.objects.get(kind="reconfirm", state="sent")
    path = f"/m/{access.manage_token(booking, day_before)}/reconfirm/"
    assert path in mail.html
    assert "Yes, I will be there" in mail.html
    with time_machine.travel(day_before + timedelta(hours=1), tick=False):
        events, client = AuditEvent.objects.count(), Client()
        for _ in range(3):
            assert "Will you be there?" in client.get(path).content.decode()
            client.head(path)
        assert AuditEvent.objects.count() == events
        answer = client.post(path)
        assert answer.status_code == 303
        assert "We are counting on you" in client.get(answer["Location"]).content.decode()
        client.post(path)
        assert "We are counting on you" in client.get(path).content.decode()
    at(booking.start_at - timedelta(hours=4))
    assert verbs(booking, "booking.reconfirmed", "reconfirmation.missed") == ["booking.reconfirmed"]
    run = Run.objects.get(enquiry=booking.enquiry_id)
    assert run.stage == "meeting"
    assert replaying.differences(run) == []


def test_without_a_yes_the_branch_is_taken_once_and_the_meeting_stands(booking: Booking) -> None:
    at(booking.start_at - timedelta(days=1))
    at(booking.start_at - timedelta(hours=4))
    run = Run.objects.get(enquiry=booking.enquiry_id)
    assert (run.stage, run.visit) == ("meeting", 7)
    assert Message.objects.filter(kind="notification").count() == 1
    at(booking.start_at - timedelta(hours=1))
    assert verbs(booking, "reconfirmation.missed", "booking.reconfirmed") == ["reconfirmation.missed"]
    reminded = Message.objects.filter(kind="reminder", state="sent").order_by("pk").last()
    assert reminded is not None
    assert reminded.details["offset"] == "2h"
    assert replaying.differences(run) == []


def test_a_move_asks_anew_and_a_late_booking_is_not_asked_at_all(
    booking: Booking, acme: Organisation
) -> None:
    day_before = booking.start_at - timedelta(days=1)
    at(day_before)
    later = booking.start_at + timedelta(days=3 if booking.start_at.weekday() == 4 else 1)
    moved = scheduling.move(booking, later, now=day_before)
    at(booking.start_at - timedelta(hours=4))
    assert verbs(booking, "reconfirmation.missed") == []
    at(moved.start_at - timedelta(days=1))
    assert Message.objects.filter(kind="reconfirm", state="sent").count() == 2
    late = acme.book(acme.submit(email="kim@navy.example"), 4)
    at(late.start_at - timedelta(minutes=1))
    assert not Message.objects.filter(kind="reconfirm", booking=late).exists()
    assert verbs(late, "reconfirmation.missed") == []


def test_after_an_outage_nobody_misses_a_question_that_was_never_put(booking: Booking) -> None:
    at(booking.start_at - timedelta(hours=3))
    assert not Message.objects.filter(kind="reconfirm").exists()
    assert verbs(booking, "reconfirmation.missed") == []


@pytest.mark.parametrize(
    ("ask", "branch", "words"),
    [
        ({"at": "1d", "template": "are-you-coming"}, "warn", "no time at which it is taken"),
        ({**ASK, "until": "2d"}, None, "stops waiting for the yes before it asks"),
        (ASK, "lost", "leaves a meeting that still stands"),
        ({**ASK, "template": "gone"}, None, "there is no template “gone”"),
    ],
)
def test_what_cannot_work_is_not_published(
    acme: Organisation, ask: dict[str, Any], branch: str | None, words: str
) -> None:
    with pytest.raises(NotPublishable, match=words):
        published(acme, stages(ask, branch), NOW)
