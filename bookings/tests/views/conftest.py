"""A small organisation behind the pages, at a fixed instant, and a guest who walks through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from bookings import access, scheduling
from bookings.models import Booking, BookingForm, Enquiry, MessageTemplate, Question
from bookings.offering import Slot
from routing.models import MeetingType, Membership, Pool, Rep, Segment, SegmentCondition, WorkingHours
from workflows import publishing
from workflows.models import Workflow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Berlin
ANSWERS = {"name": "Grace Hopper", "email": "grace@navy.example", "employees": "900"}

STAGES: list[dict[str, Any]] = [
    {"name": "qualification", "kind": "qualification", "segments": ["student", "everyone"],
     "branches": {"qualified": "routing", "disqualified": "lost"}},
    {"name": "routing", "kind": "routing",
     "branches": {"routed": "offer", "fallback": "offer", "unroutable": "lost"}},
    {"name": "offer", "kind": "offer", "expires_after": "7d",
     "branches": {"booked": "confirmation", "abandoned": "lost"}},
    {"name": "confirmation", "kind": "confirmation", "template": "confirmation", "reminders": ["1d", "2h"],
     "reminder_template": "reminder", "branches": {"confirmed": "meeting"}},
    {"name": "meeting", "kind": "meeting", "ask_rep_after": "0m", "no_show_after": "30m",
     "branches": {"attended": "handoff", "no_show": "missed", "reschedule_requested": "routing",
                  "cancelled": "lost"}},
    {"name": "missed", "kind": "no_show", "template": "rebook", "expires_after": "14d",
     "branches": {"rebook_requested": "routing", "expired": "lost"}},
    {"name": "handoff", "kind": "handoff", "outcomes": ["closed_won", "not_a_fit"],
     "branches": {"closed_won": "won", "not_a_fit": "lost"}},
    {"name": "won", "kind": "end"},
    {"name": "lost", "kind": "end"},
]  # fmt: skip


@dataclass
class Organisation:
    form: BookingForm
    pool: Pool
    rep: Rep


@dataclass
class Guest:
    """Somebody who has sent the form, and what they hold since."""

    enquiry: Enquiry
    path: str

    @property
    def slots(self) -> list[Slot]:
        today = timezone.now().date()
        self.enquiry.refresh_from_db()
        return scheduling.offered(self.enquiry, today, today + timedelta(days=14), now=timezone.now())

    def book(self, place: int = 0) -> Booking:
        return scheduling.book(self.enquiry, self.slots[place].start, now=timezone.now())


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def organisation(db: None, clock: time_machine.Traveller) -> Organisation:
    """One rep, always at work, behind one form."""
    user = User.objects.create_user("ana", password="a long password")
    rep = Rep.objects.create(
        email="ana@acme.example", name="Ana Silva", user=user, time_zone="Europe/Berlin",
        meeting_url="https://meet.acme.example/ana",
    )  # fmt: skip
    WorkingHours.objects.bulk_create(
        WorkingHours(rep=rep, weekday=day, start_minute=0, end_minute=1440) for day in range(7)
    )
    kind = MeetingType.objects.create(slug="demo", name="Product demo", duration=30, step=30, horizon_days=10)
    pool = Pool.objects.create(slug="general", name="Everyone", meeting_type=kind)
    Membership.objects.create(pool=pool, rep=rep)
    student = Segment.objects.create(slug="student", name="Student", rank=1, is_qualified=False)
    SegmentCondition.objects.create(
        segment=student, fact="lead.email_domain", operator="ends_with", value=".edu"
    )
    Segment.objects.create(slug="everyone", name="Everyone", rank=2, pool=pool)
    return Organisation(_form(_workflow()), pool, rep)


@pytest.fixture
def guest(organisation: Organisation, client: Client) -> Guest:
    """Has sent the form and stands before the free times."""
    return sent(client)


@pytest.fixture
def booking(guest: Guest) -> Booking:
    """Tomorrow's first time, booked."""
    tomorrow = next(place for place, slot in enumerate(guest.slots) if slot.start.day != NOW.day)
    return guest.book(tomorrow)


@pytest.fixture
def manage(booking: Booking) -> str:
    """The path of the booking's page."""
    return f"/m/{access.manage_token(booking, timezone.now())}/"


def sent(client: Client, **answers: str) -> Guest:
    response = client.post("/book/demo/", {**ANSWERS, **answers, "time-zone": "Europe/Berlin"})
    assert response.status_code == 303, response.content.decode()
    return Guest(Enquiry.objects.latest("pk"), response["Location"])


def _workflow() -> Workflow:
    for slug in ("confirmation", "reminder", "rebook"):
        body = "Hi {{ lead_name }}, {{ reschedule_url }} {{ rebook_url }}"
        MessageTemplate.objects.create(slug=slug, subject="{{ meeting }}", body=body)
    workflow = Workflow.objects.create(slug="inbound", name="Inbound")
    draft = publishing.draft(workflow, now=NOW, actor="system")
    publishing.write(draft, STAGES)
    publishing.publish(draft, actor="system", now=NOW)
    workflow.refresh_from_db()
    return workflow


def _form(workflow: Workflow) -> BookingForm:
    form = BookingForm.objects.create(slug="demo", name="Request a demo", workflow=workflow)
    questions: list[dict[str, Any]] = [
        {"name": "name", "label": "Your name", "type": "text", "is_required": True},
        {"name": "email", "label": "Work e-mail", "type": "email", "is_required": True},
        {"name": "employees", "label": "Company size", "type": "number", "minimum": 1},
        {"name": "country", "label": "Country", "type": "select", "choices": ["US", "DE", "NO"]},
        {"name": "topics", "label": "Topics", "type": "multiselect", "choices": ["Routing", "Reminders"]},
        {"name": "needs", "label": "What do you need?", "type": "textarea"},
        {"name": "campaign", "label": "Campaign", "type": "hidden"},
    ]
    for position, question in enumerate(questions):
        Question.objects.create(form=form, position=position, **question)
    return form
