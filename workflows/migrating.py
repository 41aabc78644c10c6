"""Moving runs under way to another published version: judged and foreseen first, each run whole or not at all.

A run is taken over where it waits, by a stage of the same kind; nothing is left or entered, nothing that has been
done is done again. What it waits for is planned anew where the versions differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows import engine
from workflows.models import Run, WorkflowVersion
from workflows.registry import kind_named
from workflows.stages.base import Adoption, CannotMove, Context
from workflows.transactions import atomically
from workflows.versions import LoadedVersion, load

Places = Mapping[str, str]
"""What the other version calls a stage, where it calls it otherwise: {present name: name there}."""


@dataclass(frozen=True)
class Move:
    """How one run would be moved, or why it cannot be."""

    run: Run
    former: str
    stage: str
    adoption: Adoption = field(default_factory=Adoption)
    refusal: str = ""


def preview(runs: Iterable[Run], version: WorkflowVersion, places: Places, *, now: datetime) -> list[Move]:
    """What moving these runs would do, run by run. Writes nothing."""
    target = load(version)
    return [judge(run, version, target, places, now=now) for run in runs]


def judge(
    run: Run, version: WorkflowVersion, target: LoadedVersion, places: Places, *, now: datetime
) -> Move:
    stage = places.get(run.stage, run.stage)
    try:
        adoption = _adoption(run, version, target, places, stage, now)
    except CannotMove as refused:
        return Move(run, run.stage, stage, refusal=str(refused))
    return Move(run, run.stage, stage, adoption)


@atomically
def migrate(run_id: int, version: WorkflowVersion, places: Places, *, now: datetime, actor: str) -> Move:
    """The run goes on in this version afterwards, and the trail says so. Raises CannotMove; nothing has changed then.

    The version must be published, and of the run's own workflow.
    """
    run = engine.lock(run_id)
    stage = places.get(run.stage, run.stage)
    move = Move(run, run.stage, stage, _adoption(run, version, load(version), places, stage, now))
    engine.resettle(run, version, stage, move.adoption, now=now, actor=actor)
    return move


def _adoption(
    run: Run,
    version: WorkflowVersion,
    target: LoadedVersion,
    places: Places,
    stage: str,
    now: datetime,
) -> Adoption:
    _check(run, version, now)
    former = load(run.version_id).stages[run.stage]
    there = target.stages.get(stage)
    if there is None:
        raise CannotMove(f"Version {version.number} has no stage “{stage}”. Choose one that takes its place.")
    if there.kind != former.kind:
        raise CannotMove(f"“{stage}” does something else in version {version.number}.")
    context = Context(
        there,
        now,
        "system",
        run.carried,
        {},
        run=run,
        frozen=target.frozen[stage],
        stages=target.stages,
        is_dry=True,
    )
    return kind_named(there.kind).adopt(context, places)


def _check(run: Run, version: WorkflowVersion, now: datetime) -> None:
    if not version.is_published or version.workflow_id != run.version.workflow_id:
        raise CannotMove("Runs move only to a published version of their own workflow.")
    if run.state == Run.State.FAILED:
        raise CannotMove("It was stopped by a fault, which comes first.")
    if not run.is_under_way:
        raise CannotMove("It is over.")
    if run.is_virtual:
        raise CannotMove("A simulation is moving it.")
    if run.version_id == version.pk:
        raise CannotMove(f"It is on version {version.number} already.")
    until = engine.undoable_until(run)
    if until and now <= until:
        raise CannotMove("What was pressed last can still be taken back. Try again in ten minutes.")
