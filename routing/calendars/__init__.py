"""Calendars that busy times are read from: one adapter a file, one line each in ADAPTERS."""

from __future__ import annotations

from routing.calendars.base import BusyInterval, CalendarAdapter, CalendarUnreadable, Fetched, Seen, Window
from routing.calendars.ics import IcsFeed

__all__ = [
    "ADAPTERS",
    "BusyInterval",
    "CalendarAdapter",
    "CalendarUnreadable",
    "Fetched",
    "Seen",
    "Window",
]

ADAPTERS: dict[str, CalendarAdapter] = {
    IcsFeed.kind: IcsFeed(),
}
