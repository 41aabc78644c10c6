"""How an event that Ordinus wrote is known again when a calendar feed is read back.

Such events are not busy times: the booking itself already keeps the rep's time.
"""

from __future__ import annotations

import hashlib

OWN_PROPERTY = "X-ORDINUS-BOOKING"
UID_DOMAIN = "@ordinus"


def uid_for(nonce: bytes) -> str:
    """The UID of a booking's event, the same for its whole life: 32 hex digits and `@ordinus`.

    It is a hash, because UIDs are public and nonces are not.
    """
    return hashlib.sha256(b"ordinus event uid:" + nonce).hexdigest()[:32] + UID_DOMAIN


def is_own_uid(uid: str) -> bool:
    """Whether Ordinus gave this UID; calendars may change its case."""
    return uid.strip().lower().endswith(UID_DOMAIN)
