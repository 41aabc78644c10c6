"""Each ready workflow from its form to its end, over HTTP on a virtual clock; and a guest who never comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from bookings import attendance
from bookings.models import Booking, Message
from ordinus.setup import ready
from ordinus.tests.configuration.files import applied, export
from ordinus.tests.consistency import check_everything
from ordinus.tests.journeys import NOW
from workflows.models import Run, Timer
from workflows.sweeping import sweep

REPS = """\
ordinus: 1
reps:
  - {email: ana@acme.example, name: Ana, time_zone: Europe/Berlin, hours: {
     mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}}
"""
WAYS: dict[str, dict[str, Any]] = {
    "inbound-demo": {"answers": {"employees": 40}, "outcome": "opportunity", "end": "won", "missed": "lost",
                     "apart": ({"employees": 2}, "lost")},
    "event-follow-up": {"answers": {"wish": "Talk soon"}, "outcome": "opportunity", "end": "won", "missed": "lost",
                        "apart": ({"wish": "Read first"}, "a-week")},
    "customer-onboarding": {"answers": {}, "outcome": "going_well", "end": "onboarded", "missed": "not-onboarded",
                            "meetings": 2},
    "renewal": {"answers": {"value": 90000}, "outcome": "renewed", "end": "kept", "missed": "left",
                "apart": ({"value": 10}, "invitation")},
    "support-call": {"answers": {"severity": "It blocks our work"}, "outcome": "solved", "end": "solved",
                     "missed": "dropped", "apart": ({"severity": "It can wait"}, "offer")},
}  # fmt: skip


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        applied(REPS, at=NOW)
        yield clock


def begin(slug: str, *, as_draft: bool = False) -> ready.Ready:
    chosen = next(each for each in ready.all_ready() if each.slug == slug)
    ready.start(chosen, ["ana@acme.example"], as_draft=as_draft, now=NOW, actor="system")
    return chosen


class Guest:
    """A guest of the form that a ready workflow brings."""

    def __init__(self, clock: time_machine.Traveller, form: str, answers: dict[str, Any], name: str) -> None:
        self.clock = clock
        self.http = APIClient()
        body = {
            "answers": {"name": name, "email": f"{name}@navy.example", **answers},
            "time_zone": "Europe/Berlin",
        }
        answer = self.http.post(f"/api/v1/forms/{form}/leads/", body, format="json")
        assert answer.status_code == 201, answer.content
        self.token, self.run_id = answer.json()["token"], answer.json()["run"]

    @property
    def run(self) -> Run:
        return Run.objects.get(pk=self.run_id)

    def book(self) -> Booking:
        today = timezone.localdate()
        path = f"/api/v1/leads/{self.token}/slots/?from={today}&to={today + timedelta(days=9)}"
        slots = self.http.get(path).json()["slots"]
        body = {"start": slots[-1]["start"]}
        answer = self.http.post(f"/api/v1/leads/{self.token}/bookings/", body, format="json")
        assert answer.status_code == 201, answer.content
        return Booking.objects.get(pk=answer.json()["booking"])

    def until(self, stage: str) -> None:
        """Time passes, and everything falls due when it is due, until the run stands there."""
        for _ in range(60):
            if self.run.stage == stage:
                return
            timer = Timer.objects.waiting().filter(run=self.run_id).order_by("due_at").first()
            assert timer is not None, f"the run waits in {self.run.stage} for ever"
            self.clock.move_to(max(timer.due_at, timezone.now()))
            sweep(timezone.now(), timezone.now())
        raise AssertionError(f"the run stands in {self.run.stage}")

    def attend(self, booking: Booking) -> None:
        due = Timer.objects.filter(booking=booking.pk, purpose="reminder").order_by("due_at")
        for at in [*due.values_list("due_at", flat=True), booking.end_at]:
            self.clock.move_to(at)
            sweep(timezone.now(), timezone.now())
        attendance.record(
            booking, signal="attended", party="guest", source="rep", now=timezone.now(), actor="system"
        )


@pytest.mark.parametrize("slug", WAYS)
def test_who_comes_ends_well_and_who_never_comes_is_let_go(slug: str, clock: time_machine.Traveller) -> None:
    way, chosen = WAYS[slug], begin(slug)
    form = chosen.content["forms"][0]["slug"]
    guest = Guest(clock, form, way["answers"], "grace")
    for number in range(way.get("meetings", 1)):
        if number:
            guest.until("check-in-offer")
        booking = guest.book()
        sweep(timezone.now(), timezone.now())
        guest.attend(booking)
        booking.refresh_from_db()
        reminders = Message.objects.filter(booking=booking, kind="reminder", state="sent")
        assert reminders.exists()
    attendance.record_outcome(booking, way["outcome"], now=timezone.now(), actor="system")
    assert (guest.run.stage, guest.run.state) == (way["end"], "completed")
    missing = Guest(clock, form, way["answers"], "kim")
    missing.book()
    if "apart" in way:
        answers, stage = way["apart"]
        assert Guest(clock, form, answers, "ada").run.stage == stage
    missing.until(way["missed"])
    assert missing.run.state == "completed"
    assert Message.objects.filter(run=missing.run_id, kind="rebook_offer").count() == 1
    check_everything()


def test_each_file_can_be_applied_as_it_is_and_comes_back_the_same(db: None) -> None:
    files = ready.all_ready()
    assert {each.slug for each in files} == set(WAYS)
    for each in files:
        applied(each.text)
    text = export()
    for each in files:
        assert applied(each.text) == []
    assert applied(text) == []
