"""Webhooks, signed as Standard Webhooks 1.0.0 has it (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from workflows import outbound
from workflows.core import backoff, chain
from workflows.sinks.base import (
    Answer,
    Finding,
    Misconfigured,
    Parcel,
    Permanent,
    RateLimited,
    Retry,
    SinkAdapter,
    SinkError,
)
from workflows.stages.base import Setting

SECRET_PREFIX = "whsec_"
TRY_AGAIN = (408, 425, 429)
GONE = 410
MAX_BYTES = 1_000_000
SET_RIGHT = ("bad_url", "refused_address", "redirect")
"""Kinds of OutboundError that last until somebody changes the address or a setting."""


class WebhookSink(SinkAdapter):
    """Posts each fact as JSON. The delivery's key is the message id, so a receiver knows a repetition."""

    kind = "webhook"
    title = "Webhook"
    rotates = True
    help = "Posts each fact as JSON to an address of yours, signed so that you know it came from here."
    fields = (
        Setting("url", "url", "Address", "Each fact is posted there.", required=True),
        Setting(
            "secret",
            "secret",
            "Signing secret",
            "Signs each request (Standard Webhooks): whsec_ and base64, or any text. Without one nothing is signed.",
        ),
        Setting(
            "former_secret",
            "secret",
            "Former signing secret",
            "While receivers change over to a new secret, each request is signed with this one too.",
        ),
    )

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        self.url = str(config["url"])
        both = (str(config.get(name) or "") for name in ("secret", "former_secret"))
        self.signing_keys = tuple(key for secret in both for key in signing_keys(secret))

    def push(self, delivery: Parcel) -> Answer:
        content = chain.canonical(delivery.body)
        signature = signed(content, delivery.key, delivery.at, self.signing_keys)
        headers = {"Content-Type": "application/json", **signature}
        try:
            response = outbound.request(
                "POST", self.url, headers=headers, content=content, max_bytes=MAX_BYTES
            )
        except outbound.OutboundError as error:
            raise _unanswered(error) from error
        answer = Answer(str(response.status), response.text, response.duration)
        if not response.is_success:
            raise _refusal(response, answer, delivery.at)
        return answer

    def check(self) -> Finding:
        """Asks for the head of the address, which tells the receiver nothing."""
        host = urlsplit(self.url).hostname or self.url
        try:
            response = outbound.request("HEAD", self.url)
        except outbound.OutboundError as error:
            return Finding(False, f"It cannot be reached: {error}.")
        return Finding(response.status < 500, f"{host} answers, with status {response.status}.")


def signing_keys(secret: str) -> tuple[bytes, ...]:
    """The keys that a secret stands for; none for no secret. Raises Misconfigured for broken base64.

    A text without the prefix is a key by its own bytes. The reference libraries read it as base64 all the
    same; where that is possible, both keys sign, and a receiver accepts either signature.
    """
    if not secret:
        return ()
    decoded = _decoded(secret.removeprefix(SECRET_PREFIX))
    if secret.startswith(SECRET_PREFIX):
        if not decoded:
            raise Misconfigured("bad_secret", "The signing secret is not base64 after whsec_.")
        return (decoded,)
    return tuple(filter(None, (secret.encode(), decoded)))


def signed(content: bytes, key: str, at: datetime, keys: tuple[bytes, ...]) -> dict[str, str]:
    """The headers that name and sign a message; the id and the content stay the same at every attempt."""
    stamp = str(int(at.timestamp()))
    headers = {"webhook-id": key, "webhook-timestamp": stamp}
    if keys:
        message = f"{key}.{stamp}.".encode() + content
        macs = [hmac.new(secret, message, hashlib.sha256).digest() for secret in keys]
        headers["webhook-signature"] = " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in macs)
    return headers


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "==")
    except (binascii.Error, ValueError):
        return b""


def _unanswered(error: outbound.OutboundError) -> SinkError:
    kind = Misconfigured if error.kind in SET_RIGHT else Retry
    return kind(error.kind, f"The webhook was not taken: {error}.")


def _refusal(response: outbound.Response, answer: Answer, at: datetime) -> SinkError:
    code = f"status_{response.status}"
    sentence = f"The webhook answered {response.status}."
    if response.status in TRY_AGAIN or response.status >= 500:
        wait = backoff.retry_after(response.headers.get("retry-after"), at)
        return RateLimited(code, sentence, wait, answer) if wait else Retry(code, sentence, answer)
    if response.status == GONE:
        sentence = "The webhook answered 410: nothing takes facts at this address any more."
    return Permanent(code, sentence, answer)
