"""Reps from a CSV file: read, checked line by line, and written all together or not at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from routing import turns
from routing.models import Pool, Rep, WorkingHours
from workflows.changes import Change, announce_changes

COLUMNS = ("name", "email", "time_zone", "hours", "pool", "weight")
REQUIRED = ("name", "email", "time_zone")
MOST_LINES = 2000
DEFAULT_HOURS = "mon-fri 09:00-17:00"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(r"(?:(\w{3})(?:-(\w{3}))?\s+)?(\d{1,2}:\d{2})-(\d{1,2}:\d{2})")

Interval = tuple[int, int, int]


@dataclass(frozen=True)
class RepLine:
    """One line that can be written: a rep, the week, and the pool to join."""

    number: int
    name: str
    email: str
    time_zone: str
    hours: tuple[Interval, ...]
    pool: str
    weight: int
    is_new: bool

    @property
    def week(self) -> str:
        """The working time of a week in hours, to the half hour."""
        return f"{sum(end - start for _, start, end in self.hours) / 60:g}"


@dataclass
class Table:
    """A file as it was read; it may be written when there are lines and no errors."""

    lines: list[RepLine] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def can_be_written(self) -> bool:
        return bool(self.lines) and not self.errors


def read(text: str) -> Table:
    """The reps of a CSV text with a line of column names. Looks at pools and reps; writes nothing."""
    table = Table()
    rows = list(_rows(text, table))
    pools = set(Pool.objects.filter(retired_at__isnull=True).values_list("slug", flat=True))
    known = {email.lower() for email in Rep.objects.values_list("email", flat=True)}
    seen: set[str] = set()
    for number, row in rows:
        problems: list[str] = []
        line = _line(number, row, pools, known, seen, problems)
        table.errors += [f"Line {number}: {problem}" for problem in problems]
        if not problems:
            table.lines.append(line)
    if not rows and not table.errors:
        table.errors.append("The file has no line below the column names.")
    return table


@transaction.atomic
def write(table: Table, *, actor: str, now: datetime) -> tuple[int, int]:
    """Afterwards every line's rep is as the file says; gives how many are new and how many were changed."""
    if not table.can_be_written:
        raise ValueError("a table with errors cannot be written")
    new = 0
    for line in table.lines:
        rep, is_new = Rep.objects.update_or_create(
            email=line.email, defaults={"name": line.name, "time_zone": line.time_zone, "retired_at": None}
        )
        new += is_new
        turns.set_active(rep, True, now=now)
        rep.hours.all().delete()
        WorkingHours.objects.bulk_create(
            WorkingHours(rep=rep, weekday=day, start_minute=start, end_minute=end)
            for day, start, end in line.hours
        )
        if line.pool:
            pool = Pool.objects.get(slug=line.pool)
            turns.join(pool, rep, weight=line.weight, daily_cap=None, weekly_cap=None, now=now)
        changes = [Change("imported", None, True), Change("time_zone", None, line.time_zone)]
        announce_changes(f"rep:{rep.pk}", changes, actor=actor, at=now)
    return new, len(table.lines) - new


def _rows(text: str, table: Table) -> Iterable[tuple[int, Mapping[str, str]]]:
    """The lines as mappings by lower-case column names; complaints about the columns go to the table."""
    sample = text.lstrip("\ufeff")
    separator = ";" if sample.partition("\n")[0].count(";") > sample.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(sample), delimiter=separator, skipinitialspace=True)
    columns = [
        (name or "").strip().lower().replace(" ", "_").replace("-", "") for name in reader.fieldnames or ()
    ]
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in COLUMNS]
    if missing:
        table.errors.append(f"The first line must name the columns; missing: {', '.join(missing)}.")
    if unknown:
        table.errors.append(f"Unknown columns: {', '.join(unknown)}. Known ones: {', '.join(COLUMNS)}.")
    if table.errors:
        return
    reader.fieldnames = columns
    for count, row in enumerate(reader):
        if count >= MOST_LINES:
            table.errors.append(f"At most {MOST_LINES} reps can be added at once. Split the file.")
            return
        if any((value or "").strip() for key, value in row.items() if key):
            yield reader.line_num, {key: (value or "").strip() for key, value in row.items() if key}


def _line(
    number: int, row: Mapping[str, str], pools: set[str], known: set[str], seen: set[str], problems: list[str]
) -> RepLine:
    email = row["email"].lower()
    try:
        validate_email(email)
    except ValidationError:
        problems.append(f"“{row['email']}” is no e-mail address.")
    if email in seen:
        problems.append(f"{email} stands in the file twice.")
    seen.add(email)
    if not row["name"]:
        problems.append("the name is missing.")
    if row["time_zone"] not in available_timezones():
        problems.append(f"“{row['time_zone']}” is no time zone; write a name such as Europe/Berlin.")
    pool = row.get("pool", "")
    if pool and pool not in pools:
        problems.append(f"there is no pool “{pool}”; there are: {', '.join(sorted(pools)) or 'none yet'}.")
    hours = _hours(row.get("hours") or DEFAULT_HOURS, problems)
    weight = row.get("weight") or "1"
    if not weight.isdigit() or not 1 <= int(weight) <= 100:
        problems.append(f"the weight “{weight}” is no whole number from 1 to 100.")
    return RepLine(
        number, row["name"], email, row["time_zone"], hours, pool, int(weight) if weight.isdigit() else 1,
        email not in known,
    )  # fmt: skip


def _hours(text: str, problems: list[str]) -> tuple[Interval, ...]:
    """``mon-fri 09:00-12:30, 13:30-17:00; sat 10:00-14:00`` as intervals; days hold until others are named."""
    intervals: list[Interval] = []
    days: Iterable[int] = range(5)
    for part in filter(None, (part.strip().lower() for part in re.split(r"[,;/]", text))):
        found = _SPAN.fullmatch(part)
        named = _days(found[1], found[2]) if found and found[1] else days
        span = _span(found[3], found[4]) if found else None
        if named is None or span is None:
            problems.append(f"“{part}” are no hours; write them such as mon-fri 09:00-17:00.")
            return ()
        days = named
        intervals += [(day, *span) for day in days]
    return tuple(sorted(set(intervals)))


def _days(first: str, last: str | None) -> range | None:
    if first not in DAYS or (last and last not in DAYS):
        return None
    start, end = DAYS.index(first), DAYS.index(last or first)
    return range(start, end + 1) if start <= end else None


def _span(start: str, end: str) -> tuple[int, int] | None:
    minutes = []
    for clock in (start, end):
        hour, minute = map(int, clock.split(":"))
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            return None
        minutes.append(hour * 60 + minute)
    first, last = minutes
    if first >= 1440:
        return None
    return first, last if last > first else last + 1440
