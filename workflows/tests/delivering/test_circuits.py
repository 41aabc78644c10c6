"""A sink that fails again and again is held back, tried by one delivery at a time, and heard of by people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workflows import circuits, delivering
from workflows.core.circuit import THRESHOLD
from workflows.models import AuditEvent, Delivery, Sink
from workflows.models.outbox import LEASE
from workflows.tests.telling import NOW, a_run, later, tell
from workflows.verifying import verify

pytestmark = pytest.mark.django_db
LEADS = 9


@pytest.fixture
def waiting(hook):
    """Nine leads' facts for a sink that fails, and one more for another sink that works."""
    hook.sink(events=["stage.entered"])
    for lead in range(LEADS):
        tell(a_run(lead=lead))
    return hook


def attempt_all(at=NOW):
    for number in delivering.due(at, at, 100):
        delivering.deliver(number, at, at)


def opened(hook) -> Sink:
    hook.answer(*[500] * THRESHOLD)
    attempt_all()
    return Sink.objects.get()


def test_after_failures_in_a_row_nothing_more_is_sent_and_no_attempt_is_used_up(waiting):
    sink = opened(waiting)
    assert len(waiting.requests) == THRESHOLD
    assert (sink.circuit, sink.failures, sink.circuit_since) == ("open", THRESHOLD, NOW)
    assert Delivery.objects.filter(attempt=0, state="waiting").count() == LEADS - THRESHOLD
    assert delivering.due(NOW, NOW, 100) == []


def test_one_delivery_at_a_time_tries_whether_it_works_again(waiting):
    at = opened(waiting).circuit_until
    probe, *others = delivering.due(at, at, 100)
    assert others == []
    claim = delivering._claim(probe, at, at)
    assert claim is not None
    assert delivering.due(at, at, 100) == []
    later_one = Delivery.objects.filter(attempt=0).exclude(pk=probe).first()
    assert not delivering.deliver(later_one.pk, at, at)


def test_a_probe_whose_worker_died_leaves_the_way_to_another(waiting):
    at = opened(waiting).circuit_until
    delivering._claim(delivering.due(at, at, 1)[0], at, at)
    assert delivering.due(at + LEASE, at, 100)


def test_a_probe_that_fails_doubles_the_wait(waiting):
    sink = opened(waiting)
    at = sink.circuit_until
    waiting.answer(503)
    attempt_all(at)
    sink.refresh_from_db()
    assert timedelta(seconds=30) <= sink.circuit_until - at <= timedelta(seconds=60)
    assert len(waiting.requests) == THRESHOLD + 1


@pytest.mark.parametrize("status", [200, 404])
def test_an_answer_to_the_probe_lets_everything_pass(waiting, status):
    at = opened(waiting).circuit_until
    waiting.answer(status)
    attempt_all(at)
    assert Sink.objects.values_list("circuit", "failures", "circuit_since", "circuit_until").get() == (
        "closed", 0, None, None,
    )  # fmt: skip
    attempt_all(later(hours=1))
    assert Delivery.objects.filter(state__in=["sent", "dead"]).count() == LEADS


def test_failures_with_answers_between_them_do_not_hold_it_back(waiting):
    waiting.answer(*[500, 500, 500, 500, 404] * 2)
    attempt_all()
    assert len(waiting.requests) == LEADS
    assert Sink.objects.get().circuit == "closed"


def test_the_pause_it_asks_for_holds_for_every_lead(waiting):
    waiting.answer(429, **{"Retry-After": "120"})
    attempt_all()
    assert len(waiting.requests) == 1
    assert Sink.objects.get().circuit_until == later(minutes=2)
    attempt_all(later(minutes=2))
    assert Delivery.objects.filter(state="sent").count() == LEADS


def test_another_sink_is_not_held_back(waiting):
    opened(waiting)
    waiting.sink("other")
    tell(a_run(lead=99))
    other = Delivery.objects.get(sink__slug="other")
    assert delivering.due(NOW, NOW, 100) == [other.pk]
    assert delivering.deliver(other.pk, NOW, NOW)


def test_simulated_facts_pass_and_do_not_close_it(waiting):
    opened(waiting)
    tell(a_run(lead=50, is_synthetic=True))
    (number,) = delivering.due(NOW, NOW, 100)
    assert delivering.deliver(number, NOW, NOW)
    assert Sink.objects.get().circuit == "open"


def test_people_can_have_it_tried_at_once(waiting):
    assert circuits.close(opened(waiting).pk, NOW, "staff:7")
    assert len(delivering.due(NOW, NOW, 100)) == LEADS - THRESHOLD


def test_retrying_what_was_given_up_tries_the_sink_at_once(waiting):
    opened(waiting)
    first = Delivery.objects.order_by("pk")[0]
    Delivery.objects.filter(pk=first.pk).update(state="dead")
    assert delivering.retry_all(Delivery.objects.all(), NOW) == 1
    assert delivering.deliver(first.pk, NOW, NOW)
    assert Sink.objects.get().circuit == "closed"


def told_of_the_circuit() -> list[tuple[str, str, dict[str, object]]]:
    events = AuditEvent.objects.filter(run=0, verb__startswith="sink.").order_by("sequence")
    return [(event.verb, event.actor, event.data) for event in events]


def test_that_it_is_held_back_and_works_again_is_on_the_trail_once_each(waiting):
    at = opened(waiting).circuit_until
    held = {"sink": "warehouse", "what": "deliveries", "failures": THRESHOLD, "code": "status_500"}
    assert told_of_the_circuit() == [("sink.held_back", "system", held)]
    waiting.answer(503)
    attempt_all(at)
    assert len(told_of_the_circuit()) == 1
    attempt_all(Sink.objects.get().circuit_until)
    released = ("sink.released", "system", {"sink": "warehouse", "what": "deliveries"})
    assert told_of_the_circuit()[1:] == [released]
    assert verify() == []


def test_who_had_it_tried_at_once_is_on_the_trail(waiting):
    circuits.close(opened(waiting).pk, NOW, "staff:7")
    assert [actor for _, actor, _ in told_of_the_circuit()] == ["system", "staff:7"]


def test_a_pause_that_it_asked_for_is_no_news(waiting):
    waiting.answer(429, **{"Retry-After": "120"})
    attempt_all()
    attempt_all(later(minutes=2))
    assert told_of_the_circuit() == []
