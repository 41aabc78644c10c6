"""Planning and taking back the instants a run waits for. Called by the engine, under the run's lock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max

from workflows.models import Run, Timer
from workflows.stages.base import Instant


def plan(
    run: Run,
    now: datetime,
    purpose: str,
    due_at: datetime,
    *,
    key: str = "",
    outlives_stage: bool = False,
    expires_at: datetime | None = None,
    booking: int | None = None,
    revision: int | None = None,
    details: dict[str, Any] | None = None,
) -> Timer:
    """The run acts at `due_at`; the same key is planned only once.

    Unless it outlives its stage, the timer is withdrawn when this stay in the stage ends.
    """
    timer, _ = Timer.objects.get_or_create(
        key=f"{run.pk}:{key}" if key else f"{run.pk}:{run.visit}:{purpose}",
        defaults={
            "run": run,
            "purpose": purpose,
            "stage": run.stage,
            "visit": None if outlives_stage else run.visit,
            "booking": booking,
            "revision": revision,
            "due_at": due_at,
            "expires_at": expires_at,
            "details": details or {},
        },
    )
    return timer


def replan(run: Run, now: datetime, instants: Iterable[Instant]) -> None:
    """Plan instants in the place of some that were withdrawn, whose keys are spent."""
    for instant in instants:
        key = instant.key or f"{run.visit}:{instant.purpose}"
        spent = run.timers.filter(key__startswith=f"{run.pk}:{key}").count()
        plan(
            run,
            now,
            instant.purpose,
            instant.due_at,
            key=f"{key}:{spent}" if spent else key,
            outlives_stage=instant.outlives_stage,
            expires_at=instant.expires_at,
            booking=instant.booking,
            revision=instant.revision,
            details=dict(instant.details),
        )


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
