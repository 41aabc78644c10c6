"""When an attempt that failed is made again: a pure policy, with chance as an argument."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

BASE = timedelta(seconds=30)
CAP = timedelta(hours=6)
MAX_ATTEMPTS = 12


def delay(attempt: int, jitter: float, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait after failed attempt number `attempt`, counted from 1.

    30 s, doubled each time, at most 6 h, shortened by up to half as `jitter` goes from 0 to 1, so that what
    failed together does not come back together, at the cap either ("equal jitter": Brooker, AWS Architecture
    Blog, 2015). `retry_after`, what the other side asked for, lengthens the wait, to the cap at most. Raises
    ValueError for an attempt below 1 or a jitter outside [0, 1).
    """
    if attempt < 1:
        raise ValueError("attempts are counted from 1")
    if not 0 <= jitter < 1:
        raise ValueError("the jitter must be at least 0 and below 1")
    doublings = min(attempt - 1, MAX_ATTEMPTS)
    own = min(BASE * (1 << doublings), CAP) * (1 - jitter / 2)
    return max(own, min(retry_after, CAP)) if retry_after else own


def is_exhausted(attempt: int) -> bool:
    """Whether failed attempt number `attempt` was the last one."""
    return attempt >= MAX_ATTEMPTS


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """The wait that a ``Retry-After`` header asks for (RFC 9110, section 10.2.3): seconds, or an HTTP date.

    Never negative; None for an absent or unreadable header.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), CAP)
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return None
    if instant.utcoffset() is None:
        instant = instant.replace(tzinfo=UTC)
    return max(instant - now, timedelta(0))
