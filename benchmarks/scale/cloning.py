"""Years of leads in minutes: simulated runs written again and again, each with ids, days and a chain of its own.

A few hundred runs come out of the real engine. Each is then copied many times, moved by whole days, and every
event is hashed anew as the trace hashes it, so that `verify_audit` finds each chain sound. Rows go in by COPY.
Mails and deliveries are not copied; the facts about them are.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from random import Random
from typing import Any

from django.db import connection, models

from bookings.models import Booking, Enquiry, Lead, RunProgress
from routing.models import Assignment
from workflows.core import chain
from workflows.models import AuditEvent, ChainHead, Evidence, Run

FIRST = 1_000_000
"""Numbers of copies begin here."""
BATCH = 2_000
DAY_MINUTES = 1440
DATES = re.compile(r"\b20\d\d-\d\d-\d\d(?=T)")


@dataclass(frozen=True)
class Pattern:
    """One simulated run with all that belongs to it."""

    lead: dict[str, Any]
    enquiry: dict[str, Any]
    run: dict[str, Any]
    progress: dict[str, Any]
    bookings: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    """Each with its assignment."""
    events: tuple[AuditEvent, ...]
    evidence: dict[int, tuple[str, str]]


def patterns() -> list[Pattern]:
    """The simulated runs whose leads came once."""
    found = []
    for run in Run.objects.filter(is_synthetic=True).order_by("pk").values():
        if Run.objects.filter(lead=run["lead"]).count() != 1:
            continue
        bookings = Booking.objects.filter(enquiry__run=run["id"]).order_by("pk").values()
        evidence = Evidence.objects.filter(run=run["id"]).values_list("sequence", "salt", "content")
        found.append(
            Pattern(
                lead=Lead.objects.filter(pk=run["lead"]).values().get(),
                enquiry=Enquiry.objects.filter(run=run["id"]).values().get(),
                run=run,
                progress=RunProgress.objects.filter(pk=run["id"]).values().get(),
                bookings=tuple(
                    (row, Assignment.objects.filter(pk=row["assignment_id"]).values().get())
                    for row in bookings
                ),
                events=tuple(AuditEvent.objects.filter(run=run["id"]).order_by("sequence")),
                evidence={sequence: (salt, json.dumps(content)) for sequence, salt, content in evidence},
            )
        )
    return found


def fill(leads: int, events: int, until: datetime, days: int, seed: int, tell: Callable[[int], None]) -> None:
    """Afterwards there are so many leads more, spread over the days before `until`, with about as many events.

    Runs are drawn so that their mean number of events is the one asked for.
    """
    chance = Random(seed)
    known = patterns()
    draw = _drawing(known, events / leads, chance)
    numbers = count(FIRST)
    for start in range(0, leads, BATCH):
        batch = [
            _Copy(draw(), FIRST + place, numbers, _moved(chance, until, days))
            for place in range(start, min(start + BATCH, leads))
        ]
        _write(batch)
        tell(start + len(batch))
    _go_on_after()


def _drawing(known: Sequence[Pattern], mean: float, chance: Random) -> Callable[[], Pattern]:
    """Short runs are drawn as often as the mean needs: those that end before a booking."""
    short = [pattern for pattern in known if not pattern.bookings]
    long = [pattern for pattern in known if pattern.bookings]
    of_short = sum(len(pattern.events) for pattern in short) / len(short)
    of_long = sum(len(pattern.events) for pattern in long) / len(long)
    share = min(max((mean - of_short) / (of_long - of_short), 0), 1)
    return lambda: chance.choice(long if chance.random() < share else short)


def _moved(chance: Random, until: datetime, days: int) -> Callable[[datetime], int]:
    """By how many days a run whose last event was at an instant is moved, so that it ends before `until`."""
    target = until - timedelta(days=chance.random() * days)
    return lambda last: math.floor((target - last) / timedelta(days=1))


class _Copy:
    """One run written again, with numbers of its own."""

    def __init__(
        self, pattern: Pattern, number: int, numbers: Iterator[int], days: Callable[[datetime], int]
    ) -> None:
        self.pattern, self.number = pattern, number
        self.days = days(pattern.events[-1].at)
        self.shift = timedelta(days=self.days)
        self.bookings = {row["id"]: next(numbers) for row, _ in pattern.bookings}

    def lead(self) -> dict[str, Any]:
        return self._moved(self.pattern.lead, id=self.number, email=f"lead{self.number}@scale.example")

    def enquiry(self) -> dict[str, Any]:
        return self._moved(self.pattern.enquiry, id=self.number, lead_id=self.number, run_id=self.number)

    def run(self) -> dict[str, Any]:
        booking = self.bookings.get(self.pattern.run["booking"])
        return self._moved(
            self.pattern.run, id=self.number, lead=self.number, booking=booking, undo=None, is_virtual=False
        )

    def progress(self) -> dict[str, Any]:
        return self._moved(self.pattern.progress, run=self.number, lead=self.number)

    def assignments(self) -> Iterator[dict[str, Any]]:
        for row, assignment in self.pattern.bookings:
            minutes = self.days * DAY_MINUTES
            number = self.bookings[row["id"]]
            start, end = assignment["start"], assignment["end"]
            yield self._moved(
                assignment, id=number, reference=number,
                start=None if start is None else start + minutes, end=None if end is None else end + minutes,
            )  # fmt: skip

    def bookings_made(self) -> Iterator[dict[str, Any]]:
        for row, _ in self.pattern.bookings:
            number = self.bookings[row["id"]]
            yield self._moved(
                row, id=number, lead_id=self.number, enquiry_id=self.number, assignment_id=number,
                uid=f"{number}@scale.example",
            )  # fmt: skip

    def events(self) -> Iterator[dict[str, Any]]:
        """The chain, hashed anew from its first event on."""
        previous = chain.GENESIS
        for event in self.pattern.events:
            data = {**event.data, "enquiry": self.number} if event.verb == "lead.submitted" else event.data
            text = DATES.sub(self._date, chain.canonical(data).decode())
            fields = {
                "run": self.number, "sequence": event.sequence, "verb": event.verb, "at": event.at + self.shift,
                "actor": event.actor, "lead": self.number, "booking": self.bookings.get(event.booking),
                "workflow_version": event.workflow_version, "stage": event.stage, "data": text,
                "evidence_hash": event.evidence_hash, "previous": previous,
            }  # fmt: skip
            previous = fields["hash"] = _hash(fields, text)
            yield fields

    def evidence(self) -> Iterator[dict[str, Any]]:
        for sequence, (salt, content) in self.pattern.evidence.items():
            yield {
                "run": self.number,
                "sequence": sequence,
                "lead": self.number,
                "salt": salt,
                "content": content,
            }

    def _moved(self, row: dict[str, Any], **changes: Any) -> dict[str, Any]:
        moved = {
            name: value + self.shift if isinstance(value, datetime) else value for name, value in row.items()
        }
        return moved | changes

    def _date(self, found: re.Match[str]) -> str:
        return (date.fromisoformat(found.group()) + self.shift).isoformat()


def _hash(fields: dict[str, Any], data: str) -> str:
    """As `chain.event_hash`, of data that is canonical already."""
    hashed = {
        "actor": fields["actor"], "at": chain.instant_text(fields["at"]), "booking": fields["booking"],
        "evidence": fields["evidence_hash"], "lead": fields["lead"], "previous": fields["previous"],
        "run": fields["run"], "sequence": fields["sequence"], "stage": fields["stage"], "verb": fields["verb"],
        "workflow_version": fields["workflow_version"],
    }  # fmt: skip
    whole = chain.canonical({**hashed, "data": None}).decode()
    return sha256(whole.replace('"data":null', f'"data":{data}', 1).encode()).hexdigest()


def _write(batch: Sequence[_Copy]) -> None:
    heads, events = [], []
    for each in batch:
        last: dict[str, Any] = {}
        for last in each.events():
            events.append(last)
        heads.append({"run": each.number, "sequence": last["sequence"], "hash": last["hash"], "anchored": 0})
    with connection.cursor() as cursor:
        for model, rows in (
            (Lead, (each.lead() for each in batch)),
            (Run, (each.run() for each in batch)),
            (Enquiry, (each.enquiry() for each in batch)),
            (Assignment, (row for each in batch for row in each.assignments())),
            (Booking, (row for each in batch for row in each.bookings_made())),
            (RunProgress, (each.progress() for each in batch)),
            (AuditEvent, events),
            (Evidence, (row for each in batch for row in each.evidence())),
            (ChainHead, heads),
        ):
            _copy(cursor, model, rows)


def _copy(cursor: Any, model: type[models.Model], rows: Any) -> None:
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = [name for name in first if name in fields]
    columns = ", ".join(connection.ops.quote_name(fields[name].column) for name in names)
    held = {name for name in names if isinstance(fields[name], models.JSONField)}
    with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as target:
        for row in (first, *rows):
            target.write_row(
                [
                    json.dumps(row[name]) if name in held and not isinstance(row[name], str) and row[name] is not None
                    else row[name]
                    for name in names
                ]
            )  # fmt: skip


def _go_on_after() -> None:
    """Numbers given from now on follow those of the copies; the planner knows how much there is."""
    with connection.cursor() as cursor:
        for model in (Lead, Run, Enquiry, Assignment, Booking):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("ANALYZE")


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
