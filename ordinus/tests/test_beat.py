"""The rows that Celery Beat works from."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from ordinus.beat import plan_recurring_work

pytestmark = pytest.mark.django_db


def test_migrating_plans_a_sweep_every_ten_seconds() -> None:
    sweep = PeriodicTask.objects.get(task="workflows.tasks.sweep")
    assert (sweep.interval.every, sweep.interval.period) == (10, IntervalSchedule.SECONDS)
    assert sweep.enabled


def test_a_sweep_that_waits_for_a_worker_expires_before_the_next_one() -> None:
    assert PeriodicTask.objects.get(task="workflows.tasks.sweep").expire_seconds == 10


def test_migrating_plans_an_anchor_every_minute() -> None:
    anchor = PeriodicTask.objects.get(task="workflows.tasks.anchor")
    assert (anchor.interval.every, anchor.interval.period) == (60, IntervalSchedule.SECONDS)


def test_the_first_sweep_is_due_at_once() -> None:
    sweep = PeriodicTask.objects.get(task="workflows.tasks.sweep")
    assert sweep.schedule.is_due(sweep.last_run_at).is_due


def test_what_operators_changed_stays_after_the_next_migrate() -> None:
    slower = IntervalSchedule.objects.create(every=30, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.filter(task="workflows.tasks.sweep").update(
        interval=slower, enabled=False, name="Mine"
    )
    call_command("migrate", verbosity=0)
    sweep = PeriodicTask.objects.get(task="workflows.tasks.sweep")
    assert (sweep.name, sweep.interval, sweep.enabled) == ("Mine", slower, False)


def test_a_row_that_is_missing_comes_back() -> None:
    PeriodicTask.objects.all().delete()
    plan_recurring_work()
    assert set(PeriodicTask.objects.values_list("task", flat=True)) == {
        "workflows.tasks.sweep",
        "workflows.tasks.anchor",
        "bookings.tasks.tidy",
    }
