"""What services send, signed as they sign it; each by the service's own rules, written anew here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.test import Client
from standardwebhooks.webhooks import Webhook

from bookings.models import InboundSource
from workflows import secrets

SECRET = "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode()
ADDRESS = "https://ordinus.test/hooks/{}/"
SERVICE = "push@project.iam.example"

Signed = tuple[bytes, dict[str, str]]
"""A body and the headers that go with it."""


def a_source(kind: str, **more: Any) -> InboundSource:
    sealed = {"secret": secrets.seal(SECRET)} if kind != "google_meet" else {"account": SERVICE}
    return InboundSource.objects.create(kind=kind, **{"slug": kind.replace("_", "-"), **sealed, **more})


def post(source: InboundSource, body: bytes, headers: dict[str, str], query: str = "") -> Any:
    path = f"/hooks/{source.slug}/{query}"
    return Client().post(path, body, content_type="application/json", headers=headers)


def standard(content: Any, now: datetime, *, ident: str = "msg_1", secret: str = SECRET) -> Signed:
    """By the reference library."""
    body = json.dumps(content).encode()
    signature = Webhook(secret).sign(ident, now, body.decode())
    headers = {
        "webhook-id": ident,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    return body, headers


def zoom(content: Any, now: datetime, *, secret: str = SECRET) -> Signed:
    body, stamp = json.dumps(content).encode(), str(int(now.timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return body, {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={mac}"}


def hubspot(content: Any, now: datetime, source: InboundSource) -> Signed:
    body, stamp = json.dumps(content).encode(), str(int(now.timestamp() * 1000))
    signed = f"POST{ADDRESS.format(source.slug)}".encode() + body + stamp.encode()
    mac = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    return body, {"x-hubspot-request-timestamp": stamp, "x-hubspot-signature-v3": mac}


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> str:
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def teams(content: Any, key: rsa.RSAPrivateKey, *, word: str = SECRET, ident: str = "n1") -> bytes:
    """A change notification with resource data, sealed for the holder of the certificate."""
    inner = os.urandom(32)
    padder = padding.PKCS7(128).padder()
    plain = padder.update(json.dumps(content).encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(inner), modes.CBC(inner[:16])).encryptor()
    data = encryptor.update(plain) + encryptor.finalize()
    oaep = rsa_padding.OAEP(mgf=rsa_padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)
    sealed = {
        "data": base64.b64encode(data).decode(),
        "dataKey": base64.b64encode(key.public_key().encrypt(inner, oaep)).decode(),
        "dataSignature": base64.b64encode(hmac.new(inner, data, hashlib.sha256).digest()).decode(),
    }
    told = {"id": ident, "clientState": word, "tenantId": "acme-tenant", "encryptedContent": sealed}
    return json.dumps({"value": [told]}).encode()


def identity_token(key: rsa.RSAPrivateKey, **claims: Any) -> str:
    """Such as Google sends with a Pub/Sub push."""
    parts = [{"alg": "RS256", "kid": "k1", "typ": "JWT"}, claims]
    signed = ".".join(_unpadded(json.dumps(part).encode()) for part in parts)
    mac = key.sign(signed.encode(), rsa_padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_unpadded(mac)}"


def published(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    n = numbers.n.to_bytes(256, "big")
    return {"keys": [{"kid": "k1", "kty": "RSA", "alg": "RS256", "n": _unpadded(n), "e": "AQAB"}]}


def pushed(ident: str, person: str, at: str, space: str = "spaces/AbC") -> bytes:
    session = {
        "participantSession": {"name": f"conferenceRecords/R/participants/{person}/participantSessions/1"}
    }
    attributes = {
        "ce-id": ident, "ce-type": "google.workspace.meet.participant.v2.joined", "ce-time": at,
        "ce-subject": f"//meet.googleapis.com/{space}",
    }  # fmt: skip
    data = base64.b64encode(json.dumps(session).encode()).decode()
    return json.dumps({"message": {"attributes": attributes, "data": data, "messageId": ident}}).encode()


def _unpadded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
