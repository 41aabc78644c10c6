"""A workflow is drafted, put together and published in the admin; what is published is left alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workflows import publishing
from workflows.models import AuditEvent, Branch, Stage, Workflow, WorkflowVersion
from workflows.tests.admin.pages import Admin

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STAGES = [
    {"name": "pause", "kind": "wait", "for": "2h", "branches": {"done": "sort"}},
    {
        "name": "sort",
        "kind": "decision",
        "branches": {
            "done": [
                {"when": [[{"fact": "answers.employees", "is": ">=", "value": 500}]], "to": "won"},
                {"to": "lost"},
            ]
        },
    },
    {"name": "won", "kind": "end"},
    {"name": "lost", "kind": "end"},
]


@pytest.fixture
def workflow(db: None) -> Workflow:
    """A workflow with one published version and no draft."""
    workflow = Workflow.objects.create(slug="simple", name="Simple")
    draft = publishing.draft(workflow, now=NOW, actor="system")
    publishing.write(draft, STAGES)
    publishing.publish(draft, actor="system", now=NOW)
    workflow.refresh_from_db()
    return workflow


@pytest.fixture
def draft(workflow: Workflow) -> WorkflowVersion:
    return publishing.draft(workflow, now=NOW, actor="system")


def stage_path(version: WorkflowVersion, name: str) -> str:
    return f"/admin/workflows/stage/{version.stages.get(name=name).pk}/change/"


def test_a_new_workflow_begins_with_an_empty_draft(ops: Admin) -> None:
    response = ops.saved("/admin/workflows/workflow/add/", name="Partners", slug="partners")
    draft = Workflow.objects.get(slug="partners").draft
    assert draft is not None
    assert response.url == f"/admin/workflows/workflowversion/{draft.pk}/change/"
    assert "no stages" in ops.get(response.url)


def test_a_draft_is_started_as_a_copy(ops: Admin, workflow: Workflow) -> None:
    ops.press(f"/admin/workflows/workflow/{workflow.pk}/start_draft/")
    assert workflow.draft is not None
    assert publishing.definition_of(workflow.draft) == STAGES


def test_publishing_makes_it_what_leads_enter(ops: Admin, workflow: Workflow, draft: WorkflowVersion) -> None:
    said = ops.press(f"/admin/workflows/workflowversion/{draft.pk}/publish/")
    workflow.refresh_from_db()
    assert workflow.published == draft
    assert "Version 2 is published" in said[0]
    event = AuditEvent.objects.filter(verb="workflow.published").last()
    assert event is not None
    assert event.actor == f"staff:{ops.user.pk}"


def test_what_stands_against_publishing_is_told_beside_its_stage(
    ops: Admin, workflow: Workflow, draft: WorkflowVersion
) -> None:
    draft.stages.get(name="pause").branches.all().delete()
    said = ops.press(f"/admin/workflows/workflow/{workflow.pk}/publish_draft/")
    workflow.refresh_from_db()
    assert workflow.published != draft
    assert "Not published" in said[0]
    page = ops.get(f"/admin/workflows/workflowversion/{draft.pk}/change/")
    problems = publishing.problems_of(publishing.specs_of(draft))
    card = page.split('id="stage-pause"')[1].split("</li>")[0]
    assert problems
    assert all(problem.cure in page for problem in problems)
    assert problems[0].cure in card


@pytest.mark.parametrize("model", ["workflowversion", "stage", "branch"])
def test_what_is_published_offers_no_way_to_change_it(ops: Admin, workflow: Workflow, model: str) -> None:
    version = workflow.published
    assert version is not None
    rows = {"workflowversion": version, "stage": version.stages.first(), "branch": Branch.objects.first()}
    path = f"/admin/workflows/{model}/{rows[model].pk}/change/"
    page = ops.get(path)
    assert 'name="_save"' not in page
    assert "deletelink" not in page
    assert ops.client.post(path, {"name": "changed"}).status_code == 403
    assert ops.client.post(path.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_setting_is_written_as_its_kind_says(ops: Admin, draft: WorkflowVersion) -> None:
    ops.saved(stage_path(draft, "pause"), setting_for="3 days")
    assert draft.stages.get(name="pause").settings == {"for": "3d"}


def test_a_setting_that_cannot_be_read_is_refused(ops: Admin, draft: WorkflowVersion) -> None:
    response = ops.send(stage_path(draft, "pause"), setting_for="a while")
    assert response.status_code == 200
    assert "30m, 2h, 3d or 2w" in response.content.decode()
    assert draft.stages.get(name="pause").settings == {"for": "2h"}


def test_a_renamed_stage_keeps_what_leads_to_it(ops: Admin, draft: WorkflowVersion) -> None:
    ops.saved(stage_path(draft, "sort"), name="size")
    assert draft.stages.get(name="pause").branches.get().to == "size"
    assert publishing.problems_of(publishing.specs_of(draft)) == []


def test_branches_change_places_and_stay_in_the_order_drawn(ops: Admin, draft: WorkflowVersion) -> None:
    path = stage_path(draft, "sort")
    ops.saved(path, **{"branches-0-position": "1", "branches-1-position": "0"})
    branches = draft.stages.get(name="sort").branches.order_by("position")
    assert [(branch.position, branch.to) for branch in branches] == [(0, "lost"), (1, "won")]


def test_a_branch_is_added_and_another_taken_away(ops: Admin, draft: WorkflowVersion) -> None:
    values = {
        "branches-TOTAL_FORMS": "3",
        "branches-2-outcome": "done",
        "branches-2-to": "pause",
        "branches-2-position": "2",
        "branches-0-DELETE": "on",
    }
    ops.saved(stage_path(draft, "sort"), **values)
    branches = draft.stages.get(name="sort").branches.order_by("position")
    assert [branch.to for branch in branches] == ["lost", "pause"]


def test_conditions_are_edited_on_the_branch(ops: Admin, draft: WorkflowVersion) -> None:
    branch = draft.stages.get(name="sort").branches.get(to="won")
    path = f"/admin/workflows/branch/{branch.pk}/change/"
    ops.saved(path, **{"conditions-0-operator": "in", "conditions-0-value": "1, 2"})
    assert branch.conditions.get().as_condition().value == (1, 2)


def test_a_stage_is_added_at_the_end_and_then_set(ops: Admin, draft: WorkflowVersion) -> None:
    path = f"/admin/workflows/stage/add/?version={draft.pk}"
    response = ops.saved(path, name="later", kind="wait")
    stage = Stage.objects.get(version=draft, name="later")
    assert stage.position == 4
    assert response.url == f"/admin/workflows/stage/{stage.pk}/change/"


def test_a_draft_is_thrown_away_with_all_its_stages(ops: Admin, draft: WorkflowVersion) -> None:
    path = f"/admin/workflows/workflowversion/{draft.pk}/delete/"
    assert "Throw the draft" in ops.get(path)
    assert ops.client.post(path, {"post": "yes"}).status_code == 302
    assert not WorkflowVersion.objects.filter(pk=draft.pk).exists()
    assert draft.workflow.published is not None


def test_a_look_at_a_draft_changes_nothing(ops: Admin, draft: WorkflowVersion) -> None:
    before = publishing.definition_of(draft)
    for stage in draft.stages.all():
        ops.saved(f"/admin/workflows/stage/{stage.pk}/change/")
    ops.saved(f"/admin/workflows/workflowversion/{draft.pk}/change/")
    assert publishing.definition_of(draft) == before


def test_the_red_button_says_what_becomes_of_the_draft(ops: Admin, draft: WorkflowVersion) -> None:
    page = ops.get(f"/admin/workflows/workflowversion/{draft.pk}/change/")
    assert page.count("Throw this draft away…") == 1 and "Delete workflow version" not in " ".join(
        page.split()
    )
    asked = ops.get(f"/admin/workflows/workflowversion/{draft.pk}/delete/")
    assert "what is published stays as it is" in asked and "Are you sure" not in asked
