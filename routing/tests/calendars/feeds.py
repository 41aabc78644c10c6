"""Feeds to read, written as calendars write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from routing.calendars.ics import busy_intervals

BERLIN = ZoneInfo("Europe/Berlin")
FROM = datetime(2026, 11, 1, tzinfo=UTC)
TO = datetime(2026, 12, 1, tzinfo=UTC)


def feed(*events: str, head: str = "") -> bytes:
    """A calendar of events, each given as the lines below its BEGIN:VEVENT; `head` stands above them."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//Calendar//EN", *_lines(head)]
    for number, event in enumerate(events):
        own = _lines(event)
        if not any(line.startswith("UID") for line in own):
            own.append(f"UID:event-{number}@elsewhere.example")
        lines += ["BEGIN:VEVENT", "DTSTAMP:20261001T000000Z", *own, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def busy(ics: bytes, start: datetime = FROM, end: datetime = TO, zone: ZoneInfo = BERLIN) -> list[str]:
    """The busy times as text in UTC, `11-24 09:00 - 11-24 09:30`."""
    return [f"{_clock(first)} - {_clock(last)}" for first, last in busy_intervals(ics, start, end, zone)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def _clock(minutes: int) -> str:
    return f"{datetime.fromtimestamp(minutes * 60, UTC):%m-%d %H:%M}"
