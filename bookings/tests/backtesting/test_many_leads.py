"""A back-test of many leads asks the database no oftener than one of a few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import past_leads
from bookings.tests import organisation
from bookings.tests.backtesting.many import record_like
from bookings.tests.backtesting.trying import lower_the_bar, tried

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs() -> list[int]:
    acme = organisation.build()
    record_like(acme.submit(), 1200)
    lower_the_bar(100)
    return past_leads.runs_of(acme.workflow, None)


def queries(runs: list[int]) -> int:
    workflow = organisation.Workflow.objects.get()
    with CaptureQueriesContext(connection) as captured:
        _, report = tried(workflow, runs=runs)
    assert report.leads == len(runs)
    return len(captured)


def test_ten_times_the_leads_need_no_more_decisions(runs):
    few, many = queries(runs[::9]), queries(runs)
    assert many - few <= 10  # two more chunks to read


def test_each_of_them_is_judged(runs):
    moves, report = tried(organisation.Workflow.objects.get(), runs=runs)
    assert len(moves) == 400  # of 1,200 those with 100 to 499 people
    assert {str(move.after) for move in moves} == {"enterprise, enterprise, routed"}
    assert report.leads == 1201
