"""Staff and erasure can give up a delivery; that is a fact, with a code for its reason."""

from __future__ import annotations

import pytest

from workflows import delivering
from workflows.models import AuditEvent
from workflows.tests.telling import NOW, a_run, only_delivery, tell

pytestmark = pytest.mark.django_db


def test_a_waiting_delivery_is_withdrawn_and_told_of(hook):
    hook.sink()
    run = a_run()
    tell(run)
    assert delivering.discard(only_delivery().pk, NOW, "staff:3", "erased")
    assert (only_delivery().state, only_delivery().reason) == ("withdrawn", "erased")
    event = AuditEvent.objects.get(verb="delivery.discarded")
    assert (event.run, event.actor, event.data["reason"]) == (run.pk, "staff:3", "erased")
    assert not delivering.deliver(only_delivery().pk, NOW, NOW) and hook.told == []


def test_one_that_was_given_up_can_be_discarded(hook):
    hook.answer(404)
    hook.sink()
    tell(a_run())
    delivering.deliver(only_delivery().pk, NOW, NOW)
    assert delivering.discard(only_delivery().pk, NOW, "staff:3", "wrong")
    assert not delivering.retry(only_delivery().pk, NOW)


def test_what_was_sent_cannot_be(hook):
    hook.sink()
    tell(a_run())
    delivering.deliver(only_delivery().pk, NOW, NOW)
    assert not delivering.discard(only_delivery().pk, NOW, "staff:3", "wrong")
    assert only_delivery().state == "sent"
    assert not AuditEvent.objects.filter(verb="delivery.discarded").exists()
