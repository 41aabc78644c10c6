"""What would happen: the same decisions as the engine's, taken without writing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.core import graph
from workflows.core.graph import StageSpec
from workflows.models import Run
from workflows.registry import facts_of, kind_named
from workflows.stages.base import Context, Done, Result
from workflows.versions import LoadedVersion, load

MOST_STAGES = 100
Foretellers = Mapping[str, Callable[[Context], Result]]
"""By the name of a stage kind, what is asked in place of its own `foresee`."""


@dataclass(frozen=True)
class Foresight:
    """Where a run would come to stand, by which way, and what it would carry there."""

    stage: StageSpec | None
    path: tuple[tuple[str, str], ...] = ()
    carried: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.stage.kind if self.stage else ""


def foresee(
    version: LoadedVersion,
    start: str,
    *,
    facts: Mapping[str, Any],
    carried: Mapping[str, Any],
    now: datetime,
    payload: dict[str, Any] | None = None,
    prepared: Mapping[str, Any] | None = None,
    run: Run | None = None,
    foretellers: Foretellers | None = None,
) -> Foresight:
    """Go from the entry of `start` until a stage waits or ends. Read-only; needs no lock.

    `foretellers` is for back-tests, which ask the same of many leads and remember the answers.
    """
    carried = dict(carried)
    path: list[tuple[str, str]] = []
    name = start
    for _ in range(MOST_STAGES):
        stage = version.stages[name]
        present = {**facts, **{key: value for key, value in carried.items() if not key.startswith("_")}}
        context = Context(
            stage, now, "system", carried, present, run=run, frozen=version.frozen[name],
            payload=payload or {}, prepared=(prepared or {}).get(name), is_dry=True,
        )  # fmt: skip
        foretell = (foretellers or {}).get(stage.kind) or kind_named(stage.kind).foresee
        result = foretell(context)
        if not isinstance(result, Done):
            return Foresight(stage, tuple(path), carried)
        path.append((name, result.outcome))
        carried.update(result.carry)
        present.update({key: value for key, value in carried.items() if not key.startswith("_")})
        branch = graph.choose(stage, result.outcome, present)
        if branch is None:
            return Foresight(None, tuple(path), carried)
        name = branch.to
    return Foresight(None, tuple(path), carried)


def foresee_outcome(
    run: Run, outcome: str, *, now: datetime, payload: dict[str, Any] | None = None
) -> Foresight:
    """Where the run would go if the stage it waits in ended with `outcome` now."""
    version = load(run.version_id)
    facts = facts_of(run)
    stage = version.stages.get(run.stage)
    branch = graph.choose(stage, outcome, facts) if stage else None
    if branch is None:
        return Foresight(None)
    return foresee(version, branch.to, facts=facts, carried=run.carried, now=now, payload=payload, run=run)
