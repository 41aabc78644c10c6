"""Runs that go on and on with no time gone by: a version published long ago may lead one round for ever."""

from __future__ import annotations

from workflows.models import Run, Timer

MOST_STAYS_UNWAITED = 100
_COUNT = "_unwaited"


def count(run: Run, timer: Timer) -> bool:
    """Note whether this timer was due already when the run entered its stage; false if that is once too often.

    The caller holds the run's lock and saves it. Any wait, and any press, begins the count anew.
    """
    if timer.visit != run.visit or timer.due_at > run.entered_at:
        forget(run)
        return True
    stays = run.carried.get(_COUNT, 0) + 1
    run.carried = {**run.carried, _COUNT: stays}
    return stays <= MOST_STAYS_UNWAITED


def forget(run: Run) -> None:
    if _COUNT in run.carried:
        run.carried = {name: value for name, value in run.carried.items() if name != _COUNT}
