"""Which instants are taken from outside: those that every sum of dates can be made with."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d(?::\d\d)?)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # fmt: skip

NOT_AN_INSTANT = "Please send an instant with its offset, such as 2026-03-02T09:00:00Z."
NO_OFFSET = "Please add the offset from UTC, such as Z or +01:00; without it the instant is not known."
OUT_OF_RANGE = "Please send an instant between 1970 and 2199."


def parse(text: Any) -> datetime:
    """An instant of RFC 3339, seconds optional, in UTC. Raises ValueError with a sentence."""
    if not isinstance(text, str):
        raise ValueError(NOT_AN_INSTANT)
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(NO_OFFSET if _INSTANT.fullmatch(text + "Z") else NOT_AN_INSTANT)
    day, time, fraction, offset = found.groups()
    try:
        at = datetime.fromisoformat(
            f"{day}T{time}{(fraction or '')[:7]}{offset.upper()}".replace("Z", "+00:00")
        )
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(NOT_AN_INSTANT) from None
    if not EARLIEST <= at < LATEST:
        raise ValueError(OUT_OF_RANGE)
    return at


def guess(value: Any) -> datetime | None:
    """An instant as other systems write it, in UTC: any ISO 8601, without an offset UTC, or milliseconds since 1970.

    None for anything else, and for what lies beyond EARLIEST and LATEST.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value / 1000, UTC)
        else:
            at = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
            at = at.replace(tzinfo=UTC) if at.utcoffset() is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if EARLIEST <= at < LATEST else None
