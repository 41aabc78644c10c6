"""What the database itself refuses: changing a published version or anything that belongs to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from workflows import publishing
from workflows.models import Branch, BranchCondition, Stage, Workflow, WorkflowVersion

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PARTS = (WorkflowVersion, Stage, Branch, BranchCondition)
FORM = [[{"fact": "form", "is": "==", "value": "demo"}]]
STAGES: list[dict[str, Any]] = [
    {
        "name": "fork",
        "kind": "decision",
        "branches": {"done": [{"when": FORM, "to": "pause"}, {"to": "over"}]},
    },
    {"name": "pause", "kind": "wait", "for": "1d", "branches": {"done": "over"}},
    {"name": "over", "kind": "end"},
]


@pytest.fixture
def version() -> WorkflowVersion:
    """The only published version there is."""
    workflow = Workflow.objects.create(slug="small", name="Small")
    draft = publishing.draft(workflow, now=AT, actor="system")
    publishing.write(draft, STAGES)
    published = publishing.publish(draft, actor="system", now=AT)
    connection.check_constraints()
    return published


def assert_refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="published version cannot be changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("model", PARTS)
def test_nothing_of_it_is_changed_or_removed(version: WorkflowVersion, model: type[Any]) -> None:
    table = model._meta.db_table
    assert model.objects.exists()
    assert_refused(f"UPDATE {table} SET id = id + 100")
    assert_refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("model", PARTS)
def test_nothing_of_it_is_replaced_or_emptied(version: WorkflowVersion, model: type[Any]) -> None:
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        assert_refused(f"TRUNCATE {table} CASCADE")
        return
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    assert_refused(f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}")


def test_nothing_is_added_to_it(version: WorkflowVersion) -> None:
    stage = version.stages.first()
    additions = (
        lambda: Stage.objects.create(version=version, name="more", kind="end"),
        lambda: Branch.objects.create(stage=stage, outcome="done", position=9, to="over"),
        lambda: BranchCondition.objects.create(branch=stage.branches.first(), fact="form", operator="exists"),
    )
    for add in additions:
        with pytest.raises(DatabaseError), transaction.atomic():
            add()


def test_nothing_is_moved_into_it_from_a_draft(version: WorkflowVersion) -> None:
    draft = publishing.draft(version.workflow, now=AT, actor="system")
    draft.stages.all().delete()
    stage = Stage.objects.create(version=draft, name="more", kind="end")
    assert_refused(f"UPDATE workflows_stage SET version_id = {version.pk} WHERE id = {stage.pk}")


def test_a_draft_may_change(version: WorkflowVersion) -> None:
    draft = publishing.draft(version.workflow, now=AT, actor="system")
    publishing.write(draft, STAGES[2:])
    assert [stage.name for stage in draft.stages.all()] == ["over"]
    draft.delete()
    assert WorkflowVersion.objects.get() == version
