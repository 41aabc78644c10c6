from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bookings.core import signatures
from bookings.inbound.base import (
    InboundKind,
    Message,
    News,
    Secrets,
    Unreadable,
    Unsigned,
    instant,
    loaded,
    parsed,
)  # fmt: skip

JOINING = "activeParticipants@delta"
MOST = 100


class Teams(InboundKind):
    """Who joins, from Microsoft Graph's notifications about calls of online meetings.

    A notification is known by the client state, and what it holds by the signature that comes with its key.
    Members of the notified organisation are the host's side, everybody else the guest's.
    """

    kind = "teams"
    title = "Microsoft Teams"
    help = (
        "Who joined, from Microsoft Graph's notifications with resource data about meeting calls. Enter the "
        "subscription's client state, and the private key of its certificate."
    )
    needs = ("secret", "private_key")
    makes_secret = True

    def challenged(self, message: Message, shared: Secrets, now: datetime) -> tuple[str, str] | None:
        """Graph sends a word in the address when a subscription is made, and wants it back as plain text."""
        word = message.query.get("validationToken")
        return (word[:2000], "text/plain") if word else None

    def check(self, message: Message, shared: Secrets, now: datetime) -> None:
        told = list(_notifications(message))
        if not told:
            raise Unsigned("there is no notification")
        for each in told:
            signatures.check_word(str(each.get("clientState", "")), shared.words)

    def news(self, message: Message, shared: Secrets) -> list[News]:
        found = []
        for told in _notifications(message):
            content = opened(told.get("encryptedContent"), shared.private_key)
            people = content.get(JOINING)
            for place, person in enumerate(people if isinstance(people, list) else ()):
                identity = _identity(person)
                is_host = bool(identity) and identity.get("tenantId") == told.get("tenantId")
                found.append(
                    News(
                        key=f"{told.get('id')}:{content.get('id')}:{content.get('eventDateTime')}:{place}",
                        signal="joined",
                        party="host" if is_host else "guest",
                        at=instant(str(content.get("eventDateTime", ""))[:19] + "Z"),
                        room=str(content.get("joinWebUrl") or "").partition("?")[0],
                    )
                )
        return found


def opened(sealed: Any, private_key: str) -> dict[str, Any]:
    """A notification's content: its key by RSA-OAEP, its signature by HMAC, the rest by AES-CBC.

    Raises Unsigned when the signature does not fit, Unreadable when it was sealed for another certificate.
    """
    if not isinstance(sealed, Mapping):
        raise Unreadable("encryptedContent is missing: the subscription must include resource data")
    try:
        owner = load_pem_private_key(private_key.encode(), password=None)
        data, sent = base64.b64decode(str(sealed["data"])), base64.b64decode(str(sealed["dataKey"]))
        if not isinstance(owner, RSAPrivateKey):
            raise Unreadable("the private key is no RSA key")
        key = owner.decrypt(sent, OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None))
        mac = base64.b64encode(hmac.new(key, data, hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(mac, str(sealed.get("dataSignature", ""))):
            raise Unsigned("the content's signature does not fit")
        decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
        unpadder = PKCS7(128).unpadder()
        padded = decryptor.update(data) + decryptor.finalize()
        content = parsed(unpadder.update(padded) + unpadder.finalize())
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("the content was sealed for another certificate") from error
    return content if isinstance(content, dict) else {}


def _notifications(message: Message) -> Iterator[Mapping[str, Any]]:
    told = loaded(message.body).get("value")
    for each in (told if isinstance(told, list) else [])[:MOST]:
        if isinstance(each, Mapping):
            yield each


def _identity(person: Any) -> Mapping[str, Any]:
    identity = person.get("identity") or person.get("Identity") if isinstance(person, Mapping) else None
    user = identity.get("user") or identity.get("User") if isinstance(identity, Mapping) else None
    told = user if isinstance(user, Mapping) else {}
    return {name[:1].lower() + name[1:]: value for name, value in told.items()}
