"""Reason codes of routing and draws as clauses that follow “because”, on the clock of whoever reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bookings.core import wording
from bookings.story.words import Names, moment, said

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR, LATEST = 60, 10**10

Detail = Mapping[str, Any]
Clause = Callable[[Detail, Names], str]

_FACTS = {
    "lead.email": "the e-mail address", "lead.email_domain": "the e-mail domain",
    "lead.free_email": "a free mail address",
    "lead.disposable_email": "a throw-away mail address", "lead.time_zone": "the time zone",
    "lead.language": "the language",
    "lead.tags": "the tags", "lead.seen_before": "seen before", "crm.owner_email": "the owner in the CRM",
    "no_shows": "the number of no-shows", "reschedules": "the number of moves",
}  # fmt: skip
_SOURCES = {"enrichment": "looked up", "crm": "from the CRM", "utm": "campaign"}


def fact_name(fact: str, names: Names) -> str:
    """A fact as people call it: an answer by its question, what was looked up as such."""
    known = names.facts.get(fact) or _FACTS.get(fact)
    if known:
        return known
    source, _, rest = fact.partition(".")
    if source in _SOURCES and rest:
        return f"{said(rest)} ({_SOURCES[source]})"
    return said(rest if source in ("answers", "lead") and rest else fact)


def because(code: object, detail: Detail | None, names: Names) -> str:
    """Why a rep was left out, or a pool: a clause such as “the weekly cap of 15 was full”. Never raises."""
    clause = _CLAUSES.get(str(code))
    return clause(detail if isinstance(detail, Mapping) else {}, names) if clause else said(code)


def _outside_hours(detail: Detail, names: Names) -> str:
    day, minute = detail.get("weekday"), detail.get("minute")
    if not isinstance(day, int) or not isinstance(minute, int) or not 0 <= day < 7:
        return "the start lay outside working hours"
    clock = f"{minute // HOUR:02}:{minute % HOUR:02}"
    return f"{WEEKDAYS[day]} {clock} on the rep's clock is outside working hours"


def _on_a_date(text: str) -> Clause:
    def clause(detail: Detail, names: Names) -> str:
        day = _date(detail.get("on"))
        return text.format(day or "that day")

    return clause


def _date(value: object) -> str:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return ""
    return wording.day(datetime(day.year, day.month, day.day, tzinfo=UTC), "UTC")


def _span(text: str) -> Clause:
    def clause(detail: Detail, names: Names) -> str:
        start, end = _minute(detail.get("start")), _minute(detail.get("end"))
        if start is None or end is None:
            return text.format("").strip()
        return text.format(f"from {wording.clock(start, names.zone)} to {wording.clock(end, names.zone)}")

    return clause


def _minute(value: object) -> datetime | None:
    """A minute since the epoch, as slots count time, as an instant."""
    if not isinstance(value, int) or not 0 <= value < LATEST // HOUR:
        return None
    return EPOCH + timedelta(minutes=value)


def _cap(text: str) -> Clause:
    def clause(detail: Detail, names: Names) -> str:
        cap = detail.get("cap")
        return f"the {text.format(f' of {cap}' if isinstance(cap, int) else '')} was full"

    return clause


def _no_match(detail: Detail, names: Names) -> str:
    attribute, fact = detail.get("attribute"), detail.get("fact")
    if not attribute:
        return "the rep did not match the lead"
    wanted = f" to {fact_name(str(fact), names)}" if fact else ""
    return f"the rep's {said(attribute)} did not fit{wanted}"


def _unread(detail: Detail, names: Names) -> str:
    since = moment(detail.get("since"), names.zone)
    return f"the calendar could not be read{f' since {since}' if since else ''}"


def _after_sla(detail: Detail, names: Names) -> str:
    first = moment(detail.get("first_start"), names.zone)
    return f"the first free start{f', {first},' if first else ''} came after the promised time"


def _left(detail: Detail, names: Names) -> str:
    day = _date(detail.get("last_day"))
    return f"{day} was the last day" if day else "the rep had left"


_IN_THE_WAY = {
    "left": "leaving", "day_off": "days off", "public_holiday": "public holidays", "closed": "closed days",
    "busy": "the calendar", "booked": "other meetings", "held": "times held for others",
    "daily_cap": "the daily cap", "weekly_cap": "the weekly cap", "pool_daily_cap": "the pool's daily cap",
    "pool_weekly_cap": "the pool's weekly cap",
}  # fmt: skip


def _no_time(detail: Detail, names: Names) -> str:
    """What took most of the starts, the hours that are not worked aside."""
    taken = detail.get("taken")
    known = taken.items() if isinstance(taken, Mapping) else ()
    counted = {code: count for code, count in known if code in _IN_THE_WAY and isinstance(count, int)}
    ways = [_IN_THE_WAY[code] for code in sorted(counted, key=lambda code: -counted[code])]
    return "there was no free start" + (f", for {' and '.join(ways[:2])}" if ways else "")


def _plain(text: str) -> Clause:
    return lambda detail, names: text


_CLAUSES: dict[str, Clause] = {
    "outside_hours": _outside_hours,
    "left": _left,
    "day_off": _on_a_date("{} was a day off"),
    "public_holiday": _on_a_date("{} was a public holiday"),
    "off": _plain("it was a day off"),
    "closed": _on_a_date("the pool was closed on {}"),
    "too_soon": _plain("the notice was too short"),
    "beyond_horizon": _plain("the start lay too far ahead"),
    "busy": _span("the calendar was taken {}"),
    "booked": _span("another meeting stood there {}"),
    "held": _plain("another guest had that time held"),
    "daily_cap": _cap("daily cap{}"),
    "weekly_cap": _cap("weekly cap{}"),
    "pool_daily_cap": _cap("daily cap{} in this pool"),
    "pool_weekly_cap": _cap("weekly cap{} in this pool"),
    "inactive": _plain("the rep was not active"),
    "no_match": _no_match,
    "calendar_unread": _unread,
    "gives_it_up": _plain("it was this rep who gave the meeting away"),
    "no_time": _no_time,
    "no_fitting_time": _plain("there was no free start in time"),
    "after_sla": _after_sla,
    "off_grid": _plain("the start lay between the steps"),
    "not_a_member": _plain("the rep is no member of the pool"),
    "unknown_rep": _plain("no rep has the address that was given"),
    # pools
    "retired": _plain("the pool is retired"),
    "no_members": _plain("the pool has no members"),
    "no_matching_member": _plain("none of its reps matched the lead"),
    "sla": _plain("nobody had a free start within the promised time"),
}
