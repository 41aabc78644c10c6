from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bookings import housekeeping, retaining


@shared_task(name="bookings.tasks.tidy")
def tidy() -> None:
    """Let go of what is only kept for a while."""
    now = timezone.now()
    housekeeping.tidy(now)
    retaining.let_go(now)
