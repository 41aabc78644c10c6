"""What Celery Beat says, and how often: rows that operators may change, made when they are missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Recurring(NamedTuple):
    """A task and its interval. Not begun within `expires` seconds it is dropped, as the next one comes."""

    name: str
    task: str
    seconds: int
    expires: int
    description: str


RECURRING = (
    Recurring(
        "Sweep",
        "workflows.tasks.sweep",
        seconds=10,
        expires=10,
        description="Fires due timers, sends due messages and deliveries.",
    ),
    Recurring(
        "Anchor the audit trail",
        "workflows.tasks.anchor",
        seconds=60,
        expires=60,
        description="Seals the heads of the audit chains that changed since the last anchor.",
    ),
    Recurring(
        "Tidy up",
        "bookings.tasks.tidy",
        seconds=3600,
        expires=3600,
        description="Lets go of old answers to idempotency keys, past rate counts, and what forms no longer keep.",
    ),
)


def plan_recurring_work(using: str = DEFAULT_DB_ALIAS, apps: Apps = installed, **_: Any) -> None:
    """After migrating, every recurring task has its row; one that is there stays as operators left it."""
    try:
        periodic = apps.get_model("django_celery_beat", "PeriodicTask").objects.using(using)
        intervals = apps.get_model("django_celery_beat", "IntervalSchedule").objects.using(using)
    except LookupError:
        return
    for work in RECURRING:
        if periodic.filter(task=work.task).exists():
            continue
        every = intervals.filter(every=work.seconds, period="seconds").first() or intervals.create(
            every=work.seconds, period="seconds"
        )
        periodic.create(
            name=work.name,
            task=work.task,
            interval=every,
            expire_seconds=work.expires,
            description=work.description,
            # due at once: a fresh installation is ready when its first sweep has run
            last_run_at=LONG_AGO,
        )
