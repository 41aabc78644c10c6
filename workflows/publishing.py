"""Drafts, problems and publishing: how a definition becomes a version that never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from workflows import versions
from workflows.changes import Change, announce_changes
from workflows.core import graph
from workflows.core.conditions import groups_from, groups_to, known_fact
from workflows.core.graph import BranchSpec, Problem, StageSpec
from workflows.models import Branch, BranchCondition, Stage, Workflow, WorkflowVersion
from workflows.registry import KINDS, kind_named
from workflows.settings_check import named_in_conditions, settings_problems
from workflows.signals import announce
from workflows.versions import load, stage_spec

Definition = Sequence[Mapping[str, Any]]
STAGE_KEYS = ("name", "kind", "branches")
# A flow may go on for ever, as long as it waits: customers who are met each month never end.
ALLOWED = frozenset({"dead_end"})


class NotPublishable(Exception):
    """The version has problems; `problems` names each with its stage and its cure."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems


def specs(definition: Definition) -> list[StageSpec]:
    """The stages of a definition in the file's form. An unknown kind has no outcomes; see `problems_of`."""
    return [_spec(stage) for stage in definition]


def _spec(stage: Mapping[str, Any]) -> StageSpec:
    settings = {key: value for key, value in stage.items() if key not in STAGE_KEYS}
    branches = [
        branch
        for outcome, ways in (stage.get("branches") or {}).items()
        for branch in _branches(outcome, ways)
    ]
    if stage["kind"] not in KINDS:
        return StageSpec(stage["name"], stage["kind"], settings, tuple(branches), waits=True)
    return stage_spec(stage["name"], stage["kind"], settings, branches)


def _branches(outcome: str, ways: Any) -> Iterable[BranchSpec]:
    if isinstance(ways, str):
        return [BranchSpec(outcome, ways)]
    return [BranchSpec(outcome, way["to"], groups_from(way.get("when") or [])) for way in ways]


def specs_of(version: WorkflowVersion) -> list[StageSpec]:
    """The stages of a stored version, those of unknown kinds included."""
    return specs(definition_of(version))


def problems_of(stages: Sequence[StageSpec]) -> list[Problem]:
    """Everything that publishing refuses, in the order of the stages. Reads live objects; writes nothing."""
    found = [problem for problem in graph.problems(stages, known_fact) if problem.code not in ALLOWED]
    for stage in stages:
        if stage.kind not in KINDS:
            text = f"“{stage.name}” is of the kind “{stage.kind}”, and there is no such kind."
            found.append(
                Problem(stage.name, "unknown_kind", text, f"Choose one of: {', '.join(sorted(KINDS))}.")
            )
            continue
        kind = KINDS[stage.kind]
        wrong = settings_problems(stage, kind)
        found += wrong or kind.problems(stage, stages)
        found += named_in_conditions(stage)
    order = {stage.name: place for place, stage in enumerate(stages)}
    unknown = {problem.stage for problem in found if problem.code == "unknown_kind"}
    found = [
        problem
        for problem in found
        if problem.stage not in unknown or problem.code not in ("unknown_outcome", "missing_branch")
    ]
    return sorted(found, key=lambda problem: order.get(problem.stage or "", -1))


def definition_of(version: WorkflowVersion) -> list[dict[str, Any]]:
    """A stored version in the file's form; a fork is written only where there is one."""
    rows = (
        version.stages.all().order_by("position", "pk").prefetch_related("branches", "branches__conditions")
    )
    return [_as_definition(row) for row in rows]


def _as_definition(row: Stage) -> dict[str, Any]:
    branches: dict[str, Any] = {}
    ways: dict[str, list[Branch]] = {}
    for branch in sorted(row.branches.all(), key=lambda branch: branch.pk):
        ways.setdefault(branch.outcome, []).append(branch)
    for outcome, rows in ways.items():
        rows.sort(key=lambda branch: (branch.position, branch.pk))
        if len(rows) == 1 and not rows[0].conditions.all():
            branches[outcome] = rows[0].to
        else:
            branches[outcome] = [_way(branch) for branch in rows]
    stage = {"name": row.name, "kind": row.kind, **_ordered_settings(row)}
    return {**stage, "branches": branches} if branches else stage


def _ordered_settings(row: Stage) -> dict[str, Any]:
    kind = KINDS.get(row.kind)
    order = [setting.name for setting in kind.fields] if kind else []
    known = {name: row.settings[name] for name in order if name in row.settings}
    return {**known, **row.settings}


def _way(branch: Branch) -> dict[str, Any]:
    groups: dict[int, list[Any]] = {}
    for condition in branch.conditions.all():
        groups.setdefault(condition.group, []).append(condition.as_condition())
    when = groups_to(tuple(tuple(groups[number]) for number in sorted(groups)))
    return {"when": when, "to": branch.to} if when else {"to": branch.to}


def frozen_of(stages: Sequence[StageSpec]) -> dict[str, dict[str, Any]]:
    """What publishing now would freeze with each stage."""
    return {
        stage.name: kind_named(stage.kind).freeze(stage.settings) for stage in stages if stage.kind in KINDS
    }


def would_differ(workflow: Workflow, definition: Definition) -> bool:
    """Whether publishing the definition now would make a version other than the published one."""
    if workflow.published is None:
        return True
    published = load(workflow.published)
    wanted = specs(definition)
    if [_comparable(stage) for stage in published.stages.values()] != [_comparable(each) for each in wanted]:
        return True
    return dict(published.frozen) != frozen_of(wanted)


def _comparable(stage: StageSpec) -> tuple[Any, ...]:
    by_outcome: dict[str, list[Any]] = {}
    for branch in stage.branches:
        by_outcome.setdefault(branch.outcome, []).append((branch.to, groups_to(branch.when)))
    return (stage.name, stage.kind, dict(stage.settings), by_outcome)


def draft(workflow: Workflow, *, now: datetime, actor: str) -> WorkflowVersion:
    """The workflow's draft: the one there is, or a new copy of the published version."""
    with transaction.atomic():
        workflow = Workflow.objects.select_for_update().get(pk=workflow.pk)
        existing = workflow.draft
        if existing:
            return existing
        newest = workflow.versions.aggregate(newest=Max("number"))["newest"] or 0
        version = WorkflowVersion.objects.create(workflow=workflow, number=newest + 1, created_at=now)
        if workflow.published:
            write(version, definition_of(workflow.published))
        return version


def draft_from(version: WorkflowVersion, *, now: datetime, actor: str) -> WorkflowVersion:
    """The workflow's draft, which afterwards holds what `version` does; what a draft held before is gone."""
    with transaction.atomic():
        found = draft(version.workflow, now=now, actor=actor)
        write(found, definition_of(version))
        told = Change("draft", None, f"as version {version.number}")
        announce_changes(f"workflow:{version.workflow.slug}", [told], actor=actor, at=now)
        return found


def publish_again(version: WorkflowVersion, *, actor: str, now: datetime) -> WorkflowVersion:
    """New leads enter this published version again, with all that it froze. Raises NotPublishable."""
    with transaction.atomic():
        workflow = Workflow.objects.select_for_update().get(pk=version.workflow_id)
        if not version.is_published or workflow.published_id == version.pk:
            raise NotPublishable([_not_one_of_before(version)])
        problems = problems_of(specs_of(version))
        if problems:
            raise NotPublishable(problems)
        _let_leads_enter(workflow, version, actor=actor, now=now)
        return version


def _not_one_of_before(version: WorkflowVersion) -> Problem:
    text = "New leads enter it already." if version.is_published else "It is a draft."
    return Problem(None, "not_earlier", text, "Choose a version that was published before.")


def _let_leads_enter(workflow: Workflow, version: WorkflowVersion, *, actor: str, now: datetime) -> None:
    previous, workflow.published = workflow.published, version
    workflow.save(update_fields=["published"])
    data = {
        "workflow": workflow.slug,
        "version": version.number,
        "previous": previous.number if previous else None,
    }
    announce("workflow.published", run=0, at=now, actor=actor, version=version.pk, data=data)


def write(version: WorkflowVersion, definition: Definition) -> None:
    """The draft holds exactly this definition afterwards. The database refuses it for a published version."""
    with transaction.atomic():
        version.stages.all().delete()
        for position, stage in enumerate(specs(definition)):
            row = Stage.objects.create(
                version=version,
                name=stage.name,
                kind=stage.kind,
                position=position,
                settings=dict(stage.settings),
            )
            _write_branches(row, stage.branches)


def _write_branches(row: Stage, branches: Sequence[BranchSpec]) -> None:
    places: dict[str, int] = {}
    for branch in branches:
        place = places.setdefault(branch.outcome, 0)
        places[branch.outcome] += 1
        stored = Branch.objects.create(stage=row, outcome=branch.outcome, position=place, to=branch.to)
        BranchCondition.objects.bulk_create(
            BranchCondition(
                branch=stored,
                group=number,
                fact=condition.fact,
                operator=condition.operator,
                value=list(condition.value) if isinstance(condition.value, tuple) else condition.value,
            )
            for number, group in enumerate(branch.when, 1)
            for condition in group
        )


def publish(version: WorkflowVersion, *, actor: str, now: datetime) -> WorkflowVersion:
    """The draft becomes what new leads enter and can never change again. Raises NotPublishable."""
    with transaction.atomic():
        workflow = Workflow.objects.select_for_update().get(pk=version.workflow_id)
        version = WorkflowVersion.objects.select_for_update().get(pk=version.pk)
        if version.is_published:
            raise NotPublishable([Problem(None, "published", "It is published.", "Start a new draft.")])
        stages = specs_of(version)
        problems = problems_of(stages)
        if problems:
            raise NotPublishable(problems)
        for name, frozen in frozen_of(stages).items():
            version.stages.filter(name=name).update(frozen=frozen)
        version.state = WorkflowVersion.State.PUBLISHED
        version.published_at, version.published_by = now, actor
        version.fingerprint = versions.fingerprint(definition_of(version), frozen_of(stages))
        version.save()
        _let_leads_enter(workflow, version, actor=actor, now=now)
        return version
