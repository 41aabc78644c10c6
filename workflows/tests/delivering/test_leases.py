"""A worker that died loses nothing, and one that comes back too late changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workflows import delivering
from workflows.models import AuditEvent, Delivery, DeliveryAttempt
from workflows.models.outbox import LEASE
from workflows.sinks.base import Permanent
from workflows.sinks.webhook import WebhookSink
from workflows.tests.telling import NOW, a_run, only_delivery, tell

pytestmark = pytest.mark.django_db
TOO_LATE = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture
def number(hook):
    hook.sink()
    tell(a_run())
    return only_delivery().pk


def test_what_is_being_sent_is_not_sent_by_another(number, hook):
    Delivery.objects.claim(number, NOW, NOW)
    assert not delivering.deliver(number, NOW, NOW)
    assert hook.told == []


def test_after_the_lease_another_sends_it(number, hook):
    Delivery.objects.claim(number, NOW, NOW)
    assert delivering.due(NOW, TOO_LATE, 10) == [number]
    assert delivering.deliver(number, NOW, TOO_LATE)
    assert only_delivery().attempt == 2


@pytest.fixture
def slow(monkeypatch):
    """A worker that is stopped while it pushes, until another has claimed, or even sent, the delivery."""

    def stop(meanwhile, error: Exception | None = None):
        push = WebhookSink.push
        stopped = []

        def push_slowly(self, parcel):
            answer = push(self, parcel)
            if not stopped:
                stopped.append(True)
                meanwhile()
                if error:
                    raise error
            return answer

        monkeypatch.setattr(WebhookSink, "push", push_slowly)

    return stop


def test_a_worker_past_its_lease_does_not_mark_what_another_is_sending(number, slow):
    slow(lambda: Delivery.objects.claim(number, NOW, TOO_LATE))
    assert not delivering.deliver(number, NOW, NOW)
    delivery = only_delivery()
    assert (delivery.state, delivery.attempt) == ("sending", 2)
    assert not AuditEvent.objects.filter(verb__startswith="delivery.").exists()
    assert not DeliveryAttempt.objects.exists()


def test_a_worker_past_its_lease_does_not_bury_what_another_has_sent(number, slow, hook):
    slow(lambda: delivering.deliver(number, NOW, TOO_LATE), Permanent("gone", "Gone."))
    assert not delivering.deliver(number, NOW, NOW)
    assert only_delivery().state == "sent" and only_delivery().attempt == 2
    assert [event.verb for event in AuditEvent.objects.filter(verb__startswith="delivery.")] == [
        "delivery.delivered"
    ]
    assert len({request.headers["webhook-id"] for request in hook.requests}) == 1


def test_a_worker_from_before_a_retry_by_hand_changes_nothing(number, slow, hook):
    """The count of attempts goes on, so an old attempt's number never comes back."""

    def given_up_and_tried_again():
        hook.answer(404)
        delivering.deliver(number, NOW, TOO_LATE)
        delivering.retry(number, NOW)
        Delivery.objects.claim(number, NOW, TOO_LATE)

    slow(given_up_and_tried_again)
    assert not delivering.deliver(number, NOW, NOW)
    assert (only_delivery().state, only_delivery().attempt) == ("sending", 3)


def test_discarding_while_it_is_sent_stays_discarded(number, slow):
    slow(lambda: delivering.discard(number, NOW, "staff:1", "wrong"))
    assert not delivering.deliver(number, NOW, NOW)
    assert (only_delivery().state, only_delivery().reason) == ("withdrawn", "wrong")
