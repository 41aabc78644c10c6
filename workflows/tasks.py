"""What Celery runs: find what is due, do it, seal the trace.

Tasks carry numbers of rows and hold no state. What is due stands in the database and is claimed there, so
what gets lost on the way is found by the next sweep, and what is said twice finds nothing left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from celery import shared_task
from django.utils import timezone

from workflows import anchoring, sweeping
from workflows.registry import DUE_WORK

logger = logging.getLogger(__name__)

CHUNK = 50
MOST = 2000
EXPIRES = 30
"""Seconds after which a message that no worker has taken is dropped: a later sweep has said the same."""


@shared_task(name="workflows.tasks.sweep")
def sweep() -> None:
    """Hand out what is due now, of each kind the oldest, in chunks that workers do beside each other.

    The last chunk of each kind says sweep again when it has done something, for one thing leads to another
    (a timer to a message, a message to a delivery) and what is due may be more than one sweep hands out.
    """
    now = timezone.now()
    for work in sorted(DUE_WORK.values(), key=lambda work: work.order):
        numbers = list(work.find(now, now, MOST))
        for start in range(0, len(numbers), CHUNK):
            arguments = (work.name, numbers[start : start + CHUNK], start + CHUNK >= len(numbers))
            perform.apply_async(arguments, expires=EXPIRES)
    sweeping.beat(now)


@shared_task(name="workflows.tasks.perform")
def perform(name: str, numbers: Sequence[int], is_last: bool = False) -> int:
    """Do these pieces of one kind of work; returns how many there were still to do."""
    work = DUE_WORK.get(name)
    if work is None:
        logger.warning("there is no work called %s", name)
        return 0
    done = 0
    for number in numbers:
        now = timezone.now()
        done += sweeping.perform(work, number, now, now)
    if done and is_last:
        sweep.apply_async(expires=EXPIRES)
    return done


@shared_task(name="workflows.tasks.anchor")
def anchor() -> None:
    """Seal the heads of the chains that grew since the last anchor."""
    anchoring.anchor(timezone.now())
