"""A message whose answer was lost: sent again, or given up and left to people, as the sink says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from workflows import delivering
from workflows.models import AuditEvent, Delivery, Sink
from workflows.models.outbox import LEASE
from workflows.sinks import rest
from workflows.sinks.base import Permanent, Retry, SinkError
from workflows.sinks.conformance import parcel
from workflows.sinks.slack import SlackSink
from workflows.sweeping import sweep
from workflows.tests.raw_servers import closed_port
from workflows.tests.telling import NOW, a_run, a_sink, tell

PATIENCE = 0.3


class Channel:
    """Takes each message and answers as it is told; None: nothing in time."""

    def __init__(self, httpserver: Any) -> None:
        self.said: list[str] = []
        self.answers: list[Response | None] = []
        self.config = {"url": httpserver.url_for("/services/T/B/X")}
        httpserver.expect_request("/services/T/B/X").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.said.append(request.get_json()["text"])
        answer = self.answers.pop(0) if self.answers else Response("ok")
        if answer is None:
            time.sleep(PATIENCE * 2)
        return answer or Response("ok")


@pytest.fixture
def channel(settings, monkeypatch) -> Iterator[Channel]:
    """In threads: whoever is not answered in time does not wait for the next ones."""
    settings.ORDINUS_PRIVATE_HOSTS = ["localhost", "127.0.0.1"]
    sent = rest.Api._sent
    monkeypatch.setattr(rest.Api, "_sent", lambda api, *rest: sent(api, *rest[:-1], PATIENCE))
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        yield Channel(server)


def error_of(config: dict[str, str], **more: Any) -> SinkError:
    sink = SlackSink(config)
    with pytest.raises(SinkError) as caught:
        sink.push(parcel(sink, **more))
    return caught.value


@pytest.mark.parametrize(
    ("unanswered", "answer", "kind"),
    [
        ("repeat", None, Retry),
        ("give_up", None, Permanent),
        ("give_up", Response("", 504), Permanent),
        ("repeat", Response("", 504), Retry),
        ("give_up", Response("", 503), Retry),
        ("give_up", Response("rate_limited", 429), Retry),
    ],
)
def test_only_what_slack_may_have_taken_is_given_up(channel, unanswered, answer, kind) -> None:
    channel.answers = [answer]
    error = error_of({**channel.config, "unanswered": unanswered})
    assert isinstance(error, kind)
    assert (error.code == "unanswered") is (kind is Permanent)


def test_what_never_left_is_sent_again_in_any_case(channel) -> None:
    url = f"http://127.0.0.1:{closed_port()}/services/T/B/X"
    assert isinstance(error_of({"url": url, "unanswered": "give_up"}), Retry)


def slack_sink(channel: Channel, **config: str) -> Sink:
    return a_sink(kind="slack", config={**channel.config, **config})


@pytest.mark.django_db
def test_by_itself_a_lost_answer_means_that_the_message_is_sent_again(channel) -> None:
    slack_sink(channel)
    channel.answers = [None]
    tell(a_run())
    sweep(NOW, NOW)
    sweep(NOW + timedelta(hours=1), NOW + timedelta(hours=1))
    assert len(channel.said) == 2
    assert Delivery.objects.get().state == "sent"


@pytest.mark.django_db
def test_given_up_it_is_sent_when_somebody_says_so(channel) -> None:
    slack_sink(channel, unanswered="give_up")
    channel.answers = [None]
    tell(a_run())
    for hours in range(3):
        sweep(NOW + timedelta(hours=hours), NOW + timedelta(hours=hours))
    delivery = Delivery.objects.get()
    assert (delivery.state, len(channel.said)) == ("dead", 1)
    assert "may stand in the channel" in delivery.reason
    assert AuditEvent.objects.get(verb="delivery.failed").data["code"] == "unanswered"
    later = NOW + timedelta(days=1)
    delivering.retry(delivery.pk, later)
    sweep(later, later)
    assert (Delivery.objects.get().state, len(channel.said)) == ("sent", 2)


@pytest.mark.django_db
@pytest.mark.parametrize(("unanswered", "state", "said"), [("give_up", "dead", 0), ("repeat", "sent", 1)])
def test_nor_is_it_known_what_a_worker_did_that_died(channel, unanswered, state, said) -> None:
    slack_sink(channel, unanswered=unanswered)
    tell(a_run())
    assert Delivery.objects.claim(Delivery.objects.get().pk, NOW, NOW) == 1
    later = NOW + 2 * LEASE
    sweep(later, later)
    assert (Delivery.objects.get().state, len(channel.said)) == (state, said)
