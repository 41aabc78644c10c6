"""Google's identity tokens: signed by keys that Google publishes (RFC 7519, RS256)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from bookings.core.signatures import Unsigned
from workflows import outbound

CERTIFICATES = "https://www.googleapis.com/oauth2/v3/certs"
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
LEEWAY = timedelta(minutes=1)
AGAIN_AFTER = timedelta(minutes=5)
"""How long a key that Google does not have is not asked for again."""

KEYS: dict[str, Mapping[str, str]] = {}
ASKED_AT: dict[str, datetime] = {}


def checked(token: str, *, audience: str, now: datetime) -> Mapping[str, Any]:
    """What the token says, once its signature, issuer, audience and times fit. Raises Unsigned."""
    head, body, signature = _parts(token)
    header, claims = _json(head), _json(body)
    if header.get("alg") != "RS256":
        raise Unsigned("the identity token is signed in another way")
    key = _key(str(header.get("kid", "")), now)
    numbers = RSAPublicNumbers(_number(key["e"]), _number(key["n"]))
    try:
        numbers.public_key().verify(_bytes(signature), f"{head}.{body}".encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as error:
        raise Unsigned("the identity token's signature does not fit") from error
    if claims.get("iss") not in ISSUERS or claims.get("aud") != audience:
        raise Unsigned("the identity token is for somebody else")
    expires = claims.get("exp")
    if not isinstance(expires, int) or now.timestamp() - LEEWAY.total_seconds() > expires:
        raise Unsigned("the identity token has ended")
    return claims


def _key(name: str, now: datetime) -> Mapping[str, str]:
    """The published key of this name; asked for when it is not known, and then not again for a while."""
    asked = ASKED_AT.get(CERTIFICATES)
    if name not in KEYS and (asked is None or now - asked > AGAIN_AFTER):
        ASKED_AT[CERTIFICATES] = now
        try:
            content = outbound.request("GET", CERTIFICATES, timeout=5).json()
            KEYS.update({str(key["kid"]): key for key in content["keys"] if key.get("kty") == "RSA"})
        except (outbound.OutboundError, ValueError, KeyError, TypeError) as error:
            raise Unsigned("Google's keys could not be had") from error
    if name not in KEYS:
        raise Unsigned("the identity token is signed with an unknown key")
    return KEYS[name]


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".")
    if len(parts) != 3:
        raise Unsigned("there is no identity token")
    return parts[0], parts[1], parts[2]


def _json(part: str) -> dict[str, Any]:
    try:
        content = json.loads(_bytes(part))
    except (ValueError, RecursionError) as error:
        raise Unsigned("the identity token cannot be read") from error
    if not isinstance(content, dict):
        raise Unsigned("the identity token cannot be read")
    return content


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise Unsigned("the identity token cannot be read") from error


def _number(part: str) -> int:
    return int.from_bytes(_bytes(part), "big")
