"""What callers ask for behind the question mark. Every value that does not fit is named with what to do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import QueryDict

from bookings.core import instants
from bookings.refusals import Invalid

DAYS_BY_DEFAULT = 14
MOST_DAYS = 92
# Beyond any horizon, and far enough from the calendar's ends for every sum of dates.
FARTHEST = timedelta(days=3660)
LONGEST = 254
CURSOR = "[A-Za-z0-9+/]{1,400}={0,2}"
NOT_BEFORE = "Please send an instant before “until”."
MOST_NUMBER = 10**18 - 1

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def dates(query: QueryDict, zone: str, now: datetime) -> tuple[date, date]:
    """`from` and `to`, both included: by default fourteen days from the guest's today. Raises Invalid."""
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    errors: dict[str, list[str]] = {}
    first, last = _date(query, "from", errors), _date(query, "to", errors)
    if errors:
        raise Invalid("Please look at the dates.", fields=errors)
    near, far = today - FARTHEST, today + FARTHEST
    first = first or min(today, last or today)
    if last is None:
        first = min(max(first, near), far)
        last = first + timedelta(days=DAYS_BY_DEFAULT - 1)
    if last < first:
        raise Invalid("Please look at the dates.", fields={"to": ["Please ask for a day not before “from”."]})
    if (last - first).days >= MOST_DAYS:
        told = [f"Please ask for at most {MOST_DAYS} days at a time."]
        raise Invalid("Please look at the dates.", fields={"to": told})
    return min(max(first, near), far), min(max(last, near), far)


def text(query: QueryDict, name: str) -> str | None:
    """A parameter as text, None where it is not given or empty. Raises Invalid."""
    return _given(query, name) or None


def needed(query: QueryDict, name: str) -> str:
    """A parameter that has to be there. Raises Invalid."""
    value = text(query, name)
    if value is None:
        raise _invalid(name, "Please add this to the address.")
    return value


def word(query: QueryDict, name: str, words: list[str]) -> str | None:
    """A parameter that is one of a few words. Raises Invalid."""
    value = _given(query, name)
    if value is not None and value not in words:
        raise _invalid(name, f"Please send one of: {', '.join(words)}.")
    return value


def fitting(query: QueryDict, name: str, pattern: str, told: str) -> str | None:
    """A parameter that, unless empty, has to look as `pattern` does; `told` says how that is. Raises Invalid."""
    value = text(query, name)
    if value is not None and re.fullmatch(pattern, value, re.ASCII) is None:
        raise _invalid(name, told)
    return value


def number(query: QueryDict, name: str, most: int = MOST_NUMBER, least: int = 1) -> int | None:
    """A parameter that is a whole number from `least` to `most`. Raises Invalid."""
    value = _given(query, name)
    if value is None:
        return None
    if re.fullmatch(r"[0-9]{1,18}", value, re.ASCII) is None or not least <= int(value) <= most:
        said = f"of at least {least}" if most == MOST_NUMBER else f"from {least} to {most}"
        raise _invalid(name, f"Please send a whole number {said}.")
    return int(value)


def instant(query: QueryDict, name: str) -> datetime | None:
    """A parameter that is an instant, or a date that means its midnight in UTC. Raises Invalid."""
    value = _given(query, name)
    if value is None:
        return None
    # A plus sign that was not escaped arrives as a space.
    given = f"{value}T00:00:00Z" if _DATE.fullmatch(value) else value.replace(" ", "+")
    try:
        return instants.parse(given)
    except ValueError as complaint:
        raise _invalid(name, str(complaint)) from None


def span(query: QueryDict, now: datetime, days: int) -> tuple[datetime, datetime]:
    """`since` (included) and `until` (not included); by default the last days up to now. Raises Invalid."""
    until = instant(query, "until") or now.astimezone(UTC)
    since = instant(query, "since") or until - timedelta(days=days)
    if since >= until:
        raise _invalid("since", NOT_BEFORE)
    return since, until


def within(query: QueryDict, field: str) -> Q:
    """Rows whose `field` is from `since` on (included) and before `until`, where they are given. Raises Invalid."""
    since, until = instant(query, "since"), instant(query, "until")
    if since and until and since >= until:
        raise _invalid("since", NOT_BEFORE)
    wanted = Q(**{f"{field}__gte": since}) if since else Q()
    return wanted & Q(**{f"{field}__lt": until}) if until else wanted


def _date(query: QueryDict, name: str, errors: dict[str, list[str]]) -> date | None:
    value = query.get(name)
    if value is None:
        return None
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    errors[name] = ["Please send a date such as 2026-03-02."]
    return None


def _given(query: QueryDict, name: str) -> str | None:
    value = query.get(name)
    if value is None:
        return None
    if len(value) > LONGEST or "\x00" in value:
        raise _invalid(name, f"Please send at most {LONGEST} characters of plain text.")
    return value


def _invalid(name: str, told: str) -> Invalid:
    return Invalid("Please look at the address.", fields={name: [told]})
