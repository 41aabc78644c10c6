"""What a sink does not take is tried again with the same bytes, and given up visibly in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workflows import delivering
from workflows.core import backoff
from workflows.models import AuditEvent, DeliveryAttempt
from workflows.tests.telling import NOW, a_run, later, only_delivery, tell

pytestmark = pytest.mark.django_db


def try_until_settled() -> list[timedelta]:
    """Deliver at each due time until it is sent or given up; returns the waits in between."""
    waits = []
    at = only_delivery().due_at
    while True:
        delivering.deliver(only_delivery().pk, at, at)
        delivery = only_delivery()
        if delivery.state != "waiting":
            return waits
        waits.append(delivery.due_at - at)
        at = max(delivery.due_at, delivery.sink.circuit_until or at)


def test_a_retry_sends_the_same_bytes_and_id_though_the_facts_have_changed(hook):
    hook.answer(500, 503)
    hook.sink(mapping={"segment": "segment"})
    run = a_run(carried={"segment": "enterprise"})
    tell(run)
    delivering.deliver(only_delivery().pk, NOW, NOW)
    run.carried = {"segment": "student"}
    run.save()
    try_until_settled()
    assert only_delivery().state == "sent" and len(hook.requests) == 3
    assert len({request.get_data() for request in hook.requests}) == 1
    assert len({request.headers["webhook-id"] for request in hook.requests}) == 1


def test_a_failed_attempt_waits_and_says_why(hook):
    hook.answer(500, text="out of order")
    hook.sink()
    tell(a_run())
    assert not delivering.deliver(only_delivery().pk, NOW, NOW)
    delivery = only_delivery()
    assert delivery.state == "waiting" and delivery.attempt == 1 and delivery.lease_until is None
    assert NOW + timedelta(seconds=15) <= delivery.due_at <= NOW + timedelta(seconds=30)
    assert delivery.reason == "The webhook answered 500."
    assert delivering.due(NOW, NOW, 10) == []
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.status, attempt.answer) == ("500", "out of order")


def test_waits_grow_and_then_it_is_given_up(hook):
    hook.answer(*[503] * backoff.MAX_ATTEMPTS)
    hook.sink()
    run = a_run()
    tell(run)
    waits = try_until_settled()
    assert len(waits) == backoff.MAX_ATTEMPTS - 1
    assert waits[-1] > 50 * waits[0] and max(waits) <= backoff.CAP
    delivery = only_delivery()
    assert (delivery.state, delivery.settled_at is None) == ("dead", False)
    assert delivery.reason == "The webhook answered 503."
    event = AuditEvent.objects.get(verb="delivery.failed")
    assert event.run == run.pk
    assert event.data["code"] == "status_503" and event.data["attempt"] == backoff.MAX_ATTEMPTS


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_refusal_for_good_is_given_up_at_once(hook, status):
    hook.answer(status)
    hook.sink()
    tell(a_run())
    assert try_until_settled() == []
    assert only_delivery().state == "dead"
    assert AuditEvent.objects.get(verb="delivery.failed").data["code"] == f"status_{status}"


def test_the_pause_that_the_sink_asks_for_is_kept(hook):
    hook.answer(429, **{"Retry-After": "900"})
    hook.sink()
    tell(a_run())
    delivering.deliver(only_delivery().pk, NOW, NOW)
    assert only_delivery().due_at == later(minutes=15)


def test_what_was_given_up_can_be_tried_again_with_a_new_round_of_tries(hook):
    hook.answer(*[503] * (backoff.MAX_ATTEMPTS + 2))
    hook.sink()
    tell(a_run())
    try_until_settled()
    number = only_delivery().pk
    assert delivering.retry(number, later(days=3))
    assert only_delivery().due_at == later(days=3) and only_delivery().settled_at is None
    assert len(try_until_settled()) == 2
    assert only_delivery().state == "sent"
    assert only_delivery().attempt == backoff.MAX_ATTEMPTS + 3
    assert len({request.get_data() for request in hook.requests}) == 1


def test_only_what_was_given_up_can_be_tried_again(hook):
    hook.sink()
    tell(a_run())
    assert not delivering.retry(only_delivery().pk, NOW)
    delivering.deliver(only_delivery().pk, NOW, NOW)
    assert not delivering.retry(only_delivery().pk, NOW)
    assert only_delivery().state == "sent"


def test_a_fault_of_an_adapter_is_tried_again(hook, monkeypatch):
    from workflows.sinks.webhook import WebhookSink

    def fault(self, body, **news):
        raise ZeroDivisionError("with mia@acme.example in it")

    hook.sink()
    tell(a_run())
    with monkeypatch.context() as broken:
        broken.setattr(WebhookSink, "push", fault)
        assert not delivering.deliver(only_delivery().pk, NOW, NOW)
    assert only_delivery().reason == "The adapter failed: ZeroDivisionError."
    try_until_settled()
    assert only_delivery().state == "sent"


def test_the_first_attempt_is_known_as_the_first(hook, monkeypatch):
    from workflows.sinks.webhook import WebhookSink

    seen = []
    push = WebhookSink.push
    monkeypatch.setattr(
        WebhookSink,
        "push",
        lambda self, parcel: seen.append(parcel.is_repeat) or push(self, parcel),
    )
    hook.answer(500)
    hook.sink()
    tell(a_run())
    try_until_settled()
    assert seen == [False, True]
