"""Tokens of the links in pages and mails: unforgeable, bound to a purpose, and never stored.

A token is the HMAC-SHA256 (RFC 2104) of purpose, number and revision with a random nonce. The nonce is
stored, so that a later reminder can write the same link again; for look-up only the token's SHA-256 is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

PURPOSES = ("run", "manage", "revision", "outcome")
NONCE_BYTES = 16

# 32 bytes make 43 characters; the last one carries 4 bits and two zeros, so each token has one spelling.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", re.ASCII)


def token(key: bytes, purpose: str, ident: int, revision: int, nonce: bytes) -> str:
    """The token of object `ident` for `purpose`: 43 characters of URL-safe base64 without padding.

    The same arguments give the same token; a change in any gives an unrelated one. Raises ValueError for
    an unknown purpose, an empty key, a negative number or a nonce shorter than NONCE_BYTES.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"Links have no purpose “{purpose}”; there are {', '.join(PURPOSES)}.")
    if not key:
        raise ValueError("The key of links is empty.")
    if len(nonce) < NONCE_BYTES:
        raise ValueError(f"A nonce needs at least {NONCE_BYTES} bytes, this one has {len(nonce)}.")
    if ident < 0 or revision < 0:
        raise ValueError("Numbers and revisions of links are not negative.")
    mac = hmac.digest(key, _unambiguous(purpose.encode(), b"%d" % ident, b"%d" % revision, nonce), "sha256")
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode("ascii")


def digest(token: str) -> str:
    """SHA-256 of a token in hex: what is stored, and what a request's token is looked up by."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def looks_like_token(text: object) -> bool:
    """Whether `text` could be a token; what could not be needs no look-up."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def _unambiguous(*fields: bytes) -> bytes:
    """Each field behind its length, so that no two lists of fields give the same bytes."""
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)
