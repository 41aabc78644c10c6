"""Hashing rows as they are stored: the same hashes as `chain` gives, from the JSON text that databases hand out.

Verifying reads millions of events. Building a row object for each, and asking of every value whether the quick
encoder may write it, takes several times longer than the hash itself; here the text is decoded once, and what the
quick encoder would write otherwise than RFC 8785 is found while decoding.
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from workflows.core import chain

REMEMBERED = 50_000
"""Texts whose canonical form is kept: stages are entered and left in the same few ways."""

LONGEST_REMEMBERED = 200


class StoredEvent(NamedTuple):
    """An event's columns; `data` is its JSON text, `at` ISO 8601 in UTC with ``Z``."""

    run: int
    sequence: int
    verb: str
    at: str
    actor: str
    lead: int | None
    booking: int | None
    workflow_version: int | None
    stage: str | None
    data: str
    evidence_hash: str
    previous: str
    hash: str


class _Unquick(ValueError):
    """A number whose shortest form Python writes otherwise than RFC 8785."""


def _number(text: str) -> float:
    value = float(text)
    if chain.is_plain_float(value):
        return value
    raise _Unquick(text)


_decode = json.JSONDecoder(parse_float=_number).decode
_encode = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False
).encode
_quoted = lru_cache(4096)(_encode)


def event_hash(row: StoredEvent) -> str:
    """The hash that `chain.event_hash` gives for these fields. Raises ValueError where `data` is no JSON."""
    text = (
        f'{{"actor":{_quoted(row.actor)},"at":"{row.at}","booking":{_int(row.booking)},"data":{canonical(row.data)}'
        f',"evidence":"{row.evidence_hash}","lead":{_int(row.lead)},"previous":"{row.previous}","run":{row.run}'
        f',"sequence":{row.sequence},"stage":{_quoted(row.stage)},"verb":{_quoted(row.verb)}'
        f',"workflow_version":{_int(row.workflow_version)}}}'
    )
    return sha256(text.encode()).hexdigest()


def evidence_hash(salt: str, content: str) -> str:
    """The hash that `chain.evidence_hash` gives, from the stored JSON text."""
    return sha256(f'{{"content":{canonical(content)},"salt":{_encode(salt)}}}'.encode()).hexdigest()


def canonical(text: str) -> str:
    """The RFC 8785 form of a JSON text."""
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _canonical(text)


def _canonical(text: str) -> str:
    # Keys beyond ASCII sort by UTF-16 unit in RFC 8785; an escape may hide one.
    if text.isascii() and "\\u" not in text:
        try:
            return _encode(_decode(text))
        except _Unquick:
            pass
    return chain.canonical(json.loads(text)).decode()


_remembered = lru_cache(REMEMBERED)(_canonical)


def _int(value: Any) -> Any:
    return "null" if value is None else value
