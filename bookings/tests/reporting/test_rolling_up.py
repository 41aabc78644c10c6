"""How far each run came is kept beside its facts, and is always what they tell."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from bookings import attendance, erasing, intake, rolling_up
from bookings.models import Booking, Lead, RunProgress
from bookings.tests.organisation import Organisation
from workflows.models import Run


def progress(address: str) -> RunProgress:
    return RunProgress.objects.get(lead=Lead.objects.get(email=address).pk)


def test_what_is_kept_is_what_the_trace_tells(a_month: Organisation) -> None:
    assert RunProgress.objects.count() == Run.objects.count() == 10
    assert list(rolling_up.check()) == []
    came, missed = progress("came41@b.example"), progress("missed@b.example")
    assert (came.furthest, came.outcomes, came.segment, came.pool) == (
        6,
        "not_a_fit",
        "everyone-else",
        "general",
    )
    assert came.rep == Booking.objects.get(lead=came.lead).rep_id
    assert missed.missed_at < missed.won_back_at < missed.held_at
    assert progress("student@school.edu").reason == "disqualified"


def test_a_roll_up_that_went_wrong_is_found_and_made_anew(a_month: Organisation) -> None:
    wrong, lost = progress("came41@b.example"), progress("off@b.example")
    RunProgress.objects.filter(pk=wrong.pk).update(furthest=2, booked_at=None)
    RunProgress.objects.filter(pk=lost.pk).delete()
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("rebuild_reports", "--check", stdout=said)
    assert f"run {wrong.pk}:" in said.getvalue() and f"run {lost.pk}:" in said.getvalue()
    said = StringIO()
    call_command("rebuild_reports", stdout=said)
    assert "10 runs read, 2 roll-ups written" in said.getvalue()
    assert list(rolling_up.check()) == []
    assert progress("came41@b.example").booked_at == wrong.booked_at


def test_a_run_without_one_gets_it_with_its_next_fact(a_month: Organisation) -> None:
    RunProgress.objects.all().delete()
    last = Booking.objects.exclude(outcome="").latest("pk")
    attendance.withdraw_outcome(last, now=last.start_at, actor="system")
    kept = RunProgress.objects.get()
    assert (kept.run, kept.furthest, kept.outcomes, kept.marked_at) == (last.run_id, 5, "", None)


@pytest.mark.parametrize(
    ("utm", "source"),
    [
        ({"source": " Google "}, "google"),
        ({"source": "grace@navy.example"}, "other"),
        ({"source": "=cmd|' /C calc'!A0"}, "other"),
        ({"source": "x" * 41}, "other"),
        ({"medium": "cpc"}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_source_is_a_plain_word_or_other(utm: object, source: str) -> None:
    assert rolling_up.source_of(utm) == source


def test_the_source_goes_with_the_person(acme: Organisation) -> None:
    sent = {"name": "Grace", "email": "grace@navy.example", "employees": 20}
    intake.submit(acme.form, sent, utm={"source": "gracespage"}, now=acme.now)
    lead = Lead.objects.get()
    assert progress(lead.email).source == "gracespage"
    erasing.erase(lead, now=acme.now, actor="system")
    assert RunProgress.objects.get().source == ""
    assert list(rolling_up.check()) == []
