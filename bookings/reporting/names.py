"""What people call the things that reports are split by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection

from bookings.models import BookingForm
from routing.models import Pool, Rep, Segment

NONE = "none"


def named(by: str, keys: Iterable[str]) -> dict[str, str]:
    """The keys in the order of their names; what is not known by name goes by its key, the nameless last."""
    keys = list(keys)
    known = _known(by)
    found = {key: known.get(key, key) for key in keys if key != NONE}
    shown = dict(sorted(found.items(), key=lambda item: item[1].lower()))
    return shown | ({NONE: NAMELESS.get(by, "None")} if NONE in keys else {})


def week(at: datetime) -> str:
    """The Monday of the instant's week (UTC), as a date."""
    return (at.date() - timedelta(days=at.weekday())).isoformat()


def weeks(keys: Iterable[str]) -> dict[str, str]:
    """Every week from the first to the last of them, also those in which nothing happened."""
    ordered = sorted(keys)
    if not ordered:
        return {}
    monday, last = date.fromisoformat(ordered[0]), date.fromisoformat(ordered[-1])
    shown = {}
    while monday <= last:
        shown[monday.isoformat()] = f"{monday.day} {monday:%b}"
        monday += timedelta(days=7)
    return shown


NAMELESS = {
    "segment": "No segment",
    "pool": "No pool",
    "rep": "No rep yet",
    "source": "No source told",
    "form": "No form",
}


SOURCES = """
WITH RECURSIVE found(source) AS (
    SELECT min(source) FROM bookings_runprogress WHERE source <> ''
    UNION ALL
    SELECT (SELECT min(source) FROM bookings_runprogress WHERE source <> '' AND source > found.source)
    FROM found WHERE found.source IS NOT NULL
)
SELECT source FROM found WHERE source IS NOT NULL LIMIT %s
"""
"""From one to the next through an index, as many look-ups as there are sources, however many leads each has."""


def sources(most: int) -> list[str]:
    """The first of all sources that leads came from, by name."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCES, [most])
        return [source for (source,) in cursor.fetchall()]


def reps() -> dict[int, str]:
    """E-mail addresses of all reps, by number."""
    return dict(Rep.objects.values_list("pk", "email"))


def _known(by: str) -> dict[str, str]:
    if by == "segment":
        return dict(Segment.objects.values_list("slug", "name"))
    if by == "pool":
        return dict(Pool.objects.values_list("slug", "name"))
    if by == "rep":
        return dict(Rep.objects.values_list("email", "name"))
    if by == "form":
        return dict(BookingForm.objects.values_list("slug", "name"))
    return {}
