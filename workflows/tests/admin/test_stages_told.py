"""What becomes of the stages of a draft is on record, and read on the pages of the stage and the workflow."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.models import AuditEvent, Stage, Workflow
from workflows.tests.admin.flows import branch, drafted, page_of, stage
from workflows.tests.admin.pages import Admin


@pytest.fixture
def workflow(db: None) -> Workflow:
    return drafted()


def told(*fields: str) -> list[tuple[str, str, Any, Any]]:
    events = AuditEvent.objects.filter(verb="config.changed", data__field__in=fields).order_by("sequence")
    return [tuple(event.data[name] for name in ("object", "field", "old", "new")) for event in events]  # type: ignore[misc]


def history(page: str) -> str:
    return page.split("Who changed it")[1]


def version_page(workflow: Workflow) -> str:
    assert workflow.draft is not None
    return f"/admin/workflows/workflowversion/{workflow.draft.pk}/change/"


def test_a_stage_that_is_added_and_taken_out(ops: Admin, workflow: Workflow) -> None:
    assert workflow.draft is not None
    ops.saved("/admin/workflows/stage/add/", version=str(workflow.draft.pk), name="nap", kind="wait")
    nap = stage(workflow, "nap")
    assert told("kind") == [("stage:simple/nap", "kind", None, "wait")]
    assert "The stage" in history(ops.get(page_of(nap)))
    ops.client.post(page_of(nap).replace("change", "delete"), {"post": "yes"})
    assert not Stage.objects.filter(name="nap").exists()
    assert told("kind")[1:] == [("stage:simple/nap", "kind", "wait", None)]


def test_branches_go_on_record_with_their_stage(ops: Admin, workflow: Workflow) -> None:
    ops.client.post(page_of(stage(workflow, "pause")).replace("change", "delete"), {"post": "yes"})
    assert told("leads_to", "kind") == [
        ("branch:simple/pause/done", "leads_to", "sort", None),
        ("stage:simple/pause", "kind", "wait", None),
    ]


def test_a_renamed_stage_keeps_its_history_and_who_led_to_it_is_told(ops: Admin, workflow: Workflow) -> None:
    ops.saved(page_of(branch(workflow, "sort", 1)), to="won")
    ops.saved(page_of(stage(workflow, "sort")), name="tell-apart")
    assert told("name") == [("stage:simple/tell-apart", "name", "sort", "tell-apart")]
    assert told("leads_to")[-1] == ("branch:simple/pause/done", "leads_to", "sort", "tell-apart")
    assert branch(workflow, "pause").to == "tell-apart"
    page = history(ops.get(page_of(stage(workflow, "tell-apart"))))
    assert "Tell apart" in page and "On “Done”: leads to" in page
    assert "Won" in history(ops.get(page_of(branch(workflow, "tell-apart", 1))))


def test_an_order_that_changed_is_told_once(ops: Admin, workflow: Workflow) -> None:
    path = version_page(workflow)
    ops.saved(path)
    assert told("order_of_stages") == []
    ops.saved(path, **{"stages-0-position": "1", "stages-1-position": "0"})
    assert told("order_of_stages") == [
        (
            "workflow:simple",
            "order_of_stages",
            ["pause", "sort", "won", "lost"],
            ["sort", "pause", "won", "lost"],
        )
    ]


def test_the_page_of_the_workflow_tells_of_its_draft_and_stages(ops: Admin, workflow: Workflow) -> None:
    path = version_page(workflow)
    assert workflow.draft is not None
    number = workflow.draft.number
    ops.saved(page_of(branch(workflow, "sort", 1)), to="won")
    ops.client.post(path.replace("change", "delete"), {"post": "yes"})
    ops.press(f"/admin/workflows/workflow/{workflow.pk}/start_draft/")
    page = ops.get(f"/admin/workflows/workflow/{workflow.pk}/change/").split("What was changed")[1]
    assert "of the branch “done” of “sort” in “Simple”: lost → won." in page
    assert f"threw away the draft {number} of the workflow “Simple”." in page
    assert f"started the draft {number} of the workflow “Simple”." in page
