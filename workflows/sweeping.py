"""The sweep: everything that is due at an instant, until nothing is. What beat triggers and `tick` calls."""

from __future__ import annotations

import logging
import time
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from workflows import engine
from workflows.core import backoff
from workflows.models import Heartbeat, Run, Timer
from workflows.registry import DUE_WORK, DueWork
from workflows.transactions import atomically

logger = logging.getLogger(__name__)

BATCH = 200
MOST_TRIES = 8


def sweep(at: datetime, clock: datetime, limit: int | None = None) -> Counter[str]:
    """Do all that is due at `at`; `clock` is the real time, by which leases run. Returns counts by name.

    The clock runs on while the sweep does: a lease counted from its beginning could have ended already.
    A second call at the same instant finds nothing. With `limit`, at most so many pieces of work are done.
    """
    done: Counter[str] = Counter()
    seen: set[tuple[str, int]] = set()
    left = limit if limit is not None else -1
    began = time.monotonic()
    progress = True
    while progress and left != 0:
        progress = False
        for work in sorted(DUE_WORK.values(), key=lambda work: work.order):
            for number in work.find(at, _since(began, clock), BATCH + len(seen)):
                if left == 0:
                    break
                if (work.name, number) in seen:
                    continue
                seen.add((work.name, number))
                progress = True
                if perform(work, number, at, _since(began, clock)):
                    done[work.name] += 1
                    left -= 1
                    if work.in_parts:
                        seen.discard((work.name, number))
    beat(_since(began, clock))
    return done


def _since(began: float, clock: datetime) -> datetime:
    return clock + timedelta(seconds=time.monotonic() - began)


def perform(work: DueWork, number: int, at: datetime, clock: datetime) -> bool:
    """Do one piece; an error is logged and left to the row's own retries, so that one fault stops nobody else."""
    try:
        return work.perform(number, at, clock)
    except Exception:
        logger.exception("%s %s failed", work.name, number)
        return False


def beat(clock: datetime) -> None:
    """Note that the sweep has run; its age is what readiness shows."""
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": clock})


def due_timers(at: datetime, clock: datetime, limit: int) -> list[int]:
    due = Timer.objects.due(at).exclude(run__in=Run.objects.on_a_virtual_clock())
    return list(due.values_list("pk", flat=True)[:limit])


def fire_timer(number: int, at: datetime, clock: datetime) -> bool:
    """Fire one timer; one that fails is tried again later, and given up visibly after the last try."""
    try:
        return engine.fire(number, at)
    except Exception as error:
        _put_off(number, at, error)
        raise


def _put_off(number: int, at: datetime, error: Exception) -> None:
    with transaction.atomic():
        timer = Timer.objects.select_for_update().filter(pk=number, state=Timer.State.WAITING).first()
        if timer is None:
            return
        if timer.attempt + 1 < MOST_TRIES:
            delay = backoff.delay(timer.attempt + 1, 0.5)
            Timer.objects.filter(pk=number).update(attempt=F("attempt") + 1, due_at=at + delay)
            return
    _give_up(number, type(error).__name__, at)


@atomically
def _give_up(number: int, code: str, at: datetime) -> None:
    engine.give_up(number, code=code, now=at)


WORK = DueWork("timers", due_timers, fire_timer, order=20)
