"""Reading a stored version: its stages as the pure graph sees them, and what was frozen with each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.core import chain
from workflows.core.graph import BranchSpec, StageSpec
from workflows.models import Branch, Stage, WorkflowVersion
from workflows.registry import kind_named
from workflows.transactions import in_mind, keep_in_mind

MOST_IN_MEMORY = 200
_published: dict[str, tuple[Mapping[str, StageSpec], Mapping[str, Mapping[str, Any]]]] = {}


@dataclass(frozen=True)
class LoadedVersion:
    """A version's stages by name, in order; the first is where a lead enters."""

    pk: int
    stages: Mapping[str, StageSpec]
    frozen: Mapping[str, Mapping[str, Any]]

    @property
    def first(self) -> StageSpec:
        return next(iter(self.stages.values()))


def stage_spec(
    name: str, kind_name: str, settings: Mapping[str, Any], branches: Sequence[BranchSpec]
) -> StageSpec:
    """A stage with the outcomes its kind gives it. Raises UnknownKind."""
    kind = kind_named(kind_name)
    return StageSpec(
        name=name,
        kind=kind_name,
        settings=settings,
        branches=tuple(branches),
        required=kind.required_outcomes(settings),
        optional=kind.further_outcomes(settings),
        waits=kind.waits,
        ends=kind.ends,
        at_once=kind.outcomes_at_once(settings),
        unwaited=kind.outcomes_unwaited(settings),
    )


def branch_spec(branch: Branch) -> BranchSpec:
    groups: dict[int, list[Any]] = {}
    for row in branch.conditions.all():
        groups.setdefault(row.group, []).append(row.as_condition())
    return BranchSpec(branch.outcome, branch.to, tuple(tuple(groups[number]) for number in sorted(groups)))


def fingerprint(definition: Sequence[Mapping[str, Any]], frozen: Mapping[str, Any]) -> str:
    """One hash over a version's whole content; what was read under it never needs reading again."""
    return hashlib.sha256(chain.canonical([list(definition), dict(frozen)])).hexdigest()


def load(version: WorkflowVersion | int) -> LoadedVersion:
    """The version's stages: a published one from memory once it was read, a draft as it is stored now."""
    pk = version if isinstance(version, int) else version.pk
    key = in_mind((WorkflowVersion, pk))
    if not key:
        key = WorkflowVersion.objects.values_list("fingerprint", flat=True).get(pk=pk)
    if key:
        keep_in_mind((WorkflowVersion, pk), key)
    if key and key in _published:
        stages, frozen = _published[key]
        return LoadedVersion(pk, stages, frozen)
    loaded = _read(pk)
    if key:
        if len(_published) >= MOST_IN_MEMORY:
            _published.clear()
        _published[key] = (loaded.stages, loaded.frozen)
    return loaded


def _read(pk: int) -> LoadedVersion:
    """Three queries, whatever the version's size."""
    rows = (
        Stage.objects.filter(version=pk)
        .order_by("position", "pk")
        .prefetch_related("branches", "branches__conditions")
    )
    stages: dict[str, StageSpec] = {}
    frozen: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        branches = [branch_spec(branch) for branch in row.branches.all()]
        stages[row.name] = stage_spec(row.name, row.kind, row.settings, branches)
        frozen[row.name] = row.frozen
    return LoadedVersion(pk, stages, frozen)
