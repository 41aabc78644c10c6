"""A step's facts are told to all sinks at its end: whole, with what came of savepoints, and in few queries."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from workflows import backfilling
from workflows.models import AuditEvent, Delivery
from workflows.tests.telling import NOW, a_run, a_sink, tell
from workflows.transactions import atomically

pytestmark = pytest.mark.django_db


class Oops(Exception):
    """What a step fails with here."""


def queries_of_a_step(facts: int) -> int:
    run = a_run()

    @atomically
    def step() -> None:
        for visit in range(facts):
            tell(run, data={"kind": "offer", "visit": visit})

    with CaptureQueriesContext(connection) as queries:
        step()
    return len(queries)


def test_a_step_costs_one_query_more_whether_one_sink_or_many_take_its_facts() -> None:
    queries_of_a_step(8)  # whatever is made at first is made
    without = queries_of_a_step(8)
    a_sink("first")
    with_one = queries_of_a_step(8)
    for number in range(6):
        a_sink(f"further-{number}")
    with_seven = queries_of_a_step(8)
    assert (with_one - without, with_seven - without) == (1, 1)
    assert Delivery.objects.count() == 8 + 7 * 8


def test_the_sinks_are_read_once_in_a_step() -> None:
    each = queries_of_a_step(2) - queries_of_a_step(1)
    assert queries_of_a_step(8) - queries_of_a_step(2) == 6 * each
    run = a_run()

    @atomically
    def step() -> None:
        tell(run)
        tell(run)

    with CaptureQueriesContext(connection) as queries:
        step()
    assert sum("workflows_sink" in query["sql"] for query in queries) == 1


def test_a_row_is_what_a_backfill_would_have_written(monkeypatch: Any) -> None:
    sink = a_sink(events=["booking.made"])
    tell(a_run(is_synthetic=True), "booking.made", booking=5, stage="offer")
    written = Delivery.objects.get()
    backfill = backfilling.Backfill(sink=sink)
    monkeypatch.setattr(backfilling.Backfill, "due_of", lambda self, place, at: at)
    expected = backfilling._deliveries(backfill, list(AuditEvent.objects.all()), NOW)[0]
    as_values = [model_to_dict(row, exclude=["id", "backfill"]) for row in (written, expected)]
    assert as_values[0] == as_values[1]
    assert written.is_recorded_only and written.key == f"warehouse:{written.run}:1"


def test_a_fact_of_no_run_is_told_too() -> None:
    a_sink(events=["config.changed"])
    tell(None, "config.changed", data={"object": "pool:sales", "field": "name"})
    told = Delivery.objects.get()
    assert (told.run, told.lead, told.is_recorded_only) == (0, None, False)


def take_back(run: Any, visit: int) -> None:
    with suppress(Oops), transaction.atomic():
        tell(run, data={"kind": "offer", "visit": visit})
        raise Oops


def test_a_fact_that_its_savepoint_took_back_is_told_to_nobody() -> None:
    a_sink()
    run = a_run()

    @atomically
    def step() -> None:
        tell(run, data={"kind": "offer", "visit": 1})
        take_back(run, visit=2)
        tell(run, data={"kind": "offer", "visit": 3})

    step()
    stands = list(AuditEvent.objects.order_by("sequence").values_list("pk", "sequence"))
    assert list(Delivery.objects.order_by("sequence").values_list("event", "sequence")) == stands
    assert [event.data["visit"] for event in AuditEvent.objects.order_by("sequence")] == [1, 3]


def test_the_last_fact_taken_back_leaves_no_delivery_either() -> None:
    a_sink()
    run = a_run()

    @atomically
    def step() -> None:
        take_back(run, visit=1)

    step()
    assert not Delivery.objects.exists()


def test_a_step_that_fails_tells_nothing_and_leaves_nothing_to_the_next() -> None:
    a_sink()
    run = a_run()

    @atomically
    def fails() -> None:
        tell(run)
        raise Oops

    with pytest.raises(Oops):
        fails()
    assert queries_of_a_step(1)
    assert Delivery.objects.count() == AuditEvent.objects.count() == 1


def test_a_step_within_a_step_leaves_the_telling_to_the_outer_one() -> None:
    a_sink()
    run = a_run()
    seen: list[int] = []

    @atomically
    def outer() -> None:
        atomically(lambda: tell(run))()
        seen.append(Delivery.objects.count())

    outer()
    assert (seen, Delivery.objects.count()) == ([0], 1)


def test_a_pushed_event_goes_once_to_a_sink_that_takes_both_its_name_and_all_pushed_ones() -> None:
    for slug, events in {
        "named": ["qualified"],
        "all": ["event.pushed"],
        "both": ["event.pushed", "qualified"],
    }.items():
        a_sink(slug, events=events)
    tell(a_run(), "event.pushed", data={"event": "qualified"})
    told = dict(Delivery.objects.values_list("sink__slug", "verb"))
    assert told == dict.fromkeys(("named", "all", "both"), "qualified")
