"""Slack: news for people, as sentences in a channel (an incoming webhook)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from workflows import outbound
from workflows.sinks import sentences
from workflows.sinks.base import (
    Answer,
    Finding,
    Misconfigured,
    Parcel,
    Permanent,
    Retry,
    Setting,
    SinkAdapter,
    SinkError,
)
from workflows.sinks.rest import Api

FORBIDDEN, NOT_FOUND, GONE = 403, 404, 410
GATEWAY_TIMEOUT = "504"
UNANSWERED = "unanswered"
MAY_BE_THERE = "No answer came, so the message may stand in the channel. It is not sent again by itself."
DEAD = (
    "no_service",
    "no_team",
    "team_disabled",
    "channel_is_archived",
    "channel_not_found",
    "action_prohibited",
)
"""What Slack answers when the webhook or its channel is gone; somebody has to make another."""


class SlackSink(SinkAdapter):
    """Posts one message a fact.

    Slack keeps no key of ours, so nobody can tell whether a message is there whose answer was lost. Such a message
    is sent again, or given up, as the sink is set.
    """

    kind = "slack"
    title = "Slack"
    help = "Tells people in a channel what happens, in sentences."
    fields_help = "Each field is added to the message as a line of its own."
    fields = (
        Setting(
            "url",
            "secret",
            "Webhook address",
            "From Slack: your app, Incoming Webhooks. Whoever has the address can post to the channel.",
            required=True,
        ),
        Setting(
            "unanswered",
            "choice",
            "When no answer comes",
            "Slack does not know a repetition. Repeat: the message is sent again, so none is lost, and now and then "
            "one may stand there twice. Give up: none stands there twice; one that may be missing is found under "
            "what was given up, to be sent by hand.",
            default="repeat",
            choices=("repeat", "give_up"),
        ),
    )
    keeps_keys = False
    needs = sentences.NEEDS

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        parts = urlsplit(str(config["url"]))
        self.path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.api = Api(self.title, f"{parts.scheme}://{parts.netloc}", refusal=_refusal)

    def push(self, delivery: Parcel) -> Answer:
        gives_up = self.config.get("unanswered") == "give_up"
        if gives_up and delivery.is_unsure:
            raise Permanent(UNANSWERED, MAY_BE_THERE)
        message = {"text": text_of(delivery), "unfurl_links": False}
        try:
            return self.api.call("POST", self.path, json=message, at=delivery.at).as_answer()
        except Retry as error:
            if gives_up and _may_be_there(error):
                raise Permanent(UNANSWERED, MAY_BE_THERE, error.answer) from error
            raise

    def check(self) -> Finding:
        """Posts nothing: an empty message, which Slack refuses with a word that tells whether the webhook lives."""
        try:
            answer = self.api.call("POST", self.path, json={}, accept=(400,))
        except SinkError as error:
            return Finding(False, error.sentence)
        if answer.response.text.strip() in (
            "no_text",
            "invalid_payload",
            "missing_text_or_fallback_or_attachments",
        ):
            return Finding(True, "Slack knows this webhook.")
        return Finding(answer.status == 200, "Slack answers.")


def text_of(delivery: Parcel) -> str:
    """The message: a sentence, then the mapped fields, a line each. Names cannot mention or link anything."""
    told = sentences.told(delivery.verb, delivery.facts, delivery.event)
    lines = [
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in delivery.fields.items()
        if value not in (None, "", [])
    ]
    return escaped("\n".join([told, *lines]))


def escaped(text: str) -> str:
    """The text for Slack's mrkdwn, in which & < > mean more than themselves."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _may_be_there(error: Retry) -> bool:
    """Whether Slack may have taken the message all the same: it was sent, and no answer of Slack's own came."""
    cause = error.__cause__
    return getattr(cause, "may_have_arrived", False) or error.answer.status == GATEWAY_TIMEOUT


def _refusal(response: outbound.Response, at: datetime) -> SinkError | None:
    said = response.text.strip()
    if said in DEAD or response.status in (FORBIDDEN, NOT_FOUND, GONE):
        answer = Answer(str(response.status), said, response.duration)
        sentence = "Slack does not know this webhook, or its channel is gone: make another one in Slack."
        return Misconfigured(f"status_{response.status}", sentence, answer)
    return None
