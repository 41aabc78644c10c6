"""Why a rep cannot hold a meeting, in the present: clauses that follow the rep's name, on a reader's clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bookings.core import wording

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = {
    "inactive": "is not active any more",
    "outside_hours": "does not work at that time",
    "busy": "is busy then",
    "booked": "has another meeting then",
    "held": "is kept for another guest just now",
    "no_match": "does not match this guest",
    "gives_it_up": "has it now",
    "not_a_member": "is not in the pool",
    "left": "has left by then",
    "day_off": "has a day off",
    "public_holiday": "keeps a public holiday",
    "closed": "cannot meet, since the pool is closed that day",
    "calendar_unread": "has a calendar that cannot be read",
}
_CAPS = {
    "daily_cap": "meetings that day",
    "weekly_cap": "meetings that week",
    "pool_daily_cap": "meetings of this pool that day",
    "pool_weekly_cap": "meetings of this pool that week",
}


def clause(code: str, detail: Mapping[str, Any], zone: str) -> str:
    """Such as “is busy from 10:00 to 11:00”; a code that is not known is told as its words."""
    if code in _CAPS and isinstance(detail.get("cap"), int):
        return f"has {detail.get('count')} of {detail['cap']} {_CAPS[code]}"
    if code == "left" and detail.get("last_day"):
        return f"leaves after {_day(detail['last_day'])}"
    if code in ("day_off", "public_holiday") and detail.get("on"):
        return f"{_PLAIN[code]} on {_day(detail['on'])}"
    if code == "busy" and detail.get("start") and detail.get("end"):
        start, end = _instant(detail["start"]), _instant(detail["end"])
        return f"is busy from {wording.clock(start, zone)} to {wording.clock(end, zone)}"
    return _PLAIN.get(code) or _words(code)


def _words(code: str) -> str:
    return f"has reached the {code.replace('_', ' ')}" if code in _CAPS else code.replace("_", " ")


def _day(value: str) -> str:
    on = date.fromisoformat(value)
    return wording.day(datetime(on.year, on.month, on.day, tzinfo=UTC), "UTC")


def _instant(value: str | int) -> datetime:
    """An instant as the trail keeps it, or a minute since the epoch as slots count time."""
    return _EPOCH + timedelta(minutes=value) if isinstance(value, int) else datetime.fromisoformat(value)
