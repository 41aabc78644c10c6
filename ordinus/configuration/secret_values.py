"""Secrets in the file: `env:NAME`, or a text that is sealed before it is stored and never shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ordinus.configuration.problems import Report
from ordinus.configuration.scalars import Text
from ordinus.configuration.types import LEFT_OUT, Type
from workflows import secrets

_ENV_NAME = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_SECRET_WORDS = re.compile(
    r"(^|_)(secret|token|password|passwd|passphrase|pwd|credentials?|authorization|auth|signature)(_|$)"
    r"|(api|access|private|signing|client|shared|security|consumer|encryption)_?key$",
)


class Secret(str):
    """A secret that the database holds, in the clear: compared, sealed, never shown."""

    def __repr__(self) -> str:
        return "<secret>"


class SecretText(Text):
    """A text that is a secret unless it is an `env:` name."""

    words = "secret; `env:NAME` reads it from the environment"

    def __init__(self, longest: int = 5000) -> None:
        super().__init__(longest)
        self.words = SecretText.words

    def read(self, data: Any, path: str, report: Report) -> Any:
        found = super().read(data, path, report)
        if isinstance(found, str) and secrets.is_reference(found) and not _ENV_NAME.fullmatch(found):
            report.add(path, f"'{found}' names no environment variable; write env: and letters, digits and _")
        return as_secret(found)

    def show(self, value: Any) -> Any:
        return LEFT_OUT if isinstance(value, Secret) else value


class OrEnvironment(Type):
    """A value of another type, or the `env:` name of the variable that holds it."""

    def __init__(self, kind: Type) -> None:
        self.kind = kind
        self.words = f"{kind.words}, or `env:NAME`"
        self.is_private = kind.is_private

    def read(self, data: Any, path: str, report: Report) -> Any:
        is_reference = isinstance(data, str) and _ENV_NAME.fullmatch(data)
        return data if is_reference else self.kind.read(data, path, report)

    def show(self, value: Any) -> Any:
        return value if secrets.is_reference(value) else self.kind.show(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.kind.schema(), {"type": "string", "pattern": f"^{_ENV_NAME.pattern}$"}]}


def as_secret(value: Any) -> Any:
    """The canonical value of a secret: `env:` names stay what they are."""
    return Secret(value) if isinstance(value, str) and value and not secrets.is_reference(value) else value


def told_secret(stored: str) -> Any:
    """The canonical value of what the database holds; one that cannot be opened any more differs from all others."""
    if not secrets.is_sealed(stored):
        return as_secret(stored)
    try:
        return Secret(secrets.unseal(stored))
    except secrets.UnreadableSecret:
        return Secret(stored)


def stored_secret(value: str) -> str:
    """What the database is to hold for a canonical value."""
    if not isinstance(value, Secret) or secrets.is_sealed(value):
        return value
    return secrets.seal(str(value))


def is_secret_name(name: str) -> bool:
    """Whether a setting of this name holds a secret, where no adapter declares it."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return bool(_SECRET_WORDS.search(re.sub(r"[^a-z0-9]+", "_", spaced.lower())))


def with_secrets(value: Any, names: frozenset[str] = frozenset(), *, is_secret: bool = False) -> Any:
    """The same settings, in which every text under a secret's name, however deep, is a canonical secret."""
    if isinstance(value, Mapping):
        return {
            name: with_secrets(part, is_secret=is_secret or name in names or is_secret_name(name))
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [with_secrets(part, is_secret=is_secret) for part in value]
    if isinstance(value, str) and secrets.is_sealed(value):
        return told_secret(value)
    return as_secret(value) if is_secret else value


def without_secrets(value: Any) -> Any:
    """The same settings without the secrets that the database holds."""
    if isinstance(value, Mapping):
        return {name: without_secrets(part) for name, part in value.items() if not isinstance(part, Secret)}
    if isinstance(value, list):
        return [without_secrets(part) for part in value if not isinstance(part, Secret)]
    return value


def to_store(value: Any, present: Any = None) -> Any:
    """The settings as the database is to hold them. A secret that stays keeps the seal that `present` has."""
    if isinstance(value, Mapping):
        held = present if isinstance(present, Mapping) else {}
        return {name: to_store(part, held.get(name)) for name, part in value.items()}
    if isinstance(value, list):
        return [to_store(part) for part in value]
    if not isinstance(value, Secret):
        return value
    if isinstance(present, str) and present and told_secret(present) == value:
        return present
    return stored_secret(value)


def inherited(
    wanted: Mapping[str, Any], present: Mapping[str, Any], names: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The settings wanted, with the secrets that they leave out as they are stored; null removes one.

    `names` are those of secrets that do not sound like it.
    """
    merged = dict(wanted)
    for name, part in present.items():
        if isinstance(part, Mapping) and isinstance(wanted.get(name), Mapping):
            merged[name] = inherited(wanted[name], part)
        elif name not in wanted and isinstance(part, str) and (name in names or is_secret_name(name)):
            merged[name] = part
    return {name: part for name, part in merged.items() if part is not None}
