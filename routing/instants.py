"""Between the database's instants and the whole minutes that slots are computed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def minute_of(instant: datetime) -> int:
    """Whole minutes since 1970-01-01 00:00 UTC, seconds cut off."""
    return (instant - EPOCH) // MINUTE


def minute_from(instant: datetime) -> int:
    """The first whole minute that is not before the instant."""
    return -((EPOCH - instant) // MINUTE)


def instant_of(minute: int) -> datetime:
    return EPOCH + minute * MINUTE
