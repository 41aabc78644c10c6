"""Moving any number of runs to another version, some at a time: what the sweep goes on with until all are done.

Each run is a transaction of its own, in which the order's cursor moves on too: whatever dies, no run is half moved,
looked at twice or counted twice.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import OperationalError
from django.db.models import Q, QuerySet

from workflows import migrating
from workflows.changes import Change, announce_changes
from workflows.models import Run, RunMove, Workflow, WorkflowVersion
from workflows.registry import DueWork
from workflows.stages.base import CannotMove
from workflows.transactions import atomically

logger = logging.getLogger(__name__)

STEP = 100
FAULT = "A fault came up, which is in the log. It is as it was."

Place = tuple[int, str, str]
"""The number of a version, a stage of it, and the stage that takes its runs over."""


class Refused(Exception):
    """Moving cannot begin; the text is a sentence that says why and what to do."""


@atomically
def begin(
    version: WorkflowVersion,
    places: Iterable[Place],
    *,
    now: datetime,
    actor: str,
    only: Iterable[int] = (),
) -> RunMove:
    """Runs that wait at these places will be moved to this published version; raises Refused."""
    workflow = Workflow.objects.select_for_update().get(pk=version.workflow_id)
    if not version.is_published:
        raise Refused("Runs move only to a published version. Publish it first.")
    under_way = RunMove.objects.under_way().filter(workflow=workflow).first()
    if under_way is not None:
        raise Refused(f"Runs are being moved to {under_way.version} already. Wait for that, or stop it.")
    move = RunMove(
        workflow=workflow, version=version, places=[list(place) for place in places], only=sorted(set(only)),
        created_at=now, started_by=actor,
    )  # fmt: skip
    move.total = sum(_of(move, part).count() for part in parts(move.only)) if move.only else _of(move).count()
    move.save()
    told = [Change("runs_moved_to", None, version.number)]
    announce_changes(f"workflow:{workflow.slug}", told, actor=actor, at=now)
    return move


@atomically
def stop(move: RunMove, *, now: datetime, actor: str) -> None:
    """Afterwards no further run is moved; those that were stay moved."""
    stopped = RunMove.objects.under_way().filter(pk=move.pk)
    if stopped.update(state=RunMove.State.STOPPED, finished_at=now):
        told = [Change("runs_moved_to", move.version.number, None)]
        announce_changes(f"workflow:{move.workflow.slug}", told, actor=actor, at=now)


def finish(move: RunMove, *, now: datetime) -> RunMove:
    """All of it at once, for few runs."""
    while _move_next(move.pk, now):
        pass
    move.refresh_from_db()
    return move


def due(at: datetime, clock: datetime, limit: int) -> list[int]:
    return list(RunMove.objects.under_way().order_by("pk").values_list("pk", flat=True)[:limit])


def carry_on(number: int, at: datetime, clock: datetime) -> bool:
    """The next runs of one order; false when none was left."""
    handled = 0
    while handled < STEP and _move_next(number, at):
        handled += 1
    return handled > 0


@atomically
def _move_next(number: int, at: datetime) -> bool:
    """Move one run more, or find that all are done. Whoever holds the order's row is the only one at it."""
    move = RunMove.objects.select_for_update().under_way().filter(pk=number).first()
    if move is None:
        return False
    following = _following(move)
    if following is None:
        move.state, move.finished_at = RunMove.State.DONE, at
        move.save(update_fields=["state", "finished_at"])
        return False
    run, owner = following
    names = {stage: there for version, stage, there in move.places if version == owner}
    reason = _moved_or_why_not(run, move, names, at)
    if reason:
        move.stayed += 1
        move.reasons = dict(Counter(move.reasons) + Counter([reason]))
    else:
        move.moved += 1
    move.cursor = run
    move.save(update_fields=["cursor", "moved", "stayed", "reasons"])
    return True


def _moved_or_why_not(run: int, move: RunMove, names: dict[str, str], at: datetime) -> str:
    try:
        migrating.migrate(run, move.version, names, now=at, actor=move.started_by)
    except CannotMove as refused:
        return str(refused)
    except OperationalError:
        raise
    except Exception:
        logger.exception("moving run %s failed", run)
        return FAULT
    return ""


def _following(move: RunMove) -> tuple[int, int] | None:
    """The next run and its version, by number."""
    if not move.only:
        return _first(_of(move).filter(pk__gt=move.cursor))
    ahead = move.only[bisect_right(move.only, move.cursor) :]
    found = (_first(_of(move, part)) for part in parts(ahead))
    return next((each for each in found if each is not None), None)


def _first(runs: QuerySet[Run]) -> tuple[int, int] | None:
    return runs.order_by("pk").values_list("pk", "version").first()


def _of(move: RunMove, numbers: Sequence[int] = ()) -> QuerySet[Run]:
    """Runs that wait at the places now, of these numbers if there are any."""
    there = Q(pk__in=[])
    for version, stage, _ in move.places:
        there |= Q(version=version, stage=stage)
    runs = Run.objects.under_way().filter(there)
    return runs.filter(pk__in=numbers) if numbers else runs


def parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    """Some at a time, for a statement bears only so many."""
    return (numbers[start : start + 500] for start in range(0, len(numbers), 500))


WORK = DueWork("run moves", find=due, perform=carry_on, order=28, in_parts=True)
