"""An answer that no form asks for is told beside the stage and the segment, and keeps nothing from being published."""

from __future__ import annotations

from typing import Any

import pytest

from bookings.tests.organisation import NOW, STAGES, Organisation
from routing.models import Segment, SegmentCondition
from workflows import publishing
from workflows.advising import advice_on
from workflows.core.graph import Problem
from workflows.models import WorkflowVersion
from workflows.tests.admin.pages import Admin

SLIP = [[{"fact": "answers.employes", "is": ">=", "value": 500}]]
OTHER = [[{"fact": "answers.shoe_size", "is": "==", "value": 44}]]


def changed(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [stage | changes.get(stage["name"], {}) for stage in STAGES]


@pytest.fixture
def draft(acme: Organisation) -> WorkflowVersion:
    """A reminder, a branch and a segment that each look at what nobody asks."""
    SegmentCondition.objects.create(
        segment=Segment.objects.get(slug="enterprise"),
        group=9,
        fact="answers.emploees",
        operator=">",
        value=9,
    )
    stages = changed(
        confirmation={"reminders": [{"before": "1d", "when": SLIP}, "2h"]},
        offer={
            "branches": {
                "booked": "confirmation",
                "abandoned": [{"when": OTHER, "to": "lost"}, {"to": "chase"}],
            }
        },
    )
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    publishing.write(draft, stages)
    return draft


def advice(draft: WorkflowVersion) -> list[Problem]:
    return advice_on(draft.workflow, publishing.specs_of(draft))


def test_each_place_is_told_with_the_likely_name(draft: WorkflowVersion) -> None:
    told = {each.stage: each for each in advice(draft)}
    assert set(told) == {"qualification", "offer", "confirmation"}
    assert "“Enterprise”" in told["qualification"].text
    assert "“answers.employees”" in told["qualification"].cure
    assert told["offer"].outcome == "abandoned"
    assert told["offer"].cure.startswith("Add the question")
    assert "“Reminders” of “confirmation”" in told["confirmation"].text
    assert "Did you mean “answers.employees”?" in told["confirmation"].cure


def test_the_example_itself_needs_no_advice(acme: Organisation) -> None:
    assert advice_on(acme.workflow, publishing.specs(STAGES)) == []


def test_a_workflow_that_no_form_starts_gets_none(draft: WorkflowVersion, acme: Organisation) -> None:
    acme.form.retired_at = NOW
    acme.form.save()
    assert advice(draft) == []


def test_the_draft_tells_it_and_is_published_all_the_same(ops: Admin, draft: WorkflowVersion) -> None:
    path = f"/admin/workflows/workflowversion/{draft.pk}/"
    page = ops.get(f"{path}change/")
    assert "Nothing stands against publishing this draft." in page
    assert "3 things look like a slip" in page
    assert '<a class="ord-link" href="#stage-confirmation">Confirmation</a>' in page
    card = page.split('id="stage-confirmation"')[1].split('id="stage-')[0]
    assert "ord-advice" in card and "answers.employes" in card
    told = ops.press(f"{path}publish/")
    assert told[0].startswith("Version 2 is published.")
    assert any("answers.shoe_size" in each for each in told[1:])


def test_the_segment_tells_it_too(ops: Admin, draft: WorkflowVersion) -> None:
    segment = Segment.objects.get(slug="enterprise")
    page = ops.get(f"/admin/routing/segment/{segment.pk}/change/")
    assert "No form asks “answers.emploees”. Did you mean “answers.employees”?" in page
