"""A new sink hears of the past: each fact once, in order, at its pace, as things were then; whatever stops it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from workflows import backfilling, delivering, registry
from workflows.models import AuditEvent, Backfill, Delivery, Sink
from workflows.signals import announce
from workflows.sweeping import sweep
from workflows.tests.telling import NOW, a_run, later, tell

pytestmark = pytest.mark.django_db
ALL = ("stage.entered", "qualification.evaluated", "event.pushed", "stage.left")


@pytest.fixture
def past(hook):
    """Three leads with three facts each, a day apart, and afterwards a sink that nobody has told anything."""
    for lead in (1, 2, 3):
        run = a_run(lead=lead)
        for day in range(3):
            tell(
                run, data={"kind": "offer", "visit": day + 1, "returned": True}, at=NOW + timedelta(days=day)
            )
    return hook.sink(events=["stage.entered"])


def start(sink: Sink, **more) -> Backfill:
    return backfilling.start(sink, **{"now": later(days=9), "actor": "staff:1", "per_minute": 6000} | more)


def sweep_on(day: int) -> None:
    """Twice: what the first one collects is due a little later, at the pace that was set."""
    for hours in (1, 2):
        sweep(later(days=day, hours=hours), later(days=day, hours=hours))


def told(hook) -> list[tuple[int, int]]:
    return [(each["data"]["lead"], each["data"]["sequence"]) for each in hook.told]


def test_everything_is_told_once_and_in_order_for_each_lead(past, hook):
    start(past)
    for minute in range(3):
        sweep(later(days=9, minutes=minute), later(days=9, minutes=minute))
    assert sorted(told(hook)) == [(lead, sequence) for lead in (1, 2, 3) for sequence in (1, 2, 3)]
    for lead in (1, 2, 3):
        assert [sequence for of, sequence in told(hook) if of == lead] == [1, 2, 3]
    backfill = Backfill.objects.get()
    assert (backfill.state, backfill.total, backfill.seen, backfill.written) == ("collected", 9, 9, 9)
    assert backfilling.progress(backfill) == {"waiting": 0, "sent": 9, "dead": 0, "before": 0}


def test_the_same_backfill_again_tells_nothing(past, hook):
    for day in (9, 10):
        start(past, now=later(days=day))
        sweep_on(day)
    assert len(told(hook)) == 9
    assert Backfill.objects.first().written == 0


def test_a_period_and_certain_facts_can_be_chosen(past, hook):
    tell(a_run(lead=8), "stage.left", stage="", data={"next": "offer"}, at=later(days=1))
    start(past, since=later(days=1), until=later(days=2), events=["stage.left", "stage.entered"])
    sweep_on(9)
    assert sorted(told(hook)) == [(1, 2), (2, 2), (3, 2), (8, 1)]


def test_a_worker_that_dies_half_way_is_taken_over(past, hook, monkeypatch):
    backfill = start(past)
    monkeypatch.setattr(backfilling, "STEP", 2)
    steps = iter([True, True])
    collect_some = backfilling._collect_some

    def dies(number, at):
        next(steps)
        return collect_some(number, at)

    with monkeypatch.context() as broken:
        broken.setattr(backfilling, "_collect_some", dies)
        with pytest.raises(StopIteration):
            backfilling.collect(backfill.pk, later(days=9), NOW)
    assert Delivery.objects.count() == 4
    sweep_on(9)
    assert len(told(hook)) == len(set(told(hook))) == 9


def test_it_goes_out_at_the_pace_that_was_set(past, hook):
    start(past, per_minute=3)
    for minute, expected in ((0, 1), (1, 4), (2, 7), (3, 9)):
        at = later(days=9, minutes=minute)
        sweep(at, at)
        assert len(told(hook)) == expected


def test_what_happens_meanwhile_waits_until_all_is_collected_and_then_comes_after(past, hook):
    backfill = start(past)
    tell(a_run(lead=1), "stage.entered", at=later(days=9))
    assert delivering.due(later(days=9), NOW, 10) == []
    backfilling.collect(backfill.pk, later(days=9), NOW)
    for minute in range(3):
        sweep(later(days=9, minutes=minute), later(days=9, minutes=minute))
    assert [pair for pair in told(hook) if pair[0] == 1][:3] == [(1, 1), (1, 2), (1, 3)]
    assert len(told(hook)) == 10


def test_what_the_sink_was_told_as_it_happened_is_not_told_again(past, hook):
    tell(a_run(lead=1), at=later(days=5))
    sweep(later(days=6), later(days=6))
    start(past)
    sweep_on(9)
    assert len(told(hook)) == 10
    assert backfilling.progress(Backfill.objects.get())["before"] == 1


def test_stopped_it_takes_back_what_waits_and_a_later_one_tells_it(past, hook):
    backfill = start(past, per_minute=3)
    sweep(later(days=9), later(days=9))
    assert backfilling.stop(backfill, now=later(days=9), actor="staff:1") == 8
    sweep(later(days=10), later(days=10))
    assert len(told(hook)) == 1
    start(past, now=later(days=10))
    sweep_on(10)
    assert len(told(hook)) == len(set(told(hook))) == 9


def test_people_who_were_erased_are_left_out(past, hook, monkeypatch):
    monkeypatch.setitem(registry.VERBS, "lead.erased", "for this test")
    run = AuditEvent.objects.filter(lead=2).first().run
    with transaction.atomic():
        announce("lead.erased", run=run, lead=2, at=later(days=4), actor="system", data={})
    start(past, events=["*"])
    sweep_on(9)
    assert {lead for lead, _ in told(hook)} == {1, 3}


def test_an_event_that_an_action_pushed_goes_by_its_own_name(hook):
    tell(a_run(), "event.pushed", data={"event": "trial.started"})
    sink = hook.sink(events=["trial.started"])
    start(sink)
    sweep(later(days=9), later(days=9))
    assert [each["type"] for each in hook.told] == ["trial.started"]


def test_facts_are_those_of_the_time(hook, monkeypatch):
    """The segment comes from the event, the answers from its evidence, not from what is there today."""
    monkeypatch.setitem(registry.VERBS, "qualification.evaluated", "for this test")
    monkeypatch.setattr(
        registry, "FACT_SOURCES", [lambda run: {"answers.size": 900, "lead.email": "new@acme.example"}]
    )
    run = a_run(carried={"segment": "enterprise"})
    for segment, size in (("small", 5), ("enterprise", 900)):
        tell(
            run, "qualification.evaluated", data={"segment": segment, "qualified": True, "tried": []},
            evidence={"facts": {"answers.size": size}},
        )  # fmt: skip
    sink = hook.sink(
        events=["qualification.evaluated"],
        mapping={"s": "segment", "size": "answers.size", "mail": "lead.email"},
    )
    start(sink)
    sweep_on(9)
    assert [each["data"]["fields"] for each in hook.told] == [
        {"s": "small", "size": 5, "mail": "new@acme.example"},
        {"s": "enterprise", "size": 900, "mail": "new@acme.example"},
    ]


@pytest.mark.parametrize(
    "change, more, said",
    [
        ({"is_enabled": False}, {}, "switched off"),
        ({"events": []}, {}, "takes no facts"),
        ({}, {"since": NOW, "until": NOW}, "ends before it begins"),
        ({}, {"per_minute": 0}, "At least one"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_cure(past, change, more, said):
    Sink.objects.update(**change)
    with pytest.raises(backfilling.Refused, match=said):
        start(past, **more)
    assert not Backfill.objects.exists()


def test_a_second_one_waits_for_the_first(past):
    start(past)
    with pytest.raises(backfilling.Refused, match="collecting already"):
        start(past)


def test_a_delivery_made_live_bears_the_number_of_its_fact(past):
    tell(a_run(lead=5))
    event = AuditEvent.objects.latest("pk")
    assert Delivery.objects.get().event == event.pk
