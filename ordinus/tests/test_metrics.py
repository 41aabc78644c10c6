"""/metrics: what it counts, and who may read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from workflows.models import Delivery, Heartbeat, Sink

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


def samples(text: str) -> dict[tuple[str, str], float]:
    families = text_string_to_metric_families(text)
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in families
        for sample in family.samples
    }


def add_delivery(key: str, state: str) -> None:
    now = timezone.now()
    sink = Sink.objects.get_or_create(slug="warehouse", defaults={"kind": "file"})[0]
    Delivery.objects.create(
        key=key, sink=sink, verb="booking.made", sequence=1, state=state, at=now, due_at=now, created_at=now
    )


def test_it_counts_by_state_with_zeros(client: Client) -> None:
    add_delivery("a", Delivery.State.DEAD)
    add_delivery("b", Delivery.State.DEAD)
    add_delivery("c", Delivery.State.SENT)
    found = samples(client.get("/metrics").content.decode())
    assert found["ordinus_deliveries", "dead"] == 2
    assert found["ordinus_deliveries", "sent"] == 1
    assert found["ordinus_deliveries", "waiting"] == 0
    assert found["ordinus_runs", "active"] == 0
    assert found["ordinus_messages", "waiting"] == 0
    assert found["ordinus_bookings", "confirmed"] == 0
    assert found["ordinus_timers_due", ""] == 0


def test_it_tells_the_age_of_the_last_sweep(client: Client) -> None:
    Heartbeat.objects.create(name="sweep", at=timezone.now() - timedelta(minutes=5))
    found = samples(client.get("/metrics").content.decode())
    assert found["ordinus_sweep_age_seconds", ""] == pytest.approx(300, abs=5)


def test_a_stranger_may_not_read_it(client: Client) -> None:
    assert client.get("/metrics", **ELSEWHERE).status_code == 403


def test_a_proxy_on_this_machine_does_not_make_a_stranger_local(client: Client) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 403


def test_staff_may_read_it_from_anywhere(client: Client) -> None:
    client.force_login(User.objects.create_user("ops", is_staff=True))
    assert client.get("/metrics", **ELSEWHERE).status_code == 200


def test_a_user_who_is_not_staff_may_not(client: Client) -> None:
    client.force_login(User.objects.create_user("rep"))
    assert client.get("/metrics", **ELSEWHERE).status_code == 403


@pytest.mark.parametrize("given, status", [("Bearer s3cret", 200), ("Bearer wrong", 403), ("", 403)])
def test_the_token_opens_it(client: Client, settings: Settings, given: str, status: int) -> None:
    settings.METRICS_TOKEN = "s3cret"
    response = client.get("/metrics", headers={"Authorization": given}, **ELSEWHERE)
    assert response.status_code == status


def test_an_empty_token_opens_nothing(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}, **ELSEWHERE).status_code == 403
