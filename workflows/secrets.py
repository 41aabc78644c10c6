"""Secrets of sinks, feeds and enrichments: named in the environment, or kept sealed in the database.

A value is ``env:NAME`` (read when it is used), ``sealed:…`` (encrypted with a key derived from SECRET_KEY;
those of SECRET_KEY_FALLBACKS still open it), or plain text.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from typing import Any, overload
from urllib.parse import quote, quote_plus

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

REFERENCE = "env:"
SEALED = "sealed:"
MASK = "•••"
SHORTEST_MASKED = 4

# Keeps this key apart from all others that are derived from SECRET_KEY.
PURPOSE = b"ordinus secrets v1"


class SecretError(Exception):
    """A secret cannot be had; the text is a sentence for people and holds no secret."""


class MissingSecret(SecretError):
    """The environment variable that holds a secret is not set."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the environment variable {name} is not set")
        self.name = name


class UnreadableSecret(SecretError):
    """A sealed secret was changed, or sealed with a key that is gone."""

    def __init__(self) -> None:
        super().__init__("the stored secret cannot be read with the present SECRET_KEY; enter it again")


def seal(text: str) -> str:
    """`text` encrypted and authenticated, for the database; two calls give two different tokens."""
    return SEALED + _keys().encrypt(text.encode()).decode("ascii")


def unseal(token: str) -> str:
    """The text that was sealed; raises UnreadableSecret for anything that `seal` did not make."""
    try:
        return _keys().decrypt(token.removeprefix(SEALED).encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecret from error


def is_reference(value: Any) -> bool:
    """Whether the value names an environment variable and may be shown and exported."""
    return isinstance(value, str) and value.startswith(REFERENCE)


def is_sealed(value: Any) -> bool:
    """Whether the value is a secret that is held in the database."""
    return isinstance(value, str) and value.startswith(SEALED)


@overload
def resolve(value: str) -> str: ...
@overload
def resolve(value: Mapping[str, Any]) -> dict[str, Any]: ...
def resolve(value: str | Mapping[str, Any]) -> str | dict[str, Any]:
    """What the value stands for; of a mapping, such as a sink's settings, each text in it, however deep.

    Raises MissingSecret for a variable that is unset or empty, UnreadableSecret for a seal that does not
    open.
    """
    return _resolved(value)  # type: ignore[no-any-return]


def mask(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret in it replaced, also where it is written as part of a URL.

    Secrets below 4 characters stay: replacing them would garble the text and hide nothing.
    """
    forms = {form for secret in secrets if len(secret) >= SHORTEST_MASKED for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def _forms(secret: str) -> set[str]:
    return {secret, quote(secret, safe=""), quote_plus(secret)}


def _resolved(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _resolved(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_resolved(item) for item in value]
    if is_sealed(value):
        return unseal(value)
    if not is_reference(value):
        return value
    name = value.removeprefix(REFERENCE)
    found = os.environ.get(name)
    if not found:
        raise MissingSecret(name)
    return found


def _keys() -> MultiFernet:
    """The first key seals; all of them open."""
    return MultiFernet([_key(secret) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
