"""What versions differ in is told, and each can be taken up again: as a draft, or as what leads enter."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from workflows import publishing
from workflows.admin.differing import difference_of, draw, lines
from workflows.models import AuditEvent, Workflow, WorkflowVersion
from workflows.tests.admin.pages import Admin, viewer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST: list[dict[str, Any]] = [
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


def second() -> list[dict[str, Any]]:
    """Another pause, another condition, one end gone and one come."""
    stages = deepcopy(FIRST)
    stages[0]["for"] = "1d"
    stages[1]["branches"]["done"][0]["when"][0][0]["value"] = 900
    stages[1]["branches"]["done"][1]["to"] = "over"
    stages[3]["name"] = "over"
    return stages


@pytest.fixture
def workflow(db: None) -> Workflow:
    """Two published versions, the second one current."""
    workflow = Workflow.objects.create(slug="simple", name="Simple")
    for definition in (FIRST, second()):
        draft = publishing.draft(workflow, now=NOW, actor="system")
        publishing.write(draft, definition)
        publishing.publish(draft, actor="system", now=NOW)
        workflow.refresh_from_db()
    return workflow


def version(workflow: Workflow, number: int) -> WorkflowVersion:
    return workflow.versions.get(number=number)


def path(version: WorkflowVersion, rest: str) -> str:
    return f"/admin/workflows/workflowversion/{version.pk}/{rest}/"


def test_the_difference_of_two_versions_is_told_in_sentences(workflow: Workflow) -> None:
    old, new = version(workflow, 1), version(workflow, 2)
    told = lines(difference_of(old, new), old, new)
    assert [line.sentence for line in told] == [
        "In “Pause”, “How long” is 1 day instead of 2 hours.",
        "When “Sort” ends in “Done”: if answers.employees is at least 900, on to “Won”, instead of: if "
        "answers.employees is at least 500, on to “Won”.",
        "When “Sort” ends in “Done”, the lead goes on to “Over” instead of “Lost”.",
        "“Over” is new.",
        "“Lost” is gone.",
    ]
    assert (told[0].old, told[0].new) == ("2 hours", "1 day")
    assert all(line.url for line in told)
    assert not lines(difference_of(old, old), old, old)


def test_the_difference_is_marked_in_the_picture(workflow: Workflow) -> None:
    old, new = version(workflow, 1), version(workflow, 2)
    svg = draw(difference_of(old, new), old, new)
    assert svg.count("ord-box-end ord-tone-added") == 1
    assert svg.count("ord-box-end ord-tone-removed") == 1
    assert svg.count("ord-box-wait ord-tone-changed") == 1
    assert svg.count('class="ord-way ord-tone-changed"') == 2  # to “Won” on other conditions, and to “Over”
    assert svg.count('class="ord-way ord-tone-removed"') == 1  # what led to “Lost”


def test_any_two_versions_are_compared_on_a_page(ops: Admin, workflow: Workflow) -> None:
    page = ops.get(path(version(workflow, 2), "difference"))
    assert "2 hours" in page and "“Over” is new." in page
    back = ops.get(path(version(workflow, 1), "difference") + "?than=2")
    assert "“Lost” is new." in back
    assert "They do the same" in ops.get(path(publishing.draft(workflow, now=NOW, actor="x"), "difference"))
    assert ops.client.get("/admin/workflows/workflowversion/999/difference/").status_code == 404


def test_the_page_is_for_those_who_may_see_versions(workflow: Workflow) -> None:
    looker = Admin(viewer())
    assert "What changed" in looker.get(path(version(workflow, 2), "difference"))
    looker.user.user_permissions.clear()
    assert looker.client.get(path(version(workflow, 2), "difference")).status_code == 403


def test_a_draft_is_started_from_any_version(ops: Admin, workflow: Workflow) -> None:
    ops.press(path(version(workflow, 1), "start_draft_from"))
    assert workflow.draft is not None
    assert publishing.definition_of(workflow.draft) == FIRST
    assert ops.client.get(path(version(workflow, 1), "start_draft_from")).status_code == 403


def test_the_present_draft_is_replaced_only_by_the_button_that_says_so(
    ops: Admin, workflow: Workflow
) -> None:
    draft = publishing.draft(workflow, now=NOW, actor="system")
    ops.press(path(version(workflow, 1), "replace_draft"))
    assert workflow.draft == draft
    assert publishing.definition_of(draft) == FIRST
    event = AuditEvent.objects.filter(verb="config.changed").last()
    assert event is not None and event.data["new"] == "as version 1"


def test_an_earlier_version_is_published_again_and_stays_what_it_was(ops: Admin, workflow: Workflow) -> None:
    earlier = version(workflow, 1)
    said = ops.press(path(earlier, "publish_again"))
    workflow.refresh_from_db()
    assert said == ["New leads enter version 1 again."]
    assert workflow.published == earlier
    event = AuditEvent.objects.filter(verb="workflow.published").last()
    assert event is not None
    assert event.data == {"workflow": "simple", "version": 1, "previous": 2}
    assert publishing.definition_of(earlier) == FIRST
    with pytest.raises(DatabaseError), transaction.atomic():
        earlier.stages.update(position=7)
    assert ops.client.get(path(earlier, "publish_again")).status_code == 403


def test_what_would_no_longer_work_is_not_published_again(
    ops: Admin, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {name: kind for name, kind in publishing.KINDS.items() if name != "wait"}
    monkeypatch.setattr(publishing, "KINDS", kinds)
    said = ops.press(path(version(workflow, 1), "publish_again"))
    workflow.refresh_from_db()
    assert workflow.published == version(workflow, 2)
    assert "would not work any more" in said[0] and "no such kind" in said[0]


def test_nobody_without_the_right_to_change_may_go_back(workflow: Workflow) -> None:
    looker = Admin(viewer())
    for button in ("publish_again", "start_draft_from"):
        assert looker.client.get(path(version(workflow, 1), button)).status_code == 403


def test_the_history_lists_every_version_with_the_newest_first(ops: Admin, workflow: Workflow) -> None:
    page = ops.get(f"/admin/workflows/workflow/{workflow.pk}/change/")
    assert page.index("Version 2</a>") < page.index("Version 1</a>")
    assert "New leads enter it" in page and "The system" in page
    assert path(version(workflow, 1), "difference") in page
