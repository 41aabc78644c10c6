"""Hashing rows as they are stored: the same hashes as `chain` gives, from the JSON text that databases hand out.

Verifying reads millions of events. Building a row object for each, and asking of every value whether the quick
encoder may write it, takes several times longer than the hash itself; here the text is decoded once, and what the
quick encoder would write otherwise than RFC 8785 is found while decoding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from workflows.core import chain

REMEMBERED = 50_000
"""Texts whose canonical form is kept: stages are entered and left in the same few ways."""

LONGEST_REMEMBERED = 200
WHOLE_SECONDS, WITH_MICROSECONDS = len("2026-03-02T09:00:00"), len("2026-03-02T09:00:00.123456")


class StoredEvent(NamedTuple):
    """An event's columns; `data` is its JSON text, `at` ISO 8601 in UTC, without a zone."""

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


class Trace(NamedTuple):
    """All that is kept of one run. `head` is (sequence, hash, anchored), if there is one; `leaves` are (sequence,
    hash) of its anchored heads; `evidence` maps sequences to (salt, JSON text); `events` have the columns of
    `StoredEvent`, in the order of their sequences."""

    run: int
    head: tuple[int, str, int] | None
    leaves: Sequence[tuple[int, str]]
    evidence: Mapping[int, tuple[str, str]]
    events: Sequence[Any]


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


class _Quoted(dict[Any, str]):
    """The JSON text of verbs, stages and actors, which are few."""

    def __missing__(self, value: str | None) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        text = self[value] = _encode(value)
        return text


_quoted = _Quoted()


def event_hash(row: Sequence[Any]) -> str:
    """The hash that `chain.event_hash` gives for a `StoredEvent`. Raises ValueError where `data` is no JSON."""
    run, sequence, verb, at, actor, lead, booking, version, stage, data, evidence, previous, _ = row
    if len(at) != WHOLE_SECONDS:
        at = at.ljust(WITH_MICROSECONDS, "0")
    text = (
        f'{{"actor":{_quoted[actor]},"at":"{at}Z","booking":{"null" if booking is None else booking}'
        f',"data":{canonical(data)},"evidence":"{evidence}","lead":{"null" if lead is None else lead}'
        f',"previous":"{previous}","run":{run},"sequence":{sequence},"stage":{_quoted[stage]}'
        f',"verb":{_quoted[verb]},"workflow_version":{"null" if version is None else version}}}'
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
