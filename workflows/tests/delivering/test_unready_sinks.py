"""A sink whose settings are amiss loses nothing: its deliveries wait and say what is to be set right."""

from __future__ import annotations

import pytest

from workflows import delivering
from workflows.models import DeliveryAttempt, Sink
from workflows.tests.telling import NOW, a_run, a_sink, later, only_delivery, tell

pytestmark = pytest.mark.django_db


def test_a_secret_that_is_not_set_is_named_and_costs_no_attempt(hook, monkeypatch):
    monkeypatch.delenv("HOOK_SECRET", raising=False)
    hook.sink(config={"secret": "env:HOOK_SECRET"})
    tell(a_run())
    assert not delivering.deliver(only_delivery().pk, NOW, NOW)
    delivery = only_delivery()
    assert delivery.reason == "The environment variable HOOK_SECRET is not set."
    assert (delivery.state, delivery.attempt, delivery.due_at) == ("waiting", 0, later(minutes=5))
    assert hook.told == [] and not DeliveryAttempt.objects.exists()


def test_it_is_never_given_up_and_goes_out_once_the_secret_is_there(hook, monkeypatch):
    monkeypatch.delenv("HOOK_SECRET", raising=False)
    hook.sink(config={"secret": "env:HOOK_SECRET"})
    tell(a_run())
    for round_ in range(20):
        delivering.deliver(only_delivery().pk, later(hours=round_), later(hours=round_))
    monkeypatch.setenv("HOOK_SECRET", "now it is")
    assert delivering.deliver(only_delivery().pk, later(hours=21), later(hours=21))
    assert only_delivery().reason == "" and "webhook-signature" in hook.requests[0].headers


def test_a_kind_that_is_not_installed_waits():
    a_sink(kind="gone.Kind")
    tell(a_run())
    delivering.deliver(only_delivery().pk, NOW, NOW)
    assert only_delivery().state == "waiting" and "gone.Kind" in only_delivery().reason


def test_a_worker_that_died_before_leaves_it_waiting_too(hook):
    """Its lease ran out while somebody broke the settings."""
    hook.sink()
    tell(a_run())
    delivering.Delivery.objects.claim(only_delivery().pk, NOW, NOW)
    Sink.objects.update(config={})
    delivering.deliver(only_delivery().pk, NOW, later(minutes=3))
    assert (only_delivery().state, only_delivery().lease_until) == ("waiting", None)
    assert only_delivery().reason == "“Address” is not set."


def test_simulated_leads_need_no_settings():
    a_sink(kind="gone.Kind")
    tell(a_run(is_synthetic=True))
    assert delivering.deliver(only_delivery().pk, NOW, NOW)
