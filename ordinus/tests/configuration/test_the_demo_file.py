"""The organisation that `make run` begins with."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from bookings import intake, scheduling
from bookings.models import BookingForm
from ordinus.tests.configuration.files import NOW, applied, export
from routing.models import Pool, Rep

pytestmark = pytest.mark.django_db

DEMO = Path(settings.BASE_DIR) / "demo.yaml"


@pytest.fixture(autouse=True)
def acme() -> None:
    applied(DEMO.read_text())


def test_applied_again_it_changes_nothing() -> None:
    assert applied(DEMO.read_text(), prune=True) == []


def test_its_export_says_what_it_says() -> None:
    assert applied(export(), prune=True) == []


def test_there_are_eight_reps_in_two_offices() -> None:
    assert Rep.objects.count() == 8
    assert set(Rep.objects.values_list("time_zone", flat=True)) == {"Europe/Berlin", "America/New_York"}
    assert all(rep.meeting_url.startswith("https://meet.acme.example/") for rep in Rep.objects.all())


def test_every_pool_has_members_and_a_way_out() -> None:
    assert all(pool.members.exists() for pool in Pool.objects.all())
    assert {pool.slug: pool.fallback.slug for pool in Pool.objects.exclude(fallback=None)} == {
        "enterprise": "mid-market",
        "mid-market": "general",
        "success": "general",
    }


@pytest.mark.parametrize(
    ("answers", "segment", "pool"),
    [
        ({"employees": 900}, "enterprise", "enterprise"),
        ({"email": "kim@initech.example"}, "enterprise", "enterprise"),
        ({"employees": 120}, "mid-market", "mid-market"),
        ({"employees": 20}, "everyone-else", "general"),
    ],
)
def test_a_lead_reaches_the_pool_of_its_segment_and_is_offered_times(
    answers: dict[str, object], segment: str, pool: str
) -> None:
    form = BookingForm.objects.get(slug="demo-request")
    sent = {"name": "Kim Doe", "email": "kim@customer.example", **answers}
    submission = intake.submit(form, sent, utm=None, time_zone="Europe/Paris", now=NOW)
    assert (submission.status, submission.segment, submission.pool) == ("qualified", segment, pool)
    today = date(2026, 3, 2)
    assert scheduling.offered(submission.enquiry, today, today + timedelta(days=14), now=NOW)
