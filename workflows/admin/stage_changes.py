"""What became of the stages of a draft, told to the audit: added, taken out, renamed, put in another order."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils import timezone

from workflows.admin.announcing import actor_of
from workflows.admin.editing import States, changes_of, label_of, stage_label
from workflows.changes import Change, announce_changes, differences
from workflows.models import Branch, Stage, WorkflowVersion

KIND, NAME, ORDER, DRAFT = "kind", "name", "order_of_stages", "draft"
STAGE_FIELDS = {KIND: "The stage", NAME: "Name"}
MOST_NAMES = 20


def tell(request: HttpRequest, label: str, *changes: Change) -> None:
    announce_changes(label, changes, actor=actor_of(request), at=timezone.now())


def tell_added(request: HttpRequest, stage: Stage) -> None:
    tell(request, stage_label(stage), Change(KIND, None, stage.kind))


def tell_gone(request: HttpRequest, stage: Stage, branches: States) -> None:
    """The stage, and its branches as they were: they go with it."""
    for label, state in branches.values():
        tell(request, label, *differences(state, {}))
    tell(request, stage_label(stage), Change(KIND, stage.kind, None))


def rename(request: HttpRequest, stage: Stage, before: str) -> None:
    """Branches that led to the stage by its former name lead to it again; told of the stage and of each of them."""
    tell(request, stage_label(stage), Change(NAME, before, stage.name))
    leading = Branch.objects.filter(stage__version=stage.version_id, to=before)
    for branch in leading.select_related("stage__version__workflow").order_by("pk"):
        Branch.objects.filter(pk=branch.pk).update(to=stage.name)
        tell(request, label_of(branch), Change("leads_to", before, stage.name))


def order_of(version: WorkflowVersion) -> list[str]:
    return list(version.stages.order_by("position", "pk").values_list("name", flat=True))


def tell_order(request: HttpRequest, version: WorkflowVersion, before: Sequence[str]) -> None:
    after = order_of(version)
    if list(before) != after:
        tell(request, f"workflow:{version.workflow.slug}", Change(ORDER, list(before), after))


def names_of(stage: Stage) -> list[str]:
    """The stage's name and those it had before, newest first: its history lies under all of them."""
    names: list[str] = []
    ahead = [stage.name]
    slug = stage.version.workflow.slug
    while ahead and len(names) < MOST_NAMES:
        name = ahead.pop(0)
        if name in names:
            continue
        names.append(name)
        renamed = changes_of([f"stage:{slug}/{name}"]).filter(data__field=NAME)
        ahead += [event.data["old"] for event in renamed if isinstance(event.data["old"], str)]
    return names


def labels_of(stage: Stage) -> set[str]:
    """What the audit calls the stage and its branches, now and before it was renamed."""
    outcomes = {branch.outcome for branch in stage.branches.all()}
    slug = stage.version.workflow.slug
    names = names_of(stage)
    return {f"stage:{slug}/{name}" for name in names} | {
        f"branch:{slug}/{name}/{outcome}" for name in names for outcome in outcomes
    }


def labels_of_branch(branch: Branch) -> set[str]:
    slug = branch.stage.version.workflow.slug
    return {f"branch:{slug}/{name}/{branch.outcome}" for name in names_of(branch.stage)}
