"""Reading what reps have on their hands: one statement for all tables, a list a rep instead of a row an interval.

A pool of 500 reps has a hundred thousand busy times in two months; reading them is most of what its slots cost.
For a small pool it is the number of statements and putting each together: hence one, put together once.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import connection

from routing.core.hours import Hours
from routing.core.slots import Reserved
from routing.core.spans import Spans
from routing.core.zones import DAY, date_of
from routing.instants import minute_from
from routing.models import Pool

Columns = list[Sequence[int]]


class Part(NamedTuple):
    """A table's rows by `owner`, as columns of integers, which come in pairs.

    The first of a pair is at least -2**31 and less than 2**31, the second at least 0 and less than 2**32.
    """

    table: str
    owner: str
    pairs: tuple[tuple[str, str], ...]
    where: str


@dataclass(frozen=True)
class Asked:
    """Whose rows, and of which time: instants are minutes since the epoch, dates are anybody's local ones.

    `reps` None means all active members of the pool. Bookings are read from `booked_since` to `booked_until`, for
    caps count whole weeks of them; `without_booking` is not read, nor what `holder` holds.
    """

    pool: Pool
    reps: Sequence[int] | None
    since: int
    until: int
    booked_since: int
    booked_until: int
    now: datetime
    without_booking: int | None = None
    holder: int | None = None


@dataclass(frozen=True)
class OnHand:
    """By rep, what the rows say; `unread` are those with a calendar that may have been unread for too long."""

    hours: Mapping[int, Hours]
    off: Mapping[int, frozenset[date]]
    busy: Mapping[int, Spans]
    reserved: Mapping[int, Sequence[Reserved]]
    held: Mapping[int, Sequence[Reserved]]
    unread: Sequence[int]
    closed: frozenset[date]
    open_hours: Hours


def of_pool(asked: Asked) -> OnHand:
    """All that slots of a pool are computed from, but for its members themselves, as of one moment."""
    first, last = asked.since // DAY, asked.until // DAY
    found = _read(
        asked.reps is None,
        True,
        {
            "pool": asked.pool.pk,
            "reps": asked.reps or (),
            "first_on": date_of(first),
            "last_on": date_of(last),
            "since": asked.since,
            "until": asked.until,
            "booked_since": asked.booked_since,
            "booked_until": asked.booked_until,
            "without": asked.without_booking or 0,
            "holder": asked.holder or 0,
            "now": connection.ops.adapt_datetimefield_value(asked.now),
            "now_minute": minute_from(asked.now),
        },
    )
    return _on_hand(found, first, last)


def of_rep(rep_id: int, since: int, until: int) -> OnHand:
    """The hours, days off and busy times of one rep between two instants. No bookings."""
    first, last = since // DAY - 1, until // DAY + 1
    dates = {"first_on": date_of(first), "last_on": date_of(last)}
    found = _read(False, False, {"reps": (rep_id,), "since": since, "until": until, **dates})
    return _on_hand(found, first, last)


def _on_hand(found: Mapping[str, Mapping[int, Columns]], first: int, last: int) -> OnHand:
    off = {rep: _dates(rows, first, last) for rep, rows in found["off"].items()}
    closed = [day for rows in found["closed"].values() for day in rows[0]]
    return OnHand(
        hours=defaultdict(tuple, {rep: _week(*map(tuple, rows)) for rep, rows in found["hours"].items()}),
        off=defaultdict(frozenset, off),
        busy=defaultdict(Spans, {rep: Spans(*rows) for rep, rows in found["busy"].items()}),
        reserved=defaultdict(tuple, {rep: _bookings(rows) for rep, rows in found["reserved"].items()}),
        held=defaultdict(tuple, {rep: _bookings(rows) for rep, rows in found["held"].items()}),
        unread=tuple(found["unread"]),
        closed=frozenset(map(date_of, closed)),
        open_hours=next((_week(*map(tuple, rows)) for rows in found["open"].values()), ()),
    )


@lru_cache(maxsize=4096)
def _week(starts: tuple[int, ...], ends: tuple[int, ...]) -> Hours:
    """Weekly hours from minutes since Monday's midnight and ends since that day's; many reps have the same."""
    rows = zip(starts, ends, strict=True)
    return tuple(sorted((start // DAY, start % DAY, end) for start, end in rows))


def _dates(rows: Columns, first: int, last: int) -> frozenset[date]:
    spans = zip(*rows, strict=True)
    return frozenset(
        date_of(day) for start, end in spans for day in range(max(start, first), min(end, last) + 1)
    )


def _bookings(rows: Columns) -> tuple[Reserved, ...]:
    return tuple(
        Reserved(start, end, before, coded >> 1, bool(coded & 1))
        for start, end, before, coded in zip(*rows, strict=True)
    )


def _read(
    of_all: bool, with_bookings: bool, params: Mapping[str, Any]
) -> Mapping[str, Mapping[int, Columns]]:
    found: defaultdict[str, dict[int, Columns]] = defaultdict(dict)
    is_postgresql = connection.vendor == "postgresql"
    reps = params["reps"]
    written = {**params, "reps": list(reps) if is_postgresql else json.dumps(list(reps))}
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor, of_all, with_bookings), written)
        for kind, owner, *lists in cursor.fetchall():
            found[kind][owner] = list(_unpacked(lists) if is_postgresql else _decoded(lists))
    return found


def _parts(vendor: str, with_bookings: bool) -> dict[str, Part]:
    """What is read, by name: rows of reps, and of the pool itself those that its number owns."""
    day, read_minute = _DAY_OF[vendor], _READ_MINUTE[vendor]
    times = ("start", '"end"')
    buffers = ("buffer_before", "2 * buffer_after + CASE WHEN pool_id = %(pool)s THEN 1 ELSE 0 END")
    week = (f"{DAY} * weekday + start_minute", "end_minute")
    parts = {
        "hours": Part("routing_workinghours", "rep_id", (week,), "TRUE"),
        "off": Part(
            "routing_timeoff",
            "rep_id",
            ((day.format("start_on"), day.format("end_on")),),
            "end_on >= %(first_on)s AND start_on <= %(last_on)s",
        ),
        "busy": Part("routing_busytime", "rep_id", (times,), '"end" > %(since)s AND start < %(until)s'),
    }
    if not with_bookings:
        return parts
    return parts | {
        "reserved": Part(
            "routing_assignment",
            "rep_id",
            (times, buffers),
            "state = 'reserved' AND reference <> %(without)s"
            ' AND "end" > %(booked_since)s AND start < %(booked_until)s',
        ),
        "held": Part(
            "routing_hold", "rep_id", (times, buffers), "expires_at > %(now)s AND holder <> %(holder)s"
        ),
        "unread": Part(
            "routing_calendar",
            "rep_id",
            ((read_minute, "stale_after_minutes"),),
            f"{read_minute} + stale_after_minutes < %(now_minute)s",
        ),
        "closed": Part("routing_poolclosure", "pool_id", ((day.format('"on"'), "0"),), "TRUE"),
        "open": Part("routing_poolhours", "pool_id", (week,), "TRUE"),
    }


_DAY_OF = {
    "postgresql": "({} - DATE '1970-01-01')",
    "sqlite": "CAST(JULIANDAY({}) - 2440587.5 AS INTEGER)",
}
"""The number of a date's day since 1970-01-01."""

_READ_MINUTE = {
    "postgresql": "FLOOR(EXTRACT(EPOCH FROM COALESCE(read_at, added_at)) / 60)::bigint",
    "sqlite": "(CAST(STRFTIME('%%s', COALESCE(read_at, added_at)) AS INTEGER) / 60)",
}
"""The minute since the epoch in which a calendar was read last."""


@cache
def _statement(vendor: str, of_all: bool, with_bookings: bool) -> str:
    """The query that tells whose rows is materialized: PostgreSQL then starts no workers, which cost more than
    they save."""
    parts = _parts(vendor, with_bookings)
    width = max(len(part.pairs) for part in parts.values())
    selects = [
        f"SELECT '{name}', {part.owner}, {', '.join(_lists(vendor, part.pairs, width))} FROM {part.table}"
        f" WHERE {_OWNED[part.owner]} AND {part.where} GROUP BY {part.owner}"
        for name, part in parts.items()
    ]
    whose = _MEMBERS if of_all else _GIVEN[vendor]
    return f"WITH asked (rep_id) AS MATERIALIZED ({whose})\n" + "\nUNION ALL\n".join(selects)


_OWNED = {"rep_id": "rep_id IN (SELECT rep_id FROM asked)", "pool_id": "pool_id = %(pool)s"}
_MEMBERS = "SELECT rep_id FROM routing_membership WHERE pool_id = %(pool)s AND is_active"
_GIVEN = {
    "postgresql": "SELECT UNNEST(%(reps)s::bigint[])",
    "sqlite": "SELECT value FROM JSON_EACH(%(reps)s)",
}


def _lists(vendor: str, pairs: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """Columns that hold all values of a group, agreeing in their order, as many as the widest part has.

    On SQLite they come as JSON. On PostgreSQL a pair of integers comes as eight bytes, highest first: there arrays
    are written out in digits and read again, which takes longer than the query itself.
    """
    nothing = ["NULL::bytea"] if vendor == "postgresql" else ["NULL", "NULL"]
    for place in range(width):
        if place >= len(pairs):
            yield from nothing
        elif vendor == "postgresql":
            first, second = pairs[place]
            yield f"STRING_AGG(INT8SEND((({first})::bigint << 32) | ({second})::bigint), ''::bytea)"
        else:
            yield from (f"JSON_GROUP_ARRAY({each})" for each in pairs[place])


def _unpacked(lists: Sequence[bytes | None]) -> Iterator[Sequence[int]]:
    """PostgreSQL's: of eight bytes four are one integer and four the other, the first one signed."""
    for packed in filter(None, lists):
        numbers = array("i", packed)
        if sys.byteorder == "little":
            numbers.byteswap()
        yield numbers[::2]
        yield array("I", numbers[1::2].tobytes())


# What the database wrote has no white space around it, for which `json.loads` would look each time.
_raw_decode = json.JSONDecoder().raw_decode


def _decoded(lists: Sequence[str | None]) -> Iterator[Sequence[int]]:
    for listed in filter(None, lists):
        yield _raw_decode(listed)[0]
