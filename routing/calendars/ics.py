"""Calendar feeds in the iCalendar format (RFC 5545), as Google, Outlook, Apple and others publish them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.cal import Component
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON
from recurring_ical_events import CalendarQuery

from routing.calendars.base import BusyInterval, CalendarAdapter, CalendarUnreadable, Fetched, Seen, Window
from routing.core.own_events import OWN_PROPERTY, is_own_uid
from workflows import outbound

MAX_BYTES = 5_000_000
MAX_EVENTS = 20_000
MAX_TIMES_A_DAY = 96
MAX_STEPS = 500_000
TIMEOUT_SECONDS = 10.0

# What the two libraries raise on files that are not quite calendars.
_PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
_CALENDAR_START = re.compile(rb"^BEGIN:VCALENDAR\s*$", re.IGNORECASE | re.MULTILINE)
# Days and floating times are placed in a zone only after the expansion; no offset exceeds a day.
_MARGIN = timedelta(days=2)

_NOT_A_CALENDAR = (
    "What this address gives is not a calendar, or not a whole one. "
    "Copy the calendar's private iCal address again."
)
_BROKEN_EVENT = "This calendar holds an event whose times cannot be read. Correct or remove it there."
_NEVER_ENDING = (
    "This calendar holds an event that repeats more often than meetings do. Shorten or remove it there."
)
_TOO_MANY = f"This calendar holds more than {MAX_EVENTS:,} events in the time asked about."
_TOO_MANY_STEPS = (
    "This calendar holds too many series that repeat often and for long. Give old ones an end there."
)
_STATUS_SENTENCES = {
    401: "The calendar asks for a password. Use its private iCal address, which needs none.",
    403: "The calendar is not shared at this address any more. Copy its private iCal address again.",
    404: "There is no calendar at this address any more. Copy its private iCal address again.",
    410: "There is no calendar at this address any more. Copy its private iCal address again.",
}
_ERROR_SENTENCES = {
    "redirect": "The calendar has moved: its address leads to another one. Enter that one instead.",
    "too_large": f"The calendar is over {MAX_BYTES // 1_000_000} MB large. Publish one of fewer old events.",
}
# Parts that may leave so fine a rule without any date: the search would then last until the year 9999.
_STARVING_PARTS = {
    "HOURLY": ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"),
    "DAILY": ("BYYEARDAY", "BYWEEKNO", "BYSETPOS"),
}
_DAYS_A_STEP = {"WEEKLY": 7, "MONTHLY": 30, "YEARLY": 365}
_LONGEST_DAY_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class IcsFeed(CalendarAdapter):
    """A feed at `config["url"]`, of http(s) or webcal, read as a whole at each change."""

    kind = "ics"

    def problems(self, config: Mapping[str, Any]) -> list[str]:
        url = config.get("url")
        if not isinstance(url, str) or not url.strip():
            return ["Enter the calendar's iCal address."]
        parts = urlsplit(web_address(url))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ["Enter an address that begins with https:// or webcal://."]
        return []

    def fetch(self, config: Mapping[str, Any], window: Window, seen: Seen | None = None) -> Fetched:
        if problems := self.problems(config):
            raise CalendarUnreadable(problems[0])
        headers = {"Accept": "text/calendar, */*;q=0.1"}
        if seen and seen.etag:
            headers["If-None-Match"] = seen.etag
        if seen and seen.modified:
            headers["If-Modified-Since"] = seen.modified
        try:
            response = outbound.request(
                "GET",
                web_address(config["url"]),
                headers=headers,
                timeout=TIMEOUT_SECONDS,
                max_bytes=MAX_BYTES,
            )
        except outbound.OutboundError as error:
            sentence = _ERROR_SENTENCES.get(error.kind, f"The calendar could not be reached: {error}.")
            raise CalendarUnreadable(sentence) from error
        if response.status == 304 and seen:
            return Fetched(None, seen)
        if response.status != 200:
            raise CalendarUnreadable(_status_sentence(response.status))
        busy = busy_intervals(response.content, window.start, window.end, window.zone)
        return Fetched(
            tuple(busy), Seen(response.headers.get("etag", ""), response.headers.get("last-modified", ""))
        )


def web_address(url: str) -> str:
    """The address to ask for a feed: webcal:// is https:// under another name."""
    return re.sub(r"^webcals?://", "https://", url.strip(), flags=re.IGNORECASE)


def busy_intervals(
    ics: bytes, from_instant: datetime, to_instant: datetime, default_zone: ZoneInfo
) -> list[BusyInterval]:
    """When the calendar `ics` is busy between two aware instants, in whole minutes since the Unix epoch.

    Recurrences are expanded (RRULE, RDATE, EXDATE, overrides); each occurrence is an interval of its own,
    clipped to the window, its start floored and its end ceiled to the minute, in order and without repeats.
    Whole days and floating times count in the calendar's zone (X-WR-TIMEZONE), else in `default_zone`.
    Transparent, cancelled and empty events, and those that Ordinus wrote, are not busy times.
    Raises CalendarUnreadable when any part of the file that matters cannot be understood.
    """
    window = (_minutes(from_instant, math.floor), _minutes(to_instant, math.ceil))
    busy: set[BusyInterval] = set()
    try:
        for calendar in _calendars(ics):
            zone = _zone(calendar, default_zone)
            for start, end in _spans(calendar, from_instant - _MARGIN, to_instant + _MARGIN):
                begins, ends = _instants(start, end, zone)
                first = max(_minutes(begins, math.floor), window[0])
                last = min(_minutes(ends, math.ceil), window[1])
                if begins < ends and first < last:
                    busy.add((first, last))
    except _PARSER_ERRORS as error:
        raise CalendarUnreadable(_BROKEN_EVENT) from error
    return sorted(busy)


def _calendars(ics: bytes) -> list[Component]:
    """The calendars in a file, usually one. One cut short is refused: what is missing is not free time."""
    try:
        calendars = Calendar.from_ical(ics, multiple=True)
    except _PARSER_ERRORS as error:
        raise CalendarUnreadable(_NOT_A_CALENDAR) from error
    whole: list[Component] = [calendar for calendar in calendars if calendar.name == "VCALENDAR"]
    if not whole or len(whole) != len(_CALENDAR_START.findall(ics.removeprefix(b"\xef\xbb\xbf"))):
        raise CalendarUnreadable(_NOT_A_CALENDAR)
    return whole


def _spans(calendar: Component, start: datetime, end: datetime) -> Iterator[tuple[date, date]]:
    """Start and end of every busy occurrence that may touch the time from `start` to `end`."""
    foreign = Calendar({"CALSCALE": calendar.get("CALSCALE", "GREGORIAN")})
    for event in calendar.walk("VEVENT"):
        if OWN_PROPERTY not in event and not is_own_uid(str(event.get("UID", ""))):
            foreign.add_component(event)
    _refuse_endless(foreign.walk("VEVENT"), end)
    found = chain.from_iterable(series.between(start, end) for series in CalendarQuery(foreign).series)
    occurrences = list(islice(found, MAX_EVENTS + 1))
    if len(occurrences) > MAX_EVENTS:
        raise CalendarUnreadable(_TOO_MANY)
    for occurrence in occurrences:
        event = occurrence.as_component(False)
        if _is_busy(event):
            yield event["DTSTART"].dt, event["DTEND"].dt
    for free_busy in calendar.walk("VFREEBUSY"):
        periods = free_busy.get("FREEBUSY", [])
        for period in periods if isinstance(periods, list) else [periods]:
            if str(period.params.get("FBTYPE", "BUSY")).upper() != "FREE":
                yield period.start, period.end


def _is_busy(event: Component) -> bool:
    """Judged by the occurrence, because an override may cancel or free a single one of a series."""
    return (
        str(event.get("TRANSP", "")).upper() != "TRANSPARENT"
        and str(event.get("STATUS", "")).upper() != "CANCELLED"
        # Outlook's published calendars say so besides, or instead.
        and str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() != "FREE"
    )


def _refuse_endless(events: Iterable[Component], end: datetime) -> None:
    """Raise CalendarUnreadable for rules whose expansion would take a worker's whole time."""
    steps = 0.0
    for event in events:
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            start: Any = event["DTSTART"]
            steps += _steps(rule, start.dt, end)
    if steps > MAX_STEPS:
        raise CalendarUnreadable(_TOO_MANY_STEPS)


def _steps(rule: Mapping[str, list[Any]], start: date, end: datetime) -> float:
    """About how many times a rule is looked at, as each is from its start on, however long ago that was."""
    frequency = str(rule["FREQ"][0]).upper()
    times_a_day = math.prod(len(rule.get(part, "1")) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    if frequency == "HOURLY" and "BYHOUR" not in rule:
        times_a_day *= 24
    if (
        frequency in ("SECONDLY", "MINUTELY")
        or times_a_day > MAX_TIMES_A_DAY
        or any(part in rule for part in _STARVING_PARTS.get(frequency, ()))
        or _never_comes(rule)
    ):
        raise CalendarUnreadable(_NEVER_ENDING)
    last = min(_date(end), *map(_date, rule.get("UNTIL", [end])))
    days = max((last - _date(start)).days, 0)
    return times_a_day * days / _DAYS_A_STEP.get(frequency, 1) / int(rule.get("INTERVAL", [1])[0])


def _never_comes(rule: Mapping[str, list[int]]) -> bool:
    """Whether a rule names only days that its months do not have, like 30 February."""
    if "BYMONTH" not in rule or "BYMONTHDAY" not in rule:
        return False
    longest = max(_LONGEST_DAY_OF_MONTH[int(month) - 1] for month in rule["BYMONTH"])
    return all(abs(day) > longest for day in rule["BYMONTHDAY"])


def _zone(calendar: Component, default: ZoneInfo) -> ZoneInfo:
    """The zone a calendar names for itself, by its IANA or its Windows name, if it can be had."""
    name = str(calendar.get("X-WR-TIMEZONE", "")).strip()
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name, name)) if name else default
    except (KeyError, ValueError, OSError):
        return default


def _instants(start: date, end: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """An occurrence's bounds as instants; both are days, floating times or aware times."""
    begins, ends = _instant(start, zone), _instant(end, zone)
    if ends <= begins:
        # In the hour that a clock change skips, the wall clock can run ahead of the end: keep the length.
        ends = begins + max(end - start, timedelta())
    return begins, ends


def _instant(value: date, zone: ZoneInfo) -> datetime:
    """A day's first moment, a floating or an aware time as an instant in UTC."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _date(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _minutes(instant: datetime, rounding: Callable[[float], int]) -> int:
    return rounding(instant.timestamp() / 60)


def _status_sentence(status: int) -> str:
    other = f"The calendar's server did not give it out (it answered {status}). It will be asked again."
    return _STATUS_SENTENCES.get(status, other)
