"""What became another thing between two editions of a workflow: stages, their settings, and each branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.core.graph import BranchSpec, StageSpec

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class BranchChange:
    """A branch of one outcome before and after, with its places among those of the outcome, from 0."""

    outcome: str
    old: BranchSpec | None
    new: BranchSpec | None
    old_place: int | None = None
    new_place: int | None = None

    @property
    def what(self) -> str:
        if self.old is None:
            return ADDED
        return REMOVED if self.new is None else CHANGED


@dataclass(frozen=True)
class StageChange:
    """A stage of which something changed. `settings` and `frozen` hold what was and what is, by name."""

    name: str
    old: StageSpec | None
    new: StageSpec | None
    settings: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    frozen: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    branches: tuple[BranchChange, ...] = ()

    @property
    def what(self) -> str:
        if self.old is None:
            return ADDED
        return REMOVED if self.new is None else CHANGED

    @property
    def is_of_another_kind(self) -> bool:
        return self.old is not None and self.new is not None and self.old.kind != self.new.kind

    @property
    def is_empty(self) -> bool:
        """Whether nothing became another thing."""
        same_place = self.what == CHANGED and not self.is_of_another_kind
        return same_place and not (self.settings or self.frozen or self.branches)


@dataclass(frozen=True)
class Difference:
    """All that changed, in the order of the newer edition; what is gone comes last."""

    stages: tuple[StageChange, ...] = ()
    first: tuple[str, str] | None = None
    """Where leads entered, and where they enter, if that is another stage."""

    def __bool__(self) -> bool:
        return bool(self.stages or self.first)


Frozen = Mapping[str, Mapping[str, Any]]


def between(
    old: Sequence[StageSpec], new: Sequence[StageSpec], frozen: tuple[Frozen, Frozen] = ({}, {})
) -> Difference:
    """How the newer edition differs from the older one. `frozen` is what each keeps with its stages, in a form
    in which entries of the same name can be compared.
    """
    before, after = {each.name: each for each in old}, {each.name: each for each in new}
    names = [*after, *(name for name in before if name not in after)]
    changes = [
        _stage_change(
            name, before.get(name), after.get(name), frozen[0].get(name, {}), frozen[1].get(name, {})
        )
        for name in names
    ]
    first = (old[0].name, new[0].name) if old and new and old[0].name != new[0].name else None
    return Difference(tuple(change for change in changes if not change.is_empty), first)


def _stage_change(
    name: str,
    old: StageSpec | None,
    new: StageSpec | None,
    old_frozen: Mapping[str, Any],
    new_frozen: Mapping[str, Any],
) -> StageChange:
    if old is None or new is None:
        return StageChange(name, old, new)
    return StageChange(
        name,
        old,
        new,
        _differing(old.settings, new.settings),
        _differing(old_frozen, new_frozen),
        tuple(_branch_changes(old, new)),
    )


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = [*old, *(name for name in new if name not in old)]
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def _branch_changes(old: StageSpec, new: StageSpec) -> list[BranchChange]:
    outcomes = dict.fromkeys(branch.outcome for branch in (*new.branches, *old.branches))
    changes: list[BranchChange] = []
    for outcome in outcomes:
        before, after = old.branches_of(outcome), new.branches_of(outcome)
        if before != after:
            changes += _fork_changes(outcome, before, after)
    return changes


def _fork_changes(
    outcome: str, before: Sequence[BranchSpec], after: Sequence[BranchSpec]
) -> list[BranchChange]:
    """Pairs what is the same but for one thing: first its place, then its target, then its condition."""
    left, right = dict(enumerate(before)), dict(enumerate(after))
    pairs: list[tuple[int | None, int | None]] = []
    for is_alike in (_same, _same_condition, _same_target, _any):
        for place, branch in list(right.items()):
            found = next((other for other in left if is_alike(left[other], branch)), None)
            if found is not None:
                pairs.append((found, place))
                del left[found], right[place]
    pairs += [(None, place) for place in right] + [(place, None) for place in left]
    pairs.sort(key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0] or 0))
    kept = [one for one, other in pairs if one is not None and other is not None]
    is_moved = kept != sorted(kept)
    return [
        BranchChange(
            outcome,
            None if one is None else before[one],
            None if other is None else after[other],
            one,
            other,
        )
        for one, other in pairs
        if one is None or other is None or before[one] != after[other] or (is_moved and one != other)
    ]


def _same(one: BranchSpec, other: BranchSpec) -> bool:
    return one == other


def _same_condition(one: BranchSpec, other: BranchSpec) -> bool:
    return one.when == other.when


def _same_target(one: BranchSpec, other: BranchSpec) -> bool:
    return one.to == other.to


def _any(one: BranchSpec, other: BranchSpec) -> bool:
    return bool(one.when) == bool(other.when)
