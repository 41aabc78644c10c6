"""Anchors noted outside the database, and held against it: who rewrote everything cannot have rewritten those.

A note is a file of JSON lines, written by `export_anchors` or by a sink that takes `audit.anchored`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflows import anchoring
from workflows.models import Anchor


class NoNote(ValueError):
    """A line that is no anchor's; the message names the line and says what one looks like."""


def lines(since: int = 0) -> Iterator[str]:
    """Each anchor after the one with the number `since`, oldest first, as a line of JSON."""
    for row in Anchor.objects.filter(number__gt=since).order_by("number").iterator():
        yield json.dumps(anchoring.record(row))


def read(noted: Iterable[str]) -> dict[int, str]:
    """Hashes by number. Raises NoNote."""
    found: dict[int, str] = {}
    for place, line in enumerate(noted, 1):
        if not line.strip():
            continue
        record = _record(line)
        number, hash_ = record.get("number"), record.get("hash")
        if not isinstance(number, int) or not isinstance(hash_, str):
            raise NoNote(
                f"line {place} is no anchor; one is JSON with “number” and “hash”, as export_anchors writes"
            )
        if found.setdefault(number, hash_) != hash_:
            raise NoNote(f"line {place} notes another hash of anchor {number} than an earlier line")
    return found


def _record(line: str) -> Mapping[str, Any]:
    """The anchor of a line: the line itself, or the event in what a sink was told."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    data = value.get("data") if isinstance(value, dict) else None
    event = data.get("event") if isinstance(data, dict) else None
    record = event if isinstance(event, dict) else value
    return record if isinstance(record, dict) else {}


def differing(noted: Mapping[int, str]) -> list[int]:
    """Numbers of noted anchors that the database does not hold as they were noted, in order."""
    held: dict[int, str] = {}
    numbers = sorted(noted)
    for start in range(0, len(numbers), anchoring.BATCH):
        batch = numbers[start : start + anchoring.BATCH]
        held |= dict(Anchor.objects.filter(number__in=batch).values_list("number", "hash"))
    return [number for number in numbers if held.get(number) != noted[number]]
