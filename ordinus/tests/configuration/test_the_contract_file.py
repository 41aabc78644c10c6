"""The example of the public contract, as it stands there, and what it makes."""

from __future__ import annotations

import pytest

from bookings.models import BookingForm
from ordinus.tests.configuration.files import CONTRACT, a_database_of_its_own, applied, export
from routing.models import Membership, Pool, Rep
from workflows.models import Sink, Workflow

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> list[str]:
    return applied(CONTRACT.read_text())


def test_it_creates_every_object_it_names(lines: list[str]) -> None:
    assert lines == [
        "+ create rep ana@acme.example",
        "+ create meeting type demo-30",
        *(f"+ create pool {slug}" for slug in ("enterprise", "general", "success")),
        *(f"+ create segment {slug}" for slug in ("enterprise", "student", "everyone-else")),
        *(f"+ create enrichment {slug}" for slug in ("companies", "provider")),
        *(
            f"+ create template {slug}"
            for slug in ("confirmation", "reminder", "rebook-offer", "still-interested", "meet-success", "follow-up",
                         "nurture")
        ),
        "+ create sink warehouse",
        "+ create workflow inbound-demo",
        "+ create form demo-request",
    ]  # fmt: skip


def test_applied_again_it_changes_nothing(lines: list[str]) -> None:
    assert applied(CONTRACT.read_text()) == []
    assert applied(CONTRACT.read_text(), prune=True) == []


def test_what_it_leaves_out_has_the_defaults_of_the_contract(lines: list[str]) -> None:
    general = Pool.objects.get(slug="general")
    assert (general.sla_minutes, general.assignment, general.catch_up, general.fallback) == (
        None,
        "at_booking",
        5,
        None,
    )
    assert general.meeting_type.horizon_days == 30
    assert general.members.get().weight == 1
    assert BookingForm.objects.get().active_bookings == 1
    assert Sink.objects.get().is_enabled is True


def test_hours_durations_and_shares_reach_the_database(lines: list[str]) -> None:
    ana = Rep.objects.get(email="ana@acme.example")
    assert [str(hours) for hours in ana.hours.all()] == [
        "Monday 09:00-12:30", "Monday 13:30-17:00", "Tuesday 09:00-17:00",
    ]  # fmt: skip
    enterprise = Pool.objects.get(slug="enterprise")
    assert (enterprise.sla_minutes, enterprise.fallback.slug) == (20 * 60, "general")
    member = Membership.objects.get(pool=enterprise)
    assert (member.weight, member.daily_cap, member.weekly_cap) == (3, 4, 15)


def test_its_workflow_is_published_as_version_1(lines: list[str]) -> None:
    workflow = Workflow.objects.get(slug="inbound-demo")
    assert workflow.published is not None and workflow.published.number == 1
    assert workflow.draft is None
    assert workflow.published.stages.count() == 17
    frozen = workflow.published.stages.get(name="qualification").frozen
    assert [segment["slug"] for segment in frozen["segments"]] == ["enterprise", "student", "everyone-else"]


def test_the_norwegians_keep_their_country(lines: list[str]) -> None:
    country = BookingForm.objects.get().questions.get(name="country")
    assert country.choices == ["US", "CA", "DE", "FR", "IN", "NO"]


def test_its_export_makes_the_same_again_byte_for_byte() -> None:
    with a_database_of_its_own():
        applied(CONTRACT.read_text())
        first = export()
    with a_database_of_its_own():
        applied(first)
        assert export() == first


def test_its_export_says_what_it_says(lines: list[str]) -> None:
    assert applied(export(), prune=True) == []
