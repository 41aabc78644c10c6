"""A step's events are written together at its end, in an unbroken chain whatever savepoints took back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from workflows.models import AuditEvent, ChainHead
from workflows.tests.telling import a_run, tell
from workflows.transactions import atomically, in_mind, keep_in_mind
from workflows.verifying import verify

pytestmark = pytest.mark.django_db


class Oops(Exception):
    """What a savepoint is rolled back for here."""


def told(run: Any) -> list[int]:
    events = AuditEvent.objects.filter(run=run.pk).order_by("sequence")
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    head = ChainHead.objects.get(run=run.pk)
    assert (head.sequence, head.hash) == (len(events), events[len(events) - 1].hash)
    return [event.data["visit"] for event in events]


def say(run: Any, *visits: int) -> None:
    for visit in visits:
        tell(run, data={"kind": "offer", "visit": visit})


def taken_back(run: Any, *visits: int) -> None:
    with suppress(Oops), transaction.atomic():
        say(run, *visits)
        raise Oops


def test_ten_events_of_a_step_take_one_statement_and_the_head_another() -> None:
    run = a_run()
    say(run, 1)

    @atomically
    def step() -> None:
        say(run, *range(2, 12))

    with CaptureQueriesContext(connection) as asked:
        step()
    changes = [each["sql"].split('"')[:2] for each in asked if each["sql"].startswith(("INSERT", "UPDATE"))]
    assert changes == [["INSERT INTO ", "workflows_auditevent"], ["UPDATE ", "workflows_chainhead"]]
    assert told(run) == list(range(1, 12))


@pytest.mark.parametrize("before", [(), (1,)], ids=["first of its run", "after others"])
@pytest.mark.parametrize(
    "first, gone, then", [((), (9,), (2,)), ((2,), (9, 10), (3,)), ((2, 3), (9,), ())], ids=str
)
def test_what_a_savepoint_took_back_leaves_no_gap(before: Any, first: Any, gone: Any, then: Any) -> None:
    run = a_run()
    say(run, *before)

    @atomically
    def step() -> None:
        say(run, *first)
        taken_back(run, *gone)
        say(run, *then)

    step()
    assert told(run) == [*before, *first, *then]
    assert verify() == []


def test_a_savepoint_within_one_that_is_taken_back_goes_with_it() -> None:
    run = a_run()

    @atomically
    def step() -> None:
        say(run, 1)
        with suppress(Oops), transaction.atomic():
            with transaction.atomic():
                say(run, 8)
            taken_back(run, 9)
            raise Oops
        say(run, 2)

    step()
    assert told(run) == [1, 2]
    assert verify() == []


def test_chains_of_several_runs_grow_in_one_step() -> None:
    runs = [a_run(), a_run(), a_run()]

    @atomically
    def step() -> None:
        for visit in (1, 2):
            for run in runs:
                say(run, visit)

    step()
    assert [told(run) for run in runs] == [[1, 2]] * 3
    assert verify() == []


def test_a_step_keeps_nothing_in_mind_for_the_next() -> None:
    @atomically
    def step() -> Any:
        before = in_mind("it")
        keep_in_mind("it", 1)
        return before, in_mind("it")

    assert step() == step() == (None, 1)
    keep_in_mind("it", 2)
    assert in_mind("it") is None
