"""Planning and taking back the instants a run waits for. Called by the engine, under the run's lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Max

from workflows.models import Run, Timer
from workflows.stages.base import Instant


def plan(run: Run, instant: Instant) -> Timer:
    """The run acts at the instant; the same key is planned only once."""
    plan_all(run, [instant])
    return Timer.objects.get(key=_key(run, instant))


def plan_all(run: Run, instants: Sequence[Instant]) -> None:
    """The run acts at these instants; one whose key is planned already stays as it is. One statement.

    Unless it outlives its stage, a timer is withdrawn when this stay in the stage ends.
    """
    if instants:
        Timer.objects.bulk_create([_timer(run, each) for each in instants], ignore_conflicts=True)


def _timer(run: Run, instant: Instant) -> Timer:
    return Timer(
        key=_key(run, instant),
        run=run,
        purpose=instant.purpose,
        stage=run.stage,
        visit=None if instant.outlives_stage else run.visit,
        booking=instant.booking,
        revision=instant.revision,
        due_at=instant.due_at,
        expires_at=instant.expires_at,
        details=dict(instant.details),
    )


def _key(run: Run, instant: Instant) -> str:
    return f"{run.pk}:{instant.key or f'{run.visit}:{instant.purpose}'}"


def replan(run: Run, instants: Iterable[Instant]) -> None:
    """Plan instants in the place of some that were withdrawn, whose keys are spent."""
    for instant in instants:
        key = instant.key or f"{run.visit}:{instant.purpose}"
        spent = run.timers.filter(key__startswith=f"{run.pk}:{key}").count()
        plan(run, replace(instant, key=f"{key}:{spent}" if spent else key))


def take_back(taken: Iterable[Timer], now: datetime, reason: str) -> None:
    for timer in taken:
        settle(timer, Timer.State.WITHDRAWN, now, reason)


def settle(timer: Timer, state: Timer.State, now: datetime, reason: str = "") -> None:
    timer.state, timer.settled_at, timer.reason = state, now, reason
    timer.save(update_fields=["state", "settled_at", "reason"])


def withdraw(run: Run, now: datetime, reason: str, **which: Any) -> list[Timer]:
    """Take back the run's waiting timers that `which` names; returns them in the order of their due times."""
    taken = list(run.timers.waiting().filter(**which).select_for_update().order_by("due_at", "pk"))
    take_back(taken, now, reason)
    return taken


def withdraw_of_stay(run: Run, now: datetime) -> None:
    run.timers.waiting().filter(visit=run.visit).update(
        state=Timer.State.WITHDRAWN, settled_at=now, reason="left"
    )


def withdraw_all(run: Run, now: datetime, reason: str) -> None:
    run.timers.waiting().update(state=Timer.State.WITHDRAWN, settled_at=now, reason=reason)


def snapshot(run: Run, now: datetime) -> dict[str, Any]:
    """What `rewind` and the engine need to return to this moment. Taken before an undoable press."""
    return {
        "at": now.isoformat(),
        "stage": run.stage,
        "visit": run.visit,
        "entered_at": run.entered_at.isoformat(),
        "booking": run.booking,
        "carried": run.carried,
        "presses": run.presses,
        "timers": list(run.timers.waiting().values_list("pk", flat=True)),
        "newest_timer": run.timers.aggregate(newest=Max("pk"))["newest"] or 0,
    }


def rewind(run: Run, before: dict[str, Any], now: datetime) -> None:
    """Timers planned since are withdrawn; those of the stay that were withdrawn since wait again.

    Timers that outlive their stage are left withdrawn: whoever planned them plans them anew.
    """
    run.timers.waiting().filter(pk__gt=before["newest_timer"]).update(
        state=Timer.State.WITHDRAWN, settled_at=now, reason="undone"
    )
    run.timers.filter(pk__in=before["timers"], state=Timer.State.WITHDRAWN, visit=before["visit"]).update(
        state=Timer.State.WAITING, settled_at=None, reason=""
    )
