"""Slack is told in sentences, and a webhook that is gone is told from one that is busy."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug import Request, Response

from workflows.sinks.base import Misconfigured, Permanent
from workflows.sinks.conformance import Receiver, SinkConformance, parcel
from workflows.sinks.slack import SlackSink, text_of


class Channel(Receiver):
    """Answers as Slack documents it: `ok`, or a word and a status."""

    def __init__(self, httpserver: Any) -> None:
        self.said: list[str] = []
        self.answer: Response | None = None
        self.config = {"url": httpserver.url_for("/services/T0/B0/hidden-token")}
        httpserver.expect_request("/services/T0/B0/hidden-token").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        if self.answer:
            return self.answer
        text = request.get_json().get("text")
        if not text:
            return Response("no_text", 400)
        self.said.append(text)
        return Response("ok", 200)

    def effects(self) -> Any:
        return list(self.said)

    def be_down(self) -> None:
        self.answer = Response("", 503)

    def be_busy(self, seconds: int) -> None:
        self.answer = Response("rate_limited", 429, {"Retry-After": str(seconds)})

    def refuse_secrets(self) -> None:
        self.answer = Response("invalid_token", 403)


class TestSlack(SinkConformance):
    adapter = SlackSink
    side = Channel

    @pytest.fixture
    def receiver(self, httpserver, settings) -> Receiver:
        settings.ORDINUS_PRIVATE_HOSTS = ["localhost", "127.0.0.1"]
        return Channel(httpserver)

    def test_people_read_sentences(self, receiver):
        self.made(receiver).push(parcel(self.made(receiver)))
        assert receiver.said == [
            "Grace Hopper (enterprise) booked a meeting: Product demo with Ana Silva, Wednesday 4 March 2026, "
            "09:00–09:30 UTC. Confirmed."
        ]

    def test_a_channel_that_is_gone_is_a_matter_of_the_settings(self, receiver):
        receiver.answer = Response("channel_is_archived", 410)
        with pytest.raises(Misconfigured, match="make another one"):
            self.made(receiver).push(parcel(self.made(receiver)))

    def test_a_message_that_slack_does_not_take_is_given_up(self, receiver):
        receiver.answer = Response("invalid_payload", 400)
        with pytest.raises(Permanent):
            self.made(receiver).push(parcel(self.made(receiver)))


@pytest.fixture
def sink() -> SlackSink:
    return SlackSink({"url": "https://hooks.slack.example/services/T/B/X"})


def test_a_name_can_call_nobody_and_link_nothing(sink):
    text = text_of(parcel(sink, facts={"lead.name": "<!channel> <https://evil.example|here> & co"}))
    assert text.startswith("&lt;!channel&gt; &lt;https://evil.example|here&gt; &amp; co (enterprise) booked")


def test_mapped_fields_are_lines_and_verbs_without_a_sentence_are_told_by_their_words(sink):
    sink.mapping = {"Segment": "segment", "Tags": "lead.tags", "Pool": "answers.nothing"}
    text = text_of(parcel(sink, verb="vip.arrived"))
    assert text == "Vip arrived: Grace Hopper.\nSegment: enterprise\nTags: nurture"
