"""Recorded leads through another version: by the facts they were qualified by, whatever was changed since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import erasing, past_leads
from bookings.models import Enquiry, Lead
from bookings.tests import organisation
from bookings.tests.backtesting.trying import draft_with, lower_the_bar, told, tried
from bookings.tests.organisation import NOW
from workflows import publishing
from workflows.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    acme = organisation.build()
    for number, employees in enumerate((20, 150, 600)):
        acme.submit(email=f"lead{number}@navy.example", employees=employees)
    acme.submit(email="ann@school.edu")
    return acme


def test_without_a_change_nobody_moves(acme):
    moves, report = tried(acme.workflow)
    assert (moves, report.leads, report.moved) == ([], 4, 0)
    assert {str(place): count for place, count in report.after.items()} == {
        "everyone-else, general, routed": 2,
        "enterprise, enterprise, routed": 1,
        "student, no pool, disqualified": 1,
    }


def test_a_changed_segment_moves_those_it_takes_now(acme):
    lower_the_bar(100)
    moves, report = tried(acme.workflow)
    run = Run.objects.order_by("pk")[1]
    assert told(moves) == [
        f"lead {run.lead} (run {run.pk}): everyone-else, general, routed -> enterprise, enterprise, routed"
    ]
    assert (report.leads, report.moved) == (4, 1)


def test_a_draft_is_tried_when_there_is_one(acme):
    draft_with(acme.workflow, qualification={"segments": ["student", "everyone-else"]})
    moves, _ = tried(acme.workflow, "draft")
    assert [str(move.before) for move in moves] == ["enterprise, enterprise, routed"]
    assert [str(move.after) for move in moves] == ["everyone-else, general, routed"]


def test_a_stage_with_a_pool_of_its_own_moves_everybody_it_routes(acme):
    draft_with(acme.workflow, routing={"pool": "success"})
    moves, _ = tried(acme.workflow)
    assert {move.after.pool for move in moves} == {"success"}
    assert len(moves) == 3


def test_a_version_by_its_number_is_what_was_frozen_then(acme):
    lower_the_bar(100)
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    publishing.publish(draft, actor="system", now=NOW)
    acme.workflow.refresh_from_db()
    lower_the_bar(10)
    assert len(tried(acme.workflow, "1")[0]) == 0
    assert len(tried(acme.workflow, "2")[0]) == 1
    assert len(tried(acme.workflow)[0]) == 3


def test_leads_of_a_newer_version_come_from_where_it_put_them(acme):
    lower_the_bar(100)
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    publishing.publish(draft, actor="system", now=NOW)
    acme.form.workflow.refresh_from_db()
    acme.submit(email="new@navy.example", employees=150)
    moves, _ = tried(acme.workflow, "1")
    assert told(moves)[0].endswith("enterprise, enterprise, routed -> everyone-else, general, routed")


def test_later_answers_and_tags_do_not_count(acme):
    Enquiry.objects.update(answers={"employees": 9000})
    lower_the_bar(100)
    assert len(tried(acme.workflow)[0]) == 1


def test_where_a_lead_comes_from_is_where_it_was_put(acme):
    runs = past_leads.runs_of(acme.workflow, None)
    _, report = tried(acme.workflow)
    recorded = [Run.objects.get(pk=run).carried for run in runs]
    assert sorted((str(each["segment"]), str(each.get("pool"))) for each in recorded) == sorted(
        (str(place.segment), str(place.pool)) for place in report.before.elements()
    )


def test_leads_since_an_instant_only(acme):
    later = NOW + timedelta(days=2)
    acme.submit(email="late@navy.example", now=later)
    assert len(past_leads.runs_of(acme.workflow, later)) == 1
    assert len(past_leads.runs_of(acme.workflow, NOW)) == 5


def test_an_erased_lead_is_left_out(acme):
    lead = Lead.objects.get(email="ann@school.edu")
    erasing.erase(lead, now=NOW, actor="system")
    cases = list(past_leads.recorded(past_leads.runs_of(acme.workflow, None)))
    assert [case is None for case in cases] == [False, False, False, True]
