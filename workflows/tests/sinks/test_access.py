"""Access by OAuth: what the other side gives anew is kept, sealed, for all processes; one of them renews at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from workflows import secrets
from workflows.models import Sink, SinkAccess
from workflows.sinks import oauth
from workflows.sinks.base import Misconfigured, Retry, adapter_of
from workflows.sinks.conformance import parcel
from workflows.tests.sinks.hubspot_account import Account
from workflows.tests.sinks.salesforce_org import Org

pytestmark = pytest.mark.django_db
OAUTH = {"token": "", "client_id": "app", "client_secret": "client-secret", "refresh_token": "refresh"}


@pytest.fixture(autouse=True)
def a_fresh_process(settings) -> None:
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
    oauth.TOKENS.clear()


@pytest.fixture
def org(httpserver) -> Org:
    org = Org(httpserver, refresh_token="refresh")
    org.rotates = True
    return org


@pytest.fixture
def sink(org) -> Sink:
    return Sink.objects.create(slug="crm", kind="salesforce", config=dict(org.config))


def push(sink: Sink) -> None:
    adapter = adapter_of(sink)
    adapter.push(parcel(adapter))


def in_another_process(sink: Sink) -> None:
    oauth.TOKENS.clear()
    push(sink)


def test_a_new_refresh_token_is_kept_sealed_and_used_from_then_on(org, sink):
    for renewal in (1, 2, 3):
        org.sessions = set()
        push(sink)
        kept = SinkAccess.objects.get(sink=sink)
        assert (org.renewals, kept.number, org.refresh_token) == (renewal, renewal, f"refresh-{renewal}")
        assert secrets.unseal(kept.refresh_token) == org.refresh_token
        assert secrets.unseal(kept.token) == f"session-{renewal}"
        assert secrets.is_sealed(kept.token) and secrets.is_sealed(kept.refresh_token)
    sink.refresh_from_db()
    assert sink.config == org.config


def test_another_process_takes_the_access_that_is_there(org, sink):
    push(sink)
    in_another_process(sink)
    assert org.renewals == 1


def test_a_process_whose_access_was_renewed_elsewhere_takes_the_new_one(org, sink):
    push(sink)
    former = dict(oauth.TOKENS)
    org.sessions = set()
    in_another_process(sink)
    oauth.TOKENS.clear()
    oauth.TOKENS.update(former)
    push(sink)
    assert org.renewals == 2


def test_hubspot_may_give_new_refresh_tokens_too(httpserver):
    account = Account(httpserver, **OAUTH)
    account.rotates = True
    sink = Sink.objects.create(slug="crm", kind="hubspot", config=dict(account.config))
    for _ in range(3):
        account.good_tokens = set()
        push(sink)
    assert account.renewals == 3
    assert secrets.unseal(SinkAccess.objects.get().refresh_token) == "refresh-3"


def test_without_rotation_no_refresh_token_is_kept(org, sink):
    org.rotates = False
    push(sink)
    assert SinkAccess.objects.get().refresh_token == ""


def test_credentials_that_are_entered_anew_count_and_not_what_came_from_the_former(org, sink):
    push(sink)
    org.refresh_token, org.sessions = "entered", set()
    sink.config = {**sink.config, "refresh_token": "entered"}
    sink.save()
    push(sink)
    assert secrets.unseal(SinkAccess.objects.get().refresh_token) == "refresh-2"


def test_a_refusal_is_a_matter_of_the_settings_and_leaves_the_turn_to_others(org, sink):
    org.takes_grants = False
    with pytest.raises(Misconfigured, match="connect again"):
        push(sink)
    assert SinkAccess.objects.get().lease_until is None
    org.takes_grants = True
    push(sink)


def test_others_wait_for_a_process_that_died_in_its_turn_and_then_go_on(org, sink, monkeypatch):
    monkeypatch.setattr(oauth, "TURNS", 2)
    monkeypatch.setattr(oauth, "PAUSE", 0)
    push(sink)
    org.sessions = set()
    SinkAccess.objects.update(lease_until=timezone.now() + timedelta(seconds=50))
    with pytest.raises(Retry, match="another process"):
        push(sink)
    assert org.renewals == 1
    SinkAccess.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    push(sink)
    assert org.renewals == 2


def test_who_lost_the_turn_does_not_overwrite_what_came_since(org, sink, monkeypatch):
    push(sink)
    org.sessions = set()
    asked = oauth.Grant._asked_for

    def slow(grant: Any, held: Any) -> tuple[str, str]:
        """While this one sleeps, its turn ends and another renews."""
        monkeypatch.setattr(oauth.Grant, "_asked_for", asked)
        SinkAccess.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        in_another_process(sink)
        return "late", "late"

    monkeypatch.setattr(oauth.Grant, "_asked_for", slow)
    push(sink)
    kept = SinkAccess.objects.get()
    assert (secrets.unseal(kept.token), secrets.unseal(kept.refresh_token)) == ("session-2", "refresh-2")
    assert org.renewals == 2


class OfEachThread(MutableMapping[str, str]):
    """As TOKENS, of each thread its own: threads stand here for processes."""

    def __init__(self) -> None:
        self._local = threading.local()

    @property
    def _mine(self) -> dict[str, str]:
        self._local.__dict__.setdefault("held", {})
        return self._local.held

    def __getitem__(self, key: str) -> str:
        return self._mine[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._mine[key] = value

    def __delitem__(self, key: str) -> None:
        del self._mine[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._mine)

    def __len__(self) -> int:
        return len(self._mine)


@pytest.mark.django_db(transaction=True)
def test_of_many_that_are_refused_at_once_one_renews_and_all_go_on(org, sink, monkeypatch):
    monkeypatch.setattr(oauth, "TOKENS", OfEachThread())
    together = threading.Barrier(4)

    def worker(rounds: int) -> None:
        try:
            push(sink)
            for _ in range(rounds):
                if together.wait() == 0:
                    org.sessions = set()
                together.wait()
                push(sink)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        for done in [workers.submit(worker, 3) for _ in range(4)]:
            done.result()
    assert org.renewals == 1 + 3
    kept = SinkAccess.objects.get()
    assert secrets.unseal(kept.refresh_token) == org.refresh_token == "refresh-4"
