"""A fact that a sink takes is delivered once, and that is a fact too."""

from __future__ import annotations

import pytest

from workflows import delivering
from workflows.models import AuditEvent, Delivery, DeliveryAttempt
from workflows.tests.telling import NOW, a_run, a_sink, only_delivery, tell

pytestmark = pytest.mark.django_db


def test_a_fact_reaches_the_sink(hook):
    hook.sink()
    tell(a_run())
    assert delivering.deliver(only_delivery().pk, NOW, NOW)
    assert [told["type"] for told in hook.told] == ["stage.entered"]
    delivery = only_delivery()
    assert (delivery.state, delivery.settled_at, delivery.lease_until) == ("sent", NOW, None)


def test_it_is_in_the_audit_trail_of_the_run(hook):
    hook.sink()
    run = a_run()
    tell(run)
    delivering.deliver(only_delivery().pk, NOW, NOW)
    event = AuditEvent.objects.get(verb="delivery.delivered")
    assert (event.run, event.lead, event.actor, event.at) == (run.pk, run.lead, "system", NOW)
    assert event.data == {
        "delivery": only_delivery().pk, "sink": "warehouse", "verb": "stage.entered", "sequence": 1, "attempt": 1,
    }  # fmt: skip


def test_the_attempt_and_its_answer_are_kept(hook):
    hook.answer(202, text="queued")
    hook.sink()
    tell(a_run())
    delivering.deliver(only_delivery().pk, NOW, NOW)
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.number, attempt.at, attempt.status, attempt.answer) == (1, NOW, "202", "queued")


def test_a_second_call_does_nothing(hook):
    hook.sink()
    tell(a_run())
    number = only_delivery().pk
    assert [delivering.deliver(number, NOW, NOW) for _ in range(2)] == [True, False]
    assert len(hook.told) == 1 and delivering.due(NOW, NOW, 10) == []


def test_it_is_done_by_the_sweep(hook):
    assert delivering.WORK.name == "deliveries" and delivering.WORK.order == 40
    hook.sink()
    tell(a_run())
    assert [delivering.WORK.perform(number, NOW, NOW) for number in delivering.WORK.find(NOW, NOW, 10)] == [
        True
    ]


def test_a_verb_that_the_sink_does_not_take_makes_no_delivery(hook):
    hook.sink(events=["stage.left"])
    tell(a_run())
    assert not Delivery.objects.exists()


def test_a_fact_without_a_run_is_delivered_and_recorded_without_one(hook):
    hook.sink(events=["config.changed"])
    tell(None, "config.changed", data={"object": "pool"})
    assert delivering.deliver(only_delivery().pk, NOW, NOW)
    assert hook.told[0]["data"]["run"] == 0
    assert AuditEvent.objects.get(verb="delivery.delivered").run == 0


def test_facts_of_a_simulated_lead_are_recorded_and_do_not_leave(hook):
    hook.sink(mapping={"segment": "segment"})
    tell(a_run(is_synthetic=True, carried={"segment": "enterprise"}))
    assert delivering.deliver(only_delivery().pk, NOW, NOW)
    assert hook.told == [] and not DeliveryAttempt.objects.exists()
    assert only_delivery().state == "sent"
    assert only_delivery().body["data"]["fields"] == {"segment": "enterprise"}
    assert AuditEvent.objects.filter(verb="delivery.delivered").exists()


def test_what_a_sink_that_is_switched_off_was_to_be_told_waits(hook):
    sink = hook.sink()
    tell(a_run())
    type(sink).objects.update(is_enabled=False)
    assert delivering.due(NOW, NOW, 10) == []
    assert not delivering.deliver(only_delivery().pk, NOW, NOW)
    type(sink).objects.update(is_enabled=True)
    assert delivering.due(NOW, NOW, 10) == [only_delivery().pk]


def test_a_retired_sink_is_told_nothing_new(hook):
    hook.sink(retired_at=NOW)
    tell(a_run())
    assert not Delivery.objects.exists()


def test_two_sinks_each_get_the_fact_under_a_key_of_their_own(hook):
    hook.sink("one"), hook.sink("two")
    run = a_run()
    tell(run)
    for number in delivering.due(NOW, NOW, 10):
        delivering.deliver(number, NOW, NOW)
    keys = sorted(request.headers["webhook-id"] for request in hook.requests)
    assert keys == [f"one:{run.pk}:1", f"two:{run.pk}:1"]


def test_a_delivery_that_is_gone_is_nothing_to_do(hook):
    assert not delivering.deliver(404, NOW, NOW)


def test_a_sink_may_follow_deliveries_but_not_those_of_its_own_news(hook):
    a_sink("watch", events=["delivery.delivered"], config={"url": hook.url})
    hook.sink()
    tell(a_run())
    while numbers := delivering.due(NOW, NOW, 10):
        assert len(hook.told) < 5
        for number in numbers:
            delivering.deliver(number, NOW, NOW)
    assert [told["type"] for told in hook.told] == ["stage.entered", "delivery.delivered"]
