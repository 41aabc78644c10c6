"""Addresses at which web calendars open a new entry, filled in.

Google Calendar reads `render?action=TEMPLATE`, its instants in the basic form of ISO 8601;
Outlook, at home and at work, the compose deep link, its instants in the extended form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode


def links(
    *, title: str, start: datetime, end: datetime, details: str, location: str
) -> list[tuple[str, str]]:
    """Name and address for each web calendar; `start` and `end` are aware."""
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{_basic(start)}/{_basic(end)}",
        "details": details,
        "location": location,
    }
    outlook = {
        "rru": "addevent",
        "path": "/calendar/action/compose",
        "subject": title,
        "startdt": _extended(start),
        "enddt": _extended(end),
        "body": details,
        "location": location,
    }
    return [
        ("Google", _address("https://calendar.google.com/calendar/render", google)),
        ("Outlook", _address("https://outlook.live.com/calendar/0/deeplink/compose", outlook)),
        ("Microsoft 365", _address("https://outlook.office.com/calendar/0/deeplink/compose", outlook)),
    ]


def _address(base: str, fields: Mapping[str, str]) -> str:
    # Outlook shows a plus sign where urlencode writes one for a blank.
    return f"{base}?{urlencode(fields, quote_via=quote)}"


def _basic(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _extended(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
