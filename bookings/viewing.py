"""Counting how often forms are looked at: a number a form, day and source, and nothing about who looked."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import date, datetime
from time import monotonic

from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from bookings.models import BookingForm, FormViews
from bookings.rolling_up import OTHER

logger = logging.getLogger(__name__)

SECONDS = 1.0
"""Between two writes of one process: many visitors at once do not queue for one row."""
MOST_SOURCES = 50
"""Of one form and day; anybody can write sources into an address, and further ones count together."""

MACHINES = ("bot", "crawl", "spider", "preview", "scan", "monitor", "headless")


class Views:
    """Views that this process has counted and not written yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[int, date, str]] = Counter()
        self._written: float | None = None

    def add(self, form: int, day: date, source: str = "") -> None:
        with self._lock:
            self._counts[form, day, source] += 1

    def write(self, *, all_of_them: bool = False) -> None:
        """Add what was counted to the table, at most once in SECONDS unless told to.

        When the database cannot take it, it is kept for the next time.
        """
        with self._lock:
            if not self._counts or not (all_of_them or self._is_time()):
                return
            counts, self._counts = self._counts, Counter()
            self._written = monotonic()
        try:
            with transaction.atomic():
                for (form, day, source), count in sorted(counts.items()):
                    _add(form, day, source, count)
        except DatabaseError as error:
            logger.warning("views of forms could not be counted now: %s", type(error).__name__)
            with self._lock:
                self._counts.update(counts)

    def _is_time(self) -> bool:
        return self._written is None or monotonic() - self._written >= SECONDS


def _add(form: int, day: date, source: str, count: int) -> None:
    of_day = FormViews.objects.filter(form=form, day=day)
    if of_day.filter(source=source).update(count=F("count") + count):
        return
    if not BookingForm.objects.filter(pk=form).exists():
        return
    if source and of_day.count() >= MOST_SOURCES:
        source = OTHER
    FormViews.objects.bulk_create([FormViews(form_id=form, day=day, source=source)], ignore_conflicts=True)
    of_day.filter(source=source).update(count=F("count") + count)


VIEWS = Views()


def count(
    request: HttpRequest, response: HttpResponse, form: int, source: str, now: datetime
) -> HttpResponse:
    """One more view of the form, written once the visitor has the page; machines that say so do not count."""
    if request.method == "GET" and response.status_code == 200 and not _is_machine(request):
        VIEWS.add(form, now.date(), source)
        response._resource_closers.append(VIEWS.write)  # type: ignore[attr-defined]
    return response


def _is_machine(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "").lower()
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")).lower()
    return "prefetch" in purpose or any(word in agent for word in MACHINES)
