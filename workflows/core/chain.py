"""Hashes that make a trace tamper-evident: canonical JSON, chained events, Merkle roots.

The canonical form is RFC 8785 (JSON Canonicalization Scheme). What is hashed has been through `normalise`
first, so that it reads back from PostgreSQL's jsonb and from SQLite exactly as it was written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any, Literal

import rfc8785

GENESIS = "0" * 64
DECIMALS = 6
LARGEST_INT = 2**53 - 1

_fast = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False)


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of a JSON value; raises ValueError for what JSON cannot hold.

    The standard encoder writes the same bytes wherever floats are plain and keys are ASCII, many times
    faster: ASCII keys sort alike by code point and by UTF-16 unit, and its escapes are those of the RFC.
    """
    if _is_plain(value):
        try:
            return _fast.encode(value).encode()
        except UnicodeEncodeError:
            pass
    return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-LARGEST_INT <= value <= LARGEST_INT)
    if kind is float:
        return is_plain_float(value)
    if kind is dict:
        return all(type(key) is str and key.isascii() and _is_plain(item) for key, item in value.items())
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return False


def is_plain_float(value: float) -> bool:
    """Whether Python's shortest form of the number is that of ECMAScript: no exponent in either, not whole."""
    return 1e-4 <= abs(value) < 1e16 and not value.is_integer()


def normalise(value: Any) -> Any:
    """`value` as JSON that both databases store without loss; applied twice it changes nothing more.

    Floats, Decimals and Fractions are rounded to 6 decimals and become ints when whole; instants become ISO
    text in UTC with ``Z``, dates ISO text, tuples lists. Raises ValueError or TypeError, with a sentence, for
    NaN, infinity, ints beyond 2**53 - 1, naive instants, NUL characters and lone surrogates (jsonb refuses
    both), keys that are not text, and any other type.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return _whole(int(value))
    if isinstance(value, float | Decimal | Fraction):
        return _number(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key): normalise(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [normalise(item) for item in value]
    raise TypeError(f"a {type(value).__name__} cannot be kept in an event")


def instant_text(instant: datetime) -> str:
    """An aware instant as ISO 8601 in UTC with ``Z``, microseconds only where there are any."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of an event must be text, not {type(key).__name__}")
    return _text(key)


def _text(value: str) -> str:
    if "\x00" in value:
        raise ValueError("text with a NUL character cannot be stored")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("text with half a surrogate pair cannot be stored") from error
    return str.__str__(value)


def _whole(value: int) -> int:
    if not -LARGEST_INT <= value <= LARGEST_INT:
        raise ValueError("a whole number beyond 2**53 - 1 cannot be kept exactly in JSON")
    return value


def _number(value: float | Decimal | Fraction) -> int | float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("a number must be finite, and no larger than JSON can hold")
    rounded = round(number, DECIMALS)
    return _whole(int(rounded)) if rounded.is_integer() else rounded


def event_hash(fields: Mapping[str, Any], previous: str) -> str:
    """The hex SHA-256 of an event: its stored fields, and the hash of the event before it (GENESIS for none).

    Raises ValueError when `fields` already holds ``previous`` or something that JSON cannot.
    """
    if "previous" in fields:
        raise ValueError("the previous hash is no field of the event")
    return sha256(canonical({**fields, "previous": previous})).hexdigest()


def evidence_hash(salt: str, content: Any) -> str:
    """The hex SHA-256 that binds erasable `content` to its event; without the salt it confirms no guess."""
    return sha256(canonical({"content": content, "salt": salt})).hexdigest()


def merkle_root(leaves: Sequence[str]) -> str:
    """The hex Merkle tree hash of RFC 6962, section 2.1, over the UTF-8 bytes of `leaves`, in their order.

    Leaves and inner nodes are hashed with different prefixes, so that no inner node can pass for a leaf.
    """
    return _tree(leaves).hex()


def _tree(leaves: Sequence[str]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0].encode()).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + _tree(leaves[:split]) + _tree(leaves[split:])).digest()


BreakKind = Literal["gap", "previous", "fields", "anchor"]

BREAKS: dict[str, str] = {
    "gap": "event {sequence} is missing",
    "previous": "event {sequence} does not follow from the event before it",
    "fields": "event {sequence} was changed after it was written",
    "anchor": "event {sequence} is not the one that was anchored",
}


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold, by its number in the run."""

    sequence: int
    kind: BreakKind

    def __str__(self) -> str:
        return BREAKS[self.kind].format(sequence=self.sequence)


def verify(
    events: Iterable[tuple[Mapping[str, Any], str, str]], anchored: Mapping[int, str] | None = None
) -> Break | None:
    """The first break in one run's events, or None when the chain holds.

    `events` are (fields, previous hash, own hash) in the order of ``fields["sequence"]``, which counts from
    1. `anchored` maps sequence numbers to hashes noted elsewhere; only these show a tail that was cut off, or
    a chain that was rewritten whole.
    """
    anchored = anchored or {}
    last, head = 0, GENESIS
    for fields, previous, own in events:
        last += 1
        kind: BreakKind | None = break_kind(fields, previous, own, last, head)
        if kind is None and anchored.get(last, own) != own:
            kind = "anchor"
        if kind:
            return Break(last, kind)
        head = own
    return Break(last + 1, "gap") if max(anchored, default=0) > last else None


def break_kind(
    fields: Mapping[str, Any], previous: str, own: str, sequence: int, head: str
) -> BreakKind | None:
    """Why an event cannot stand at `sequence` after the one whose hash is `head`; None when it can."""
    if fields.get("sequence") != sequence:
        return "gap"
    if previous != head:
        return "previous"
    try:
        expected = event_hash(fields, previous)
    except (ValueError, TypeError, RecursionError):
        return "fields"
    return None if own == expected else "fields"
