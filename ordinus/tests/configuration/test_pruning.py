"""What the file does not name goes with --prune: deleted without a history, retired with one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import intake, scheduling
from bookings.models import Booking, BookingForm, MessageTemplate
from ordinus.tests.configuration.files import NOW, SMALL, applied, changed, export, problems_in
from routing.models import MeetingType, Membership, Pool, Rep, Segment
from workflows.models import Workflow

pytestmark = pytest.mark.django_db

EMPTY = "ordinus: 1\n"
BO = "  - {email: bo@acme.example, name: Bo}\n"


@pytest.fixture(autouse=True)
def small() -> None:
    applied(SMALL)


def a_booking() -> Booking:
    """Ana's: she alone has working hours. Bo's balance is a history too."""
    form = BookingForm.objects.get()
    submission = intake.submit(form, {"email": "kim@customer.example"}, utm=None, time_zone="UTC", now=NOW)
    day = (NOW + timedelta(days=7)).date()
    start = scheduling.offered(submission.enquiry, day, day, now=NOW)[0].start
    return scheduling.book(submission.enquiry, start, now=NOW)


def test_without_it_everything_stays() -> None:
    before = export()
    assert applied(EMPTY) == []
    assert export() == before


def test_what_nobody_has_used_is_deleted() -> None:
    lines = applied(EMPTY, prune=True)
    assert lines == [
        "- remove form demo-request",
        "- remove workflow inbound (retired, as it has a history)",
        "- remove segment everyone",
        "- remove pool sales",
        "- remove template confirmation",
        "- remove template reminder",
        "- remove meeting type demo",
        "- remove rep ana@acme.example",
        "- remove rep bo@acme.example",
    ]
    assert export() == EMPTY
    assert not Rep.objects.exists() and not Pool.objects.exists() and not MeetingType.objects.exists()


def test_what_has_a_history_is_retired() -> None:
    booking = a_booking()
    lines = applied(EMPTY, prune=True)
    retired = [line.split(" (")[0] for line in lines if line.endswith("(retired, as it has a history)")]
    assert retired == [
        "- remove form demo-request",
        "- remove workflow inbound",
        "- remove segment everyone",
        "- remove pool sales",
        "- remove template confirmation",
        "- remove template reminder",
        "- remove meeting type demo",
        "- remove rep ana@acme.example",
        "- remove rep bo@acme.example",
    ]
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CONFIRMED


def test_a_retired_object_is_not_exported_and_not_pruned_again() -> None:
    a_booking()
    applied(EMPTY, prune=True)
    assert export() == EMPTY
    assert applied(EMPTY, prune=True) == []


def test_a_retired_rep_takes_no_turns_and_comes_back_owed_nothing() -> None:
    a_booking()
    applied(EMPTY, prune=True)
    ana = Rep.objects.get(name="Ana")
    assert (ana.is_active, ana.retired_at) == (False, NOW)
    assert not Membership.objects.taking_turns().exists()
    applied(SMALL)
    ana.refresh_from_db()
    assert (ana.is_active, ana.retired_at) == (True, None)
    assert [member.balance for member in Membership.objects.taking_turns()] == [0.0, 0.0]


def test_a_file_that_names_a_retired_object_brings_it_back() -> None:
    before = export()
    a_booking()
    applied(EMPTY, prune=True)
    lines = applied(SMALL)
    assert "+ create workflow inbound" in lines
    assert "+ create segment everyone" in lines
    assert export() == before
    assert Workflow.objects.get().published.number == 1
    assert Segment.objects.get().retired_at is None


def test_the_objects_that_stay_cannot_name_one_that_goes() -> None:
    without = changed(SMALL, "  - {slug: reminder", "  - {slug: other")
    assert problems_in(without) == []
    assert problems_in(without, prune=True) == [
        "workflows[0].stages[3].reminder_template: no template 'reminder'; add it under templates, or name another"
    ]


def test_a_rep_who_leaves_the_file_leaves_the_pools() -> None:
    lines = applied(changed(changed(SMALL, BO, ""), ", {rep: bo@acme.example}", ""), prune=True)
    assert lines == ["- remove pool sales members[bo@acme.example]", "- remove rep bo@acme.example"]


def test_a_plan_of_pruning_tells_what_would_be_retired_and_keeps_everything() -> None:
    a_booking()
    before = export()
    assert "- remove template reminder (retired, as it has a history)" in applied(
        EMPTY, prune=True, plan=True
    )
    assert export() == before
    assert MessageTemplate.objects.filter(retired_at=None).count() == 2
