"""A small organisation, written straight into the database: reps, pools, segments, templates, workflow and form.

Its workflow is the one of the configuration example, so what is told of that holds here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bookings import intake, scheduling
from bookings.intake import Submission
from bookings.models import Booking, BookingForm, MessageTemplate, Question
from bookings.offering import Slot
from routing.models import MeetingType, Membership, Pool, Rep, Segment, SegmentCondition, WorkingHours
from workflows import publishing
from workflows.models import Workflow
from workflows.tests.remembering import remembered

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 09:00 in Berlin
ZONE = "Europe/Berlin"
NINE, FIVE = 9 * 60, 17 * 60
REPS = (("ana@acme.example", "Ana Silva"), ("ben@acme.example", "Ben Okoro"), ("cy@acme.example", "Cy Lund"))
ANSWERS: dict[str, Any] = {"name": "Grace Hopper", "email": "grace@navy.example", "employees": 20}

IN_SUCCESS = [[{"fact": "pool", "is": "==", "value": "success"}]]

STAGES: list[dict[str, Any]] = [
    {"name": "qualification", "kind": "qualification", "segments": ["enterprise", "student", "everyone-else"],
     "branches": {"qualified": "routing", "disqualified": "nurture"}},
    {"name": "routing", "kind": "routing",
     "branches": {"routed": "offer", "fallback": "offer", "unroutable": "triage"}},
    {"name": "offer", "kind": "offer", "expires_after": "7d",
     "branches": {"booked": "confirmation", "abandoned": "chase"}},
    {"name": "confirmation", "kind": "confirmation", "template": "confirmation",
     "reminders": ["3d", "1d", "2h"], "reminder_template": "reminder", "branches": {"confirmed": "meeting"}},
    {"name": "meeting", "kind": "meeting", "ask_rep_after": "0m", "no_show_after": "30m", "branches": {
        "attended": [{"when": IN_SUCCESS, "to": "won"}, {"to": "handoff"}],
        "no_show": "no-show",
        "reschedule_requested": [{"when": IN_SUCCESS, "to": "success-routing"}, {"to": "routing"}],
        "cancelled": [{"when": IN_SUCCESS, "to": "won"}, {"to": "lost"}]}},
    {"name": "no-show", "kind": "no_show", "template": "rebook-offer", "tags": ["nurture"],
     "expires_after": "14d", "max_offers": 2, "branches": {
        "rebook_requested": [{"when": IN_SUCCESS, "to": "success-routing"}, {"to": "routing"}],
        "expired": "lost"}},
    {"name": "handoff", "kind": "handoff", "remind_rep_after": "1d", "expires_after": "14d",
     "outcomes": ["qualified_opportunity", "closed_won", "follow_up", "not_a_fit"], "branches": {
        "qualified_opportunity": "won", "closed_won": "success-routing", "follow_up": "routing-again",
        "not_a_fit": "lost", "unmarked": "triage"}},
    {"name": "success-routing", "kind": "routing", "pool": "success",
     "branches": {"routed": "success-offer", "fallback": "success-offer", "unroutable": "triage"}},
    {"name": "success-offer", "kind": "offer", "template": "meet-success", "expires_after": "14d",
     "branches": {"booked": "confirmation", "abandoned": "won"}},
    {"name": "routing-again", "kind": "routing",
     "branches": {"routed": "follow-up-offer", "fallback": "follow-up-offer", "unroutable": "triage"}},
    {"name": "follow-up-offer", "kind": "offer", "template": "follow-up", "expires_after": "14d",
     "branches": {"booked": "confirmation", "abandoned": "lost"}},
    {"name": "chase", "kind": "action", "do": [{"send": "still-interested"}],
     "branches": {"done": "last-offer"}},
    {"name": "last-offer", "kind": "offer", "expires_after": "14d",
     "branches": {"booked": "confirmation", "abandoned": "lost"}},
    {"name": "nurture", "kind": "action", "do": [{"tag": "nurture"}, {"send": "nurture"}],
     "branches": {"done": "lost"}},
    {"name": "triage", "kind": "action", "do": [{"notify": "ops@acme.example"}], "branches": {"done": "lost"}},
    {"name": "won", "kind": "end"},
    {"name": "lost", "kind": "end"},
]  # fmt: skip

TEMPLATES = {
    "confirmation": ("Confirmed: {{ meeting }}", "Hi {{ lead_name }}, {{ manage_url }}"),
    "reminder": ("{{ meeting }} on {{ starts_at }}", "Hi {{ lead_name }}, {{ reschedule_url }}"),
    "rebook-offer": ("Shall we try again?", "Hi {{ lead_name }}, {{ rebook_url }}"),
    "still-interested": ("Still interested?", "Hi {{ lead_name }}, {{ booking_url }}"),
    "meet-success": ("Meet your success manager", "Hi {{ lead_name }}, {{ booking_url }}"),
    "follow-up": ("Our second meeting", "Hi {{ lead_name }}, {{ booking_url }}"),
    "nurture": ("Good to know you", "Hi {{ lead_name }}, we will be in touch."),
}

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"name": "name", "label": "Your name", "type": "text", "is_required": True},
    {"name": "email", "label": "Work e-mail", "type": "email", "is_required": True},
    {"name": "employees", "label": "Company size", "type": "number", "minimum": 1},
    {"name": "country", "label": "Country", "type": "select", "choices": ["US", "CA", "DE", "FR", "NO"]},
    {"name": "language", "label": "Language", "type": "select", "choices": ["en", "de"]},
    {"name": "needs", "label": "What do you need?", "type": "textarea"},
)


@dataclass
class Organisation:
    """What there is, and the first steps of a guest through it. Every instant defaults to `now`."""

    form: BookingForm
    workflow: Workflow
    meeting_type: MeetingType
    pools: dict[str, Pool]
    reps: list[Rep]
    now: datetime

    def submit(self, *, now: datetime | None = None, time_zone: str = ZONE, **answers: Any) -> Submission:
        """A guest's form. 20 employees lead to the pool `general`, 500 and more to `enterprise`."""
        sent = {**ANSWERS, **answers}
        return intake.submit(self.form, sent, time_zone=time_zone, now=now or self.now)

    def slots(self, submission: Submission, *, days: int = 14, now: datetime | None = None) -> list[Slot]:
        """The times offered to the guest from today on."""
        first = (now or self.now).date()
        last = first + timedelta(days=days)
        return scheduling.offered(submission.enquiry, first, last, now=now or self.now)

    def book(self, submission: Submission, place: int = 0, *, now: datetime | None = None) -> Booking:
        """The guest takes the offered time at this place of the list."""
        start = self.slots(submission, now=now)[place].start
        return scheduling.book(submission.enquiry, start, now=now or self.now)


@remembered
def build(now: datetime = NOW, *, reps: int = 3, stages: Sequence[dict[str, Any]] = STAGES) -> Organisation:
    """Reps working 09:00-17:00 in Berlin on weekdays, in the pools general, enterprise and success.

    The first rep weighs 2 in `enterprise`, everybody else 1 everywhere. The workflow `inbound-demo` is
    published, and the form `demo-request` begins it.
    """
    meeting_type = MeetingType.objects.create(
        slug="demo-30", name="Product demo", duration=30, step=30, buffer_after=10, min_notice=60
    )
    people = [_rep(email, name) for email, name in REPS[:reps]]
    pools = {
        slug: _pool(slug, meeting_type, people)
        for slug in ("general", "enterprise", "success")
    }  # fmt: skip
    Membership.objects.filter(pool=pools["enterprise"], rep=people[0]).update(weight=2)
    _segments(pools)
    for slug, (subject, body) in TEMPLATES.items():
        MessageTemplate.objects.create(slug=slug, subject=subject, body=body)
    workflow = published(stages, now=now)
    form = _form(workflow)
    return Organisation(form, workflow, meeting_type, pools, people, now)


def published(stages: Sequence[dict[str, Any]], *, slug: str = "inbound-demo", now: datetime) -> Workflow:
    """A workflow of these stages, its first or next version published."""
    workflow, _ = Workflow.objects.get_or_create(slug=slug, defaults={"name": slug.replace("-", " ").title()})
    draft = publishing.draft(workflow, now=now, actor="system")
    publishing.write(draft, stages)
    publishing.publish(draft, actor="system", now=now)
    workflow.refresh_from_db()
    return workflow


def _rep(email: str, name: str) -> Rep:
    rep = Rep.objects.create(
        email=email,
        name=name,
        time_zone=ZONE,
        meeting_url=f"https://meet.acme.example/{name.split()[0].lower()}",
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(rep=rep, weekday=day, start_minute=NINE, end_minute=FIVE) for day in range(5)
    )
    return rep


def _pool(slug: str, meeting_type: MeetingType, people: list[Rep]) -> Pool:
    pool = Pool.objects.create(slug=slug, name=slug.title(), meeting_type=meeting_type)
    for rep in people:
        Membership.objects.create(pool=pool, rep=rep)
    return pool


def _segments(pools: dict[str, Pool]) -> None:
    enterprise = Segment.objects.create(
        slug="enterprise", name="Enterprise", rank=10, pool=pools["enterprise"]
    )
    student = Segment.objects.create(slug="student", name="Student", rank=20, is_qualified=False)
    Segment.objects.create(slug="everyone-else", name="Everyone else", rank=99, pool=pools["general"])
    for segment, fact, operator, value in (
        (enterprise, "answers.employees", ">=", 500),
        (student, "lead.email_domain", "ends_with", ".edu"),
    ):
        SegmentCondition.objects.create(segment=segment, fact=fact, operator=operator, value=value)


def _form(workflow: Workflow) -> BookingForm:
    form = BookingForm.objects.create(slug="demo-request", name="Request a demo", workflow=workflow)
    for position, question in enumerate(QUESTIONS):
        Question.objects.create(form=form, position=position, **question)
    return form
