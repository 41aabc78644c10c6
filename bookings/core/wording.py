"""Times as people read them: “Tuesday 24 November, 10:00-10:30 (Berlin)”."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Zone = ZoneInfo | str

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
# Browsers still report these by their old names (links in the tz database's file `backward`).
_RENAMED = {
    "America/Godthab": "Nuuk",
    "Asia/Calcutta": "Kolkata",
    "Asia/Katmandu": "Kathmandu",
    "Asia/Rangoon": "Yangon",
    "Asia/Ho_Chi_Minh": "Ho Chi Minh City",
    "Asia/Saigon": "Ho Chi Minh City",
    "Atlantic/Faeroe": "Faroe",
    "Europe/Kiev": "Kyiv",
    "Pacific/Ponape": "Pohnpei",
    "Pacific/Truk": "Chuuk",
}
_UTC_NAMES = frozenset({"UTC", "UCT", "GMT", "GMT0", "GMT+0", "GMT-0", "Zulu", "Universal", "Greenwich"})
_FIXED = re.compile(r"Etc/GMT([+-])(\d{1,2})")
# What a zone's name begins with where its last part alone would say too little: “US/Eastern”.
_COUNTRIES = frozenset({"US", "Canada", "Brazil", "Chile", "Mexico"})

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
# Unit, its seconds, and the count from which the next unit takes over.
_STEPS = (
    ("minute", _MINUTE, 60),
    ("hour", _HOUR, 24),
    ("day", _DAY, 14),
    ("week", 7 * _DAY, 9),
    ("month", 2_629_746, 12),  # a twelfth of the Gregorian mean year of 365.2425 days
    ("year", 31_556_952, 10_000),
)


def span(start: datetime, end: datetime, zone: Zone, now: datetime | None = None) -> str:
    """A meeting's time on the clock of `zone`, with the year if it is not the year of `now`.

    “Tuesday 24 November, 10:00-10:30 (Berlin)”; over midnight both days are named; where the clocks change
    in between, or show the start twice that day, the offset from UTC is said too. All instants are aware.
    """
    tz = _tz(zone)
    first, last = start.astimezone(tz), end.astimezone(tz)
    first_clock, last_clock, place = f"{first:%H:%M}", f"{last:%H:%M}", city(zone)
    if first.utcoffset() != last.utcoffset():
        first_clock += f" {_offset_of(first)}"
        last_clock += f" {_offset_of(last)}"
    elif _is_twofold(first):
        place = f"{place}, {_offset_of(first)}"
    if first.date() == last.date():
        dash = " - " if " " in first_clock else "-"
        return f"{day(start, zone, now)}, {first_clock}{dash}{last_clock} ({place})"
    return f"{day(start, zone, now)}, {first_clock} - {day(end, zone, now)}, {last_clock} ({place})"


def moment(at: datetime, zone: Zone, now: datetime | None = None) -> str:
    """An instant on the clock of `zone`: “Tuesday 24 November, 10:00 (Berlin)”; the year as in `span`."""
    local = at.astimezone(_tz(zone))
    place = f"{city(zone)}, {_offset_of(local)}" if _is_twofold(local) else city(zone)
    return f"{day(at, zone, now)}, {local:%H:%M} ({place})"


def day(at: datetime, zone: Zone, now: datetime | None = None) -> str:
    """The day of an instant in `zone`: “Tuesday 24 November”, with the year if not that of `now`."""
    tz = _tz(zone)
    local = at.astimezone(tz)
    text = f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    if now is not None and now.astimezone(tz).year != local.year:
        text += f" {local.year}"
    return text


def clock(at: datetime, zone: Zone) -> str:
    """The time of day in `zone`: “10:00”."""
    return f"{at.astimezone(_tz(zone)):%H:%M}"


def city(zone: Zone) -> str:
    """The place a zone is called after: “Berlin”, “Buenos Aires”, “UTC”, “US Eastern”, “UTC-5”."""
    name = str(zone)
    if name in _RENAMED:
        return _RENAMED[name]
    if fixed := _FIXED.fullmatch(name):
        # The tz database counts these the POSIX way, westward: Etc/GMT+5 is five hours behind UTC.
        hours = int(fixed[2]) * (-1 if fixed[1] == "+" else 1)
        return offset_label(timedelta(hours=hours))
    region, _, place = name.rpartition("/")
    if place in _UTC_NAMES and region in ("", "Etc"):
        return "UTC"
    place = place.replace("_", " ")
    return f"{region} {place}" if region in _COUNTRIES else place


def zone_label(zone: Zone, at: datetime) -> str:
    """A zone with its offset at that instant: “Berlin (UTC+1)”, or “UTC” alone."""
    place, offset = city(zone), _offset_of(at.astimezone(_tz(zone)))
    return place if place == offset else f"{place} ({offset})"


def offset_label(offset: timedelta) -> str:
    """An offset from UTC: “UTC+5:45”, “UTC-3”, “UTC”; seconds are rounded to the minute."""
    minutes = round(offset / timedelta(minutes=1))
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


def relative(now: datetime, then: datetime) -> str:
    """How far `then` lies from `now`, to the nearest unit: “in 3 days”, “2 hours ago”, “just now”."""
    # In UTC, because instants of one zone are subtracted by its wall clock and miss a change in between.
    seconds = round((then.astimezone(UTC) - now.astimezone(UTC)).total_seconds())
    distance = abs(seconds)
    if distance < _MINUTE:
        return "in a moment" if seconds > 0 else "just now"
    text = _nearest(distance)
    return f"in {text}" if seconds > 0 else f"{text} ago"


def duration(minutes: int) -> str:
    """A length of time: “30 minutes”, “1 hour 30 minutes”, “2 days”."""
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    parts = [_counted(n, unit) for n, unit in ((days, "day"), (hours, "hour"), (rest, "minute")) if n]
    return " ".join(parts) or "0 minutes"


def _nearest(seconds: int) -> str:
    for unit, length, limit in _STEPS:
        count = (seconds + length // 2) // length
        if count < limit:
            return _counted(max(count, 1), unit)
    raise OverflowError("No calendar reaches that far.")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _tz(zone: Zone) -> ZoneInfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _offset_of(local: datetime) -> str:
    return offset_label(local.utcoffset() or timedelta())


def _is_twofold(local: datetime) -> bool:
    """Whether the clock shows this time twice; in a gap too the offsets differ, but no instant lies there."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
