"""The tasks hand out what is due, do it, and go on until nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from ordinus.celery import app
from workflows import tasks
from workflows.models import Anchor, Delivery, Heartbeat
from workflows.registry import DUE_WORK, DueWork
from workflows.tests.telling import a_run, a_sink, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Tasks run where they are said, as if a worker stood by."""
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


@pytest.fixture
def said(monkeypatch) -> list[tuple]:
    """What is handed out, instead of doing it."""
    arguments: list[tuple] = []
    monkeypatch.setattr(tasks.perform, "apply_async", lambda args, **options: arguments.append(args))
    return arguments


def only_work(monkeypatch, *works: DueWork) -> None:
    monkeypatch.setattr(tasks, "DUE_WORK", {work.name: work for work in works})


def test_both_tasks_have_the_names_that_beat_says():
    assert {"workflows.tasks.sweep", "workflows.tasks.anchor"} <= app.tasks.keys()


def test_everything_due_is_done_though_one_thing_waits_for_another(tmp_path):
    """Facts of one lead go out one after the other; each is due only when the one before is delivered."""
    a_sink(kind="file", config={"path": str(tmp_path / "facts.ndjson")})
    run = a_run()
    for visit in range(4):
        tell(run, data={"visit": visit}, at=timezone.now())
    tasks.sweep.delay()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_the_heartbeat_is_the_sweeps():
    tasks.sweep.delay()
    assert timezone.now() - Heartbeat.objects.get(name="sweep").at < timedelta(minutes=1)


def test_numbers_are_handed_out_in_chunks_of_which_the_last_is_known(monkeypatch, said):
    only_work(monkeypatch, DueWork("letters", lambda at, clock, limit: range(120), lambda *args: True))
    tasks.sweep.delay()
    assert [(name, len(numbers), is_last) for name, numbers, is_last in said] == [
        ("letters", 50, False), ("letters", 50, False), ("letters", 20, True),
    ]  # fmt: skip


def test_kinds_of_work_are_handed_out_in_their_order(monkeypatch, said):
    works = [
        DueWork(name, lambda *args: [1], lambda *args: True, order) for name, order in (("b", 2), ("a", 1))
    ]
    only_work(monkeypatch, *works)
    tasks.sweep.delay()
    assert [name for name, *_ in said] == ["a", "b"]


def test_nothing_due_hands_out_nothing(monkeypatch, said):
    only_work(monkeypatch, DueWork("letters", lambda *args: [], lambda *args: True))
    tasks.sweep.delay()
    assert said == []


@pytest.mark.parametrize("is_last, does, sweeps", [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_only_the_last_chunk_says_sweep_again_and_only_when_it_did_something(
    monkeypatch, is_last, does, sweeps
):
    only_work(monkeypatch, DueWork("letters", lambda *args: [], lambda *args: does))
    again = []
    monkeypatch.setattr(tasks.sweep, "apply_async", lambda **options: again.append(options))
    assert tasks.perform("letters", [1, 2], is_last) == (2 if does else 0)
    assert len(again) == sweeps


def test_one_fault_stops_nobody_else(monkeypatch):
    def do(number, at, clock):
        if number == 1:
            raise ZeroDivisionError
        return True

    only_work(monkeypatch, DueWork("letters", lambda *args: [], do))
    assert tasks.perform("letters", [1, 2, 3]) == 2


def test_work_of_another_edition_is_passed_over():
    assert "letters" not in DUE_WORK
    assert tasks.perform("letters", [1]) == 0


def test_anchoring_seals_the_trace():
    tell(a_run())
    tasks.anchor.delay()
    assert Anchor.objects.get().heads == 1
