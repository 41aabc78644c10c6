"""A version with every kind of mistake is published by none of the three ways, and each is told at its stage."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from django.utils.html import escape

from bookings.tests.organisation import NOW, Organisation, build
from ordinus.tests.configuration.files import problems_in
from ordinus.tests.mistaken import STAGES, WRONG, segments
from workflows import publishing
from workflows.models import WorkflowVersion
from workflows.tests.admin.pages import Admin, superuser


@pytest.fixture
def acme(db: None) -> Organisation:
    acme = build()
    segments(acme)
    return acme


@pytest.fixture
def draft(acme: Organisation) -> WorkflowVersion:
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    publishing.write(draft, STAGES)
    return draft


def assert_unchanged(acme: Organisation) -> None:
    published = acme.workflow.published
    acme.workflow.refresh_from_db()
    assert acme.workflow.published == published


def test_the_shell_refuses_it_and_tells_all(acme: Organisation, draft: WorkflowVersion) -> None:
    with pytest.raises(publishing.NotPublishable) as refused:
        publishing.publish(draft, actor="system", now=NOW)
    found: dict[str | None, set[str]] = defaultdict(set)
    for problem in refused.value.problems:
        found[problem.stage].add(problem.code)
        assert problem.text and problem.cure
    assert dict(found) == WRONG
    assert_unchanged(acme)


def test_the_admin_refuses_it_and_tells_each_beside_its_stage(
    acme: Organisation, draft: WorkflowVersion
) -> None:
    ops = Admin(superuser())
    assert "Not published" in ops.press(f"/admin/workflows/workflowversion/{draft.pk}/publish/")[0]
    assert_unchanged(acme)
    cards = ops.get(f"/admin/workflows/workflowversion/{draft.pk}/change/").split('id="stage-')[1:]
    by_stage = {card.partition('"')[0]: card for card in cards}
    for problem in publishing.problems_of(publishing.specs_of(draft)):
        card = by_stage[problem.stage or ""]
        assert escape(problem.text) in card and escape(problem.cure) in card


def test_the_file_refuses_it_and_tells_each_at_its_place(acme: Organisation) -> None:
    workflow = {"slug": "inbound-demo", "name": "Inbound demo", "stages": STAGES}
    problems = problems_in(json.dumps({"ordinus": 1, "workflows": [workflow]}))
    for place, stage in enumerate(STAGES):
        here = f"workflows[0].stages[{place}]"
        told = [problem for problem in problems if problem.startswith((f"{here}.", f"{here}:"))]
        assert len(told) >= len(WRONG.get(stage["name"], ())), here
        assert bool(told) == (stage["name"] in WRONG), (here, told)
    assert_unchanged(acme)
