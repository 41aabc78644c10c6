"""A workflow with one published version and a draft, for tests of who may change what of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group, Permission, User

from workflows import publishing
from workflows.models import Branch, BranchGrant, Stage, Workflow
from workflows.tests.admin.pages import Admin

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LARGE = [[{"fact": "answers.employees", "is": ">=", "value": 500}]]
STAGES: list[dict[str, Any]] = [
    {"name": "pause", "kind": "wait", "for": "2h", "branches": {"done": "sort"}},
    {
        "name": "sort",
        "kind": "decision",
        "branches": {"done": [{"when": LARGE, "to": "won"}, {"to": "lost"}]},
    },
    {"name": "won", "kind": "end"},
    {"name": "lost", "kind": "end"},
]


def drafted() -> Workflow:
    """Version 1 is published, and the draft is a copy of it."""
    workflow = Workflow.objects.create(slug="simple", name="Simple")
    draft = publishing.draft(workflow, now=NOW, actor="system")
    publishing.write(draft, STAGES)
    publishing.publish(draft, actor="system", now=NOW)
    workflow.refresh_from_db()
    publishing.draft(workflow, now=NOW, actor="system")
    return workflow


def stage(workflow: Workflow, name: str) -> Stage:
    assert workflow.draft is not None
    return workflow.draft.stages.get(name=name)


def branch(workflow: Workflow, name: str, place: int = 0) -> Branch:
    return stage(workflow, name).branches.order_by("position")[place]


def page_of(row: Stage | Branch) -> str:
    return f"/admin/workflows/{type(row).__name__.lower()}/{row.pk}/change/"


def somebody(name: str, *codenames: str, group: Group | None = None) -> Admin:
    """Staff with these permissions of their own."""
    user = User.objects.create_user(
        name.lower(), f"{name.lower()}@acme.example", is_staff=True, first_name=name
    )
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    if group:
        user.groups.add(group)
    return Admin(user)


def leads_of(workflow: Workflow, name: str, outcome: str = "") -> Group:
    """A group that may edit the branches of one stage, and nothing else."""
    group, _ = Group.objects.get_or_create(name="Team leads")
    BranchGrant.objects.create(workflow=workflow, group=group, stage=name, outcome=outcome)
    return group
