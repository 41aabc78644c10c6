"""Moving runs: the only writer of Run and Timer. One step is one transaction under the run's lock.

A step is: somebody's signal or a due timer reaches the stage the run waits in; the stage's kind answers Done,
and the run goes on through every stage that does not wait, until one waits or ends. Whatever a kind wrote on
the way is in the same transaction, so a step happens whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from workflows import rounds, timers
from workflows.core import graph
from workflows.core.graph import StageSpec
from workflows.models import Run, Timer, WorkflowVersion
from workflows.preparing import prepare_ahead
from workflows.registry import FactsOf, kind_named
from workflows.signals import announce
from workflows.stages.base import MIGRATED, Adoption, Context, End, NotWaiting, Result, Wait
from workflows.versions import LoadedVersion, load

MOST_STAGES_IN_A_STEP = 100
UNDO_WITHIN = timedelta(minutes=10)


class NotUndoable(Exception):
    """The last step can no longer be taken back: too late, or somebody has acted since."""


@dataclass
class Step:
    """One transaction's work on one run."""

    run: Run
    version: LoadedVersion
    now: datetime
    actor: str
    payload: dict[str, Any] = field(default_factory=dict)
    prepared: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> StageSpec:
        return self.version.stages[self.run.stage]

    def context(self) -> Context:
        run = self.run
        return Context(
            stage=self.stage,
            now=self.now,
            actor=self.actor,
            carried=run.carried,
            facts=FactsOf(run),
            run=run,
            frozen=self.version.frozen.get(run.stage, {}),
            payload=self.payload,
            prepared=self.prepared.get(run.stage),
            stages=self.version.stages,
            announce=partial(say, run, now=self.now, actor=self.actor),
            plan=partial(timers.plan_all, run),
            withdraw=partial(timers.withdraw, run, self.now),
        )


def say(run: Run, verb: str, *, now: datetime, actor: str, **news: Any) -> None:
    """Announce a fact of this run; the caller holds the run's lock."""
    announce(
        verb,
        run=run.pk,
        at=now,
        actor=actor,
        lead=run.lead,
        booking=news.pop("booking", run.booking),
        version=run.version_id,
        stage=news.pop("stage", run.stage or None),
        **news,
    )


def lock(run_id: int) -> Run:
    """The run, locked until the transaction ends. Always the first lock taken."""
    return Run.objects.select_for_update().get(pk=run_id)


def snapshot(run: Run, now: datetime) -> dict[str, Any]:
    """This moment of a locked run, for a `signal` that may be taken back."""
    return timers.snapshot(run, now)


def open_run(
    version: WorkflowVersion, *, lead: int, now: datetime, is_synthetic: bool = False, is_virtual: bool = False
) -> Run:  # fmt: skip
    """A run that stands before its first stage; `begin` sets it going in the same transaction."""
    return Run.objects.create(
        version=version,
        lead=lead,
        stage="",
        started_at=now,
        entered_at=now,
        is_synthetic=is_synthetic,
        is_virtual=is_virtual,
    )


def begin(run: Run, *, now: datetime, actor: str, prepared: Mapping[str, Any] | None = None) -> Run:
    """Enter the first stage and go on as far as nothing waits."""
    step = Step(run, load(run.version_id), now, actor, prepared=prepared or {})
    with transaction.atomic():
        _go_on(step, _enter(step, step.version.first.name))
    return run


def signal(
    run_id: int,
    name: str,
    payload: dict[str, Any] | None = None,
    *,
    actor: str,
    now: datetime,
    prepared: Mapping[str, Any] | None = None,
    is_press: bool = True,
    before: dict[str, Any] | None = None,
) -> Run:
    """Give the stage that the run waits in a signal, and go on from there.

    Raises NotWaiting if the run is over or the stage does not take the signal, and whatever a kind raises to
    refuse; nothing has changed then. `is_press` counts it as an act of a person, which ends any earlier undo;
    with a snapshot `before` it can itself be taken back with `step_back`.
    """
    with transaction.atomic():
        run = lock(run_id)
        if not run.is_under_way:
            raise NotWaiting(f"run {run_id} is over")
        rounds.forget(run)
        step = Step(run, load(run.version_id), now, actor, {} if payload is None else payload, prepared or {})
        if is_press:
            run.presses += 1
            run.undo = {**before, "presses": run.presses} if before else None
        _go_on(step, kind_named(step.stage.kind).signal(step.context(), name))
        return run


def fire(timer_id: int, at: datetime) -> bool:
    """Do what a due timer was planned for. False when there is nothing to do any more.

    A timer of a stage that was left is withdrawn; one past its `expires_at` is skipped, and the kind told. A
    run that goes round and round without waiting is stopped, so that every sweep comes to an end.
    """
    planned = Timer.objects.select_related("run").get(pk=timer_id)
    prepared = prepare_ahead(planned.run, now=at) if planned.run.is_under_way else {}
    with transaction.atomic():
        run = lock(planned.run_id)
        timer = Timer.objects.select_for_update().get(pk=timer_id)
        if timer.state != Timer.State.WAITING or timer.due_at > at:
            return False
        if not run.is_under_way or timer.visit not in (None, run.visit):
            timers.settle(timer, Timer.State.WITHDRAWN, at, "left")
            return True
        step = Step(run, load(run.version_id), at, "system", prepared=prepared)
        kind = kind_named(step.stage.kind)
        if timer.expires_at and at >= timer.expires_at:
            timers.settle(timer, Timer.State.SKIPPED, at, "too_late")
            kind.skip(step.context(), timer, "too_late")
            return True
        if not rounds.count(run, timer):
            give_up(timer_id, code=graph.NEVER_WAITS, now=at)
            return True
        timers.settle(timer, Timer.State.FIRED, at)
        _go_on(step, kind.fire(step.context(), timer))
        return True


def supersede(run_id: int, *, by: int, now: datetime, actor: str) -> None:
    """End a run in favour of a newer one; what it planned is withdrawn."""
    with transaction.atomic():
        run = lock(run_id)
        if run.is_under_way:
            _cut_short(run, Run.State.SUPERSEDED, {"by": by}, "superseded", now, actor)


def close(run_id: int, *, reason: str, now: datetime, actor: str) -> None:
    """The run is over where it stands, a failed one too, and nothing in it can be taken back any more.

    What it planned is withdrawn. `reason` is a code.
    """
    with transaction.atomic():
        run = lock(run_id)
        if run.state not in Run.FINAL:
            data = {"end": run.stage, "reason": reason}
            _cut_short(run, Run.State.COMPLETED, data, reason, now, actor)
        run.undo = None
        run.save(update_fields=["undo"])


def _cut_short(
    run: Run, state: Run.State, data: dict[str, Any], reason: str, now: datetime, actor: str
) -> None:
    step = Step(run, load(run.version_id), now, actor)
    kind_named(step.stage.kind).leave(step.context(), reason)
    say(run, f"run.{state}", now=now, actor=actor, data=data)
    _finish(run, state, now, reason)


def give_up(timer_id: int, *, code: str, now: datetime) -> None:
    """A timer failed at every try: mark it and its run, so that a person sees to it."""
    with transaction.atomic():
        timer = Timer.objects.select_related("run").get(pk=timer_id)
        run = lock(timer.run_id)
        timers.settle(timer, Timer.State.FAILED, now, code[:64])
        say(run, "run.failed", now=now, actor="system", data={"timer": timer.purpose, "code": code[:64]})
        run.state = Run.State.FAILED
        run.save(update_fields=["state"])


def step_back(run_id: int, *, now: datetime, actor: str) -> Run:
    """Return the run to the stage its last undoable press left, even from an end.

    Timers withdrawn since are planned again and those planned since are withdrawn. Raises NotUndoable.
    """
    with transaction.atomic():
        run = lock(run_id)
        before = run.undo
        if not before or run.presses != before["presses"]:
            raise NotUndoable("somebody has acted since")
        if now > datetime.fromisoformat(before["at"]) + UNDO_WITHIN:
            raise NotUndoable("too late")
        timers.rewind(run, before, now)
        run.stage, run.visit = before["stage"], before["visit"]
        run.carried, run.booking = before["carried"], before["booking"]
        run.entered_at = datetime.fromisoformat(before["entered_at"])
        run.state, run.finished_at, run.undo = Run.State.ACTIVE, None, None
        run.presses += 1
        run.save()
        return run


def undoable_until(run: Run) -> datetime | None:
    """Until when the last press can be taken back; None when nothing can."""
    before = run.undo
    if not before or run.presses != before["presses"]:
        return None
    return datetime.fromisoformat(before["at"]) + UNDO_WITHIN


def returned(run: Run, *, now: datetime, actor: str) -> None:
    """Record that the run stands again in the stage it had left; after the fact that made it so."""
    version = load(run.version_id)
    kind = version.stages[run.stage].kind
    data = {"kind": kind, "visit": run.visit, "returned": True}
    say(run, "stage.entered", now=now, actor=actor, data=data)


def carry(run: Run, **changes: Any) -> None:
    """Change what a locked run carries on, outside a step."""
    run.carried = {**run.carried, **changes}
    run.save(update_fields=["carried"])


def take_branch(
    run_id: int, stage_name: str, outcome: str, *, now: datetime, actor: str,
    prepared: Mapping[str, Any] | None = None, carried: Mapping[str, Any] | None = None,
) -> Run:  # fmt: skip
    """Send the run along a branch of another stage of its version than the one it waits in.

    For a late signal that turns an earlier decision: the present stage is left with `reversed`.
    """
    with transaction.atomic():
        run = lock(run_id)
        if not run.is_under_way:
            raise NotWaiting(f"run {run_id} is over")
        step = Step(run, load(run.version_id), now, actor, prepared=prepared or {})
        run.presses += 1
        run.undo = None
        run.carried = {**run.carried, **(carried or {})}
        branch = graph.choose(step.version.stages[stage_name], outcome, FactsOf(run))
        if branch is None:
            raise NotWaiting(f"“{stage_name}” has no branch for “{outcome}”")
        _go_on(step, _enter(step, _leave(step, "reversed", branch)))
        return run


def resettle(
    run: Run, version: WorkflowVersion, stage: str, adoption: Adoption, *, now: datetime, actor: str
) -> None:
    """A locked run stands in this stage of another version afterwards, its timers as adopted.

    It stays the same stay: nothing is left or entered, and nothing of what it has done is done again.
    """
    former = run.version
    timers.take_back(adoption.withdrawn, now, MIGRATED)
    run.version, run.stage, run.undo = version, stage, None
    run.carried = {**run.carried, **adoption.carry}
    run.save()
    timers.replan(run, adoption.planned)
    step = Step(run, load(version), now, actor)
    data = {"from": former.number, "to": version.number, "stage": stage, "kind": step.stage.kind}
    say(run, "run.migrated", now=now, actor=actor, data=data)
    kind_named(step.stage.kind).adopted(step.context(), adoption)


def _go_on(step: Step, result: Result) -> None:
    for _ in range(MOST_STAGES_IN_A_STEP):
        run = step.run
        if isinstance(result, End):
            say(run, "run.completed", now=step.now, actor=step.actor, data={"end": run.stage})
            _finish(run, Run.State.COMPLETED, step.now, "completed")
            return
        run.carried = {**run.carried, **result.carry}
        run.booking = run.carried.get("_booking", run.booking)
        if isinstance(result, Wait):
            run.save()
            return
        branch = graph.choose(step.stage, result.outcome, FactsOf(run))
        if branch is None:
            raise LookupError(f"“{run.stage}” has no branch for “{result.outcome}”")
        result = _enter(step, _leave(step, result.outcome, branch))
    raise RecursionError(f"run {step.run.pk} passed {MOST_STAGES_IN_A_STEP} stages without waiting")


def _leave(step: Step, outcome: str, branch: graph.BranchSpec) -> str:
    run = step.run
    kind_named(step.stage.kind).leave(step.context(), outcome)
    ways = step.stage.branches_of(branch.outcome)
    place = ways.index(branch) if branch in ways else 0
    data = {"outcome": outcome, "branch": place, "next": branch.to}
    say(run, "stage.left", now=step.now, actor=step.actor, data=data)
    timers.withdraw_of_stay(run, step.now)
    return branch.to


def _enter(step: Step, name: str) -> Result:
    run = step.run
    run.stage, run.visit, run.entered_at = name, run.visit + 1, step.now
    run.save()
    kind = kind_named(step.stage.kind)
    data = {"kind": kind.name, "visit": run.visit}
    say(run, "stage.entered", now=step.now, actor=step.actor, data=data)
    return kind.enter(step.context())


def _finish(run: Run, state: Run.State, now: datetime, reason: str) -> None:
    timers.withdraw_all(run, now, reason)
    run.state, run.finished_at = state, now
    run.save()
