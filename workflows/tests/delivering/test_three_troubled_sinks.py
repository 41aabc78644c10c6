"""Three sinks at once, each in trouble of its own way: every effect once at each, each lead's in order."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any

import pytest
from django.db import connection
from werkzeug import Response

from workflows import outbound
from workflows.models import Delivery
from workflows.sweeping import sweep
from workflows.tests.telling import NOW, a_run, a_sink, tell

pytestmark = pytest.mark.django_db(transaction=True)

LEADS, FACTS = 4, 3
ALL = LEADS * FACTS
PATIENCE = 0.4
"""Seconds that a client waits here; in life it is ten."""


class Receiver:
    """Takes each message once, by its id, as Standard Webhooks asks of a receiver; `trouble` answers the first ones."""

    def __init__(self, httpserver: Any, path: str, troubled: int, trouble: Any) -> None:
        self.effects: list[tuple[int, int]] = []
        self.arrivals: Counter[str] = Counter()
        self.url = httpserver.url_for(path)
        self._seen: set[str] = set()
        self._lock = Lock()
        self._troubled, self._trouble = troubled, trouble
        httpserver.expect_request(path, method="POST").respond_with_handler(self._answer)

    def take(self, request: Any) -> None:
        key = request.headers["webhook-id"]
        if key not in self._seen:
            self._seen.add(key)
            told = request.get_json()["data"]
            self.effects.append((told["lead"], told["sequence"]))

    def _answer(self, request: Any) -> Response:
        request.get_data()
        with self._lock:
            self.arrivals[request.headers["webhook-id"]] += 1
            if self._troubled:
                self._troubled -= 1
                return self._trouble(self, request)
            self.take(request)
        return Response("", 200)


def breaks(receiver: Receiver, request: Any) -> Response:
    return Response("out of order", 500)


def accepts_and_says_nothing_in_time(receiver: Receiver, request: Any) -> Response:
    receiver.take(request)
    time.sleep(PATIENCE * 2)
    return Response("", 200)


def asks_for_a_pause(receiver: Receiver, request: Any) -> Response:
    return Response("slower, please", 429, {"Retry-After": "90"})


@pytest.fixture
def receivers(httpserver, settings, monkeypatch):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(outbound, "request", partial(outbound.request, timeout=PATIENCE))
    troubles = {
        "broken": (7, breaks),
        "mute": (3, accepts_and_says_nothing_in_time),
        "busy": (4, asks_for_a_pause),
    }
    found = {}
    for slug, (count, trouble) in troubles.items():
        found[slug] = Receiver(httpserver, f"/{slug}", count, trouble)
        a_sink(slug, config={"url": found[slug].url})
    return found


def sweep_in_a_thread(at: datetime) -> None:
    try:
        sweep(at, at)
    finally:
        connection.close()


def sweep_beside_each_other(at: datetime) -> None:
    with ThreadPoolExecutor(3) as workers:
        for done in [workers.submit(sweep_in_a_thread, at) for _ in range(3)]:
            done.result()


def test_each_effect_happens_once_at_each_receiver_and_in_order_for_each_lead(receivers):
    for lead in range(1, LEADS + 1):
        run = a_run(lead=lead)
        for visit in range(FACTS):
            tell(run, data={"kind": "offer", "visit": visit})
    at = NOW
    while Delivery.objects.exclude(state="sent").exists():
        assert at < NOW + timedelta(hours=2), Counter(Delivery.objects.values_list("sink__slug", "state"))
        sweep_beside_each_other(at)
        at += timedelta(minutes=4)

    for slug, receiver in receivers.items():
        assert len(receiver.effects) == len(set(receiver.effects)) == ALL, slug
        by_lead = defaultdict(list)
        for lead, sequence in receiver.effects:
            by_lead[lead].append(sequence)
        assert all(sequences == sorted(sequences) for sequences in by_lead.values()), slug
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    for slug, times in (("broken", 7), ("mute", 3), ("busy", 4)):
        assert sum(receivers[slug].arrivals.values()) >= ALL + times, slug
