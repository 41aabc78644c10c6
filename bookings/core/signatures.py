"""Whether a webhook was sent by who knows the secret, and lately."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"


class Unsigned(Exception):
    """The signature is missing, wrong or old; the text says which, and nothing of the secret."""


def keys_of(secret: str) -> list[bytes]:
    """The keys a secret stands for: its bytes, and what they are the base64 of (Standard Webhooks)."""
    if not secret:
        return []
    try:
        decoded = base64.b64decode(secret.removeprefix(PREFIX) + "==")
    except (binascii.Error, ValueError):
        decoded = b""
    plain = b"" if secret.startswith(PREFIX) else secret.encode()
    return [key for key in (decoded, plain) if key]


def check_standard(
    ident: str, stamp: str, signatures: str, body: bytes, secrets: Iterable[str], now: datetime
) -> None:
    """Standard Webhooks 1.0.0: one of the signatures fits one of the secrets. Raises Unsigned."""
    check_fresh(stamp, now)
    if not ident:
        raise Unsigned("the message has no id")
    message = f"{ident}.{stamp}.".encode() + body
    given = [each.partition(",")[2] for each in signatures.split() if each.startswith("v1,")]
    keys = [key for secret in secrets for key in keys_of(secret)]
    wanted = [base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode() for key in keys]
    _fits(given, wanted)


def check_zoom(stamp: str, signature: str, body: bytes, secrets: Iterable[str], now: datetime) -> None:
    """Zoom: `v0=` and the hex HMAC of `v0:timestamp:body`. Raises Unsigned."""
    check_fresh(stamp, now)
    message = f"v0:{stamp}:".encode() + body
    _fits([signature], [f"v0={hex_mac(secret, message)}" for secret in secrets if secret])


def check_hubspot(
    method: str, address: str, stamp: str, signature: str, body: bytes, secrets: Iterable[str], now: datetime
) -> None:
    """HubSpot, version 3: base64 HMAC of method, address, body and timestamp in milliseconds. Raises Unsigned."""
    check_fresh(stamp[:-3], now)
    message = f"{method}{address}".encode() + body + stamp.encode()
    macs = [hmac.new(secret.encode(), message, hashlib.sha256).digest() for secret in secrets if secret]
    _fits([signature], [base64.b64encode(mac).decode() for mac in macs])


def hex_mac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def check_word(word: str, secrets: Iterable[str]) -> None:
    """A shared word that comes along, as Microsoft Graph's clientState. Raises Unsigned."""
    _fits([word], [secret for secret in secrets if secret])


def check_fresh(stamp: str, now: datetime) -> None:
    """The Unix time `stamp` is within five minutes of now, on either side. Raises Unsigned."""
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise Unsigned("the message has no timestamp")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise Unsigned("the timestamp is more than five minutes away")


def _fits(given: Iterable[str], wanted: Iterable[str]) -> None:
    """In a time that tells nothing about how much fits."""
    fitting = [hmac.compare_digest(left.encode(), right.encode()) for left in given for right in wanted]
    if not any(fitting):
        raise Unsigned("the signature does not fit")
