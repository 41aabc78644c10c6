"""Letting go of what is only kept for a while: counts of past windows, answers to idempotency keys and of
look-ups."""

from __future__ import annotations

from datetime import datetime, timedelta

from bookings import limits, receiving, remembering
from bookings.models import IdempotentAnswer
from routing import holding

KEPT_FOR = timedelta(hours=24)


def tidy(now: datetime) -> int:
    """Rows that no request can need any more are gone; returns how many."""
    removed, _ = IdempotentAnswer.objects.filter(made_at__lt=now - KEPT_FOR).delete()
    return removed + limits.purge(now) + remembering.purge(now) + receiving.purge(now) + holding.tidy(now)
