"""Taking secrets and personal data out of what other systems answer, before it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflows import secrets

ADDRESS = re.compile(r"[^\s@<>\"'“”‘’=(,;:]+@[^\s@<>\"'“”‘’),;:]+")
# As people write them: with + or 0 in front, or in the groups of North America; dates and numbers of rows stay.
PHONE = re.compile(
    r"(?<![\w.])(?:(?:\+\d|\(?0\d)(?:[ ()./-]{0,2}\d){6,}|\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4})(?!\d)"
)


def masked(text: str, hidden: Iterable[str]) -> str:
    """The text without the texts in `hidden`, e-mail addresses and telephone numbers."""
    text = secrets.mask(text, hidden)
    text = ADDRESS.sub(secrets.MASK, text)
    return PHONE.sub(secrets.MASK, text)


def secrets_in(stored: Any, resolved: Any) -> Iterator[str]:
    """The secrets of a sink's settings in the clear: whatever differs from how it is stored."""
    if isinstance(resolved, Mapping):
        for name, value in resolved.items():
            yield from secrets_in(stored.get(name) if isinstance(stored, Mapping) else None, value)
    elif isinstance(resolved, list | tuple):
        parts = stored if isinstance(stored, list | tuple) else [None] * len(resolved)
        for part, value in zip(parts, resolved, strict=False):
            yield from secrets_in(part, value)
    elif isinstance(resolved, str) and resolved and resolved != stored:
        yield resolved


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys of objects aside; numbers as they are written."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_in(part)
    elif isinstance(value, str):
        yield value
