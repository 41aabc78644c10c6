"""Simulated runs as patterns: all rows of one run as text for COPY, with places for numbers, days and hashes.

A pattern is filled in with Python's own `%`, a whole table's rows at once, which is why millions take minutes. What
stands in a place: `n` the number of lead, enquiry and run; `c0`, `c1`, … those of bookings, messages, deliveries and
timers; `d2026-03-02` a day; `start0`, `end0` minutes; `previous`, `hash`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from bookings.models import Booking, Enquiry, Lead, LeadTag, Message, RunProgress
from routing.models import Assignment
from workflows.core import chain
from workflows.models import AuditEvent, ChainHead, Delivery, Evidence, Run, Timer
from workflows.receivers import hashed_fields

FIRST = 1_000_000
"""Numbers of copies begin here."""

DATES = re.compile(r"\b20\d\d-\d\d-\d\d(?=T)")
NUMBER = re.compile(r'"<<(\w+)>>"')
TEXT = re.compile(r"<!(\w+)!>")
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
ADDRESS = "lead%(n)s@scale.example"
TABLES = (
    Lead, LeadTag, Run, Enquiry, Assignment, Booking, RunProgress, Timer, Message, Delivery, AuditEvent, Evidence,
    ChainHead,
)  # fmt: skip
NUMBERED_BY_THE_DATABASE = (LeadTag, AuditEvent, Evidence)


class Place(str):
    """Text with places to fill in, which is not to be escaped."""


@dataclass(frozen=True)
class Pattern:
    """`rows` are those of each table but events. An event is the text that is hashed, and its row."""

    rows: dict[type[models.Model], str]
    events: tuple[tuple[str, str], ...]
    days: tuple[str, ...]
    minutes: dict[str, int]
    children: int
    ended_at: datetime
    has_booking: bool


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    left_out = model._meta.pk if model in NUMBERED_BY_THE_DATABASE else None
    return [field for field in model._meta.concrete_fields if field is not left_out]


def copy_statement(model: type[models.Model]) -> str:
    names = ", ".join(connection.ops.quote_name(field.column) for field in columns(model))
    return f"COPY {model._meta.db_table} ({names}) FROM STDIN"


def patterns() -> list[Pattern]:
    """The simulated runs whose leads came once."""
    runs = Run.objects.filter(is_synthetic=True, lead__lt=FIRST).order_by("pk").values()
    several = Run.objects.values("lead").annotate(runs=models.Count("pk")).filter(runs__gt=1)
    left_out = set(several.values_list("lead", flat=True))
    return [_pattern(run) for run in runs if run["lead"] not in left_out]


def _pattern(run: dict[str, Any]) -> Pattern:
    number = run["id"]
    bookings = list(Booking.objects.filter(enquiry__run=number).order_by("pk").values())
    assignments = [Assignment.objects.filter(pk=row["assignment_id"]).values().get() for row in bookings]
    messages = list(Message.objects.filter(run=number).order_by("pk").values())
    deliveries = list(Delivery.objects.filter(run=number).order_by("pk").values())
    timers = list(Timer.objects.filter(run=number).order_by("pk").values())
    known = {
        "booking": _places(bookings),
        "message": _places(messages),
        "delivery": _places(deliveries),
    }
    events = list(AuditEvent.objects.filter(run=number).order_by("sequence"))
    booked = known["booking"]
    rows = {
        Lead: [_row(Lead, Lead.objects.filter(pk=run["lead"]).values().get(), id="n", email=ADDRESS)],
        LeadTag: [_row(LeadTag, row, lead_id="n") for row in LeadTag.objects.filter(lead=run["lead"]).values()],
        Run: [_row(Run, run, id="n", lead="n", booking=booked.get(run["booking"]), undo=None, is_virtual=False)],
        Enquiry: [_row(Enquiry, Enquiry.objects.filter(run=number).values().get(), id="n", lead_id="n", run_id="n")],
        Assignment: [
            _row(Assignment, row, id=f"c{place}", reference=f"c{place}",
                 **{name: f"{name}{place}" for name in ("start", "end") if row[name] is not None})
            for place, row in enumerate(assignments)
        ],
        Booking: [
            _row(Booking, row, id=f"c{place}", lead_id="n", enquiry_id="n", assignment_id=f"c{place}",
                 uid=f"%(c{place})s@scale.example")
            for place, row in enumerate(bookings)
        ],
        RunProgress: [_row(RunProgress, RunProgress.objects.filter(pk=number).values().get(), run="n", lead="n")],
        Timer: [
            _row(Timer, row, id=f"c{place}", run_id="n", booking=booked.get(row["booking"]), key=f"copy:%(c{place})s")
            for place, row in enumerate(timers)
        ],
        Message: [_message(row, place, booked) for place, row in enumerate(messages)],
        Delivery: [
            _row(Delivery, row, id=f"c{place}", run="n", lead="n", booking=booked.get(row["booking"]), event=0,
                 key=f"copy:%(c{place})s")
            for place, row in enumerate(deliveries)
        ],
        Evidence: [_evidence(row) for row in Evidence.objects.filter(run=number).values()],
        ChainHead: [
            _row(ChainHead, {"sequence": len(events)}, run="n", hash="%(hash)s", anchored=0)
        ],
    }  # fmt: skip
    told = tuple(_event(event, known) for event in events)
    whole = "".join(["".join(each) for each in rows.values()] + [text for pair in told for text in pair])
    return Pattern(
        rows={model: "".join(each) for model, each in rows.items() if each},
        events=told,
        days=tuple(sorted(set(re.findall(r"%\(d([\d-]+)\)s", whole)))),
        minutes={
            f"{name}{place}": row[name]
            for place, row in enumerate(assignments)
            for name in ("start", "end")
            if row[name] is not None
        },
        children=max(map(len, (bookings, messages, deliveries, timers))),
        ended_at=events[-1].at,
        has_booking=bool(bookings),
    )


def _places(rows: Sequence[dict[str, Any]]) -> dict[Any, str]:
    return {row["id"]: f"c{place}" for place, row in enumerate(rows)}


def _message(row: dict[str, Any], place: int, booked: dict[Any, str]) -> str:
    """Without its HTML and invite, which no list shows and which would be most of the database."""
    to = {"to_address": ADDRESS} if row["audience"] == Message.Audience.GUEST else {}
    return _row(
        Message, row | {"html": "", "invite": ""}, id=f"c{place}", run="n", lead="n",
        booking_id=booked.get(row["booking_id"]), key=f"copy:%(c{place})s", **to,
    )  # fmt: skip


def _evidence(row: dict[str, Any]) -> str:
    """Its content stays to the letter: an event holds the hash of it."""
    content = Place(json.dumps(row["content"]).translate(ESCAPED).replace("%", "%%"))
    return _row(Evidence, row, run="n", lead="n", content=content)


def _event(event: AuditEvent, known: dict[str, dict[Any, str]]) -> tuple[str, str]:
    """The text that its hash is of, and its row; both with places."""
    booking = known["booking"].get(event.booking)
    data = {**event.data, **({"enquiry": "<<n>>"} if "enquiry" in event.data else {})}
    data |= {
        kind: f"<<{known[kind][data[kind]]}>>"
        for kind in ("message", "delivery")
        if data.get(kind) in known[kind]
    }
    fields = dict(hashed_fields(event)) | {"run": "<<n>>", "lead": "<<n>>", "data": data}
    fields |= {"booking": f"<<{booking}>>" if booking else None, "previous": "<!previous!>"}
    row = {field.attname: getattr(event, field.attname) for field in columns(AuditEvent)}
    return _placed(chain.canonical(fields).decode()), _row(
        AuditEvent, row, run="n", lead="n", booking=booking, previous="%(previous)s", hash="%(hash)s",
        data=Place(_placed(chain.canonical(data).decode().translate(ESCAPED))),
    )  # fmt: skip


def _row(model: type[models.Model], row: dict[str, Any], **changes: Any) -> str:
    """The row as a line; changes are names of places, texts with places, or values."""
    told = []
    for field in columns(model):
        value = changes.get(field.attname, row.get(field.attname))
        if field.attname in changes and isinstance(value, str):
            value = Place(value if "%(" in value or isinstance(value, Place) else f"%({value})s")
        told.append(_value(value, isinstance(field, models.JSONField)))
    return "\t".join(told) + "\n"


def _value(value: Any, is_json: bool) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, Place):
        return value
    if isinstance(value, bool) and not is_json:
        return "t" if value else "f"
    if isinstance(value, datetime):
        value = value.isoformat()
    text = json.dumps(value) if is_json else str(value)
    return _placed(text.translate(ESCAPED))


def _placed(text: str) -> str:
    """With a place for each number and day that a copy has for itself."""
    text = text.replace("%", "%%")
    text = TEXT.sub(r"%(\1)s", NUMBER.sub(r"%(\1)s", text))
    return DATES.sub(r"%(d\g<0>)s", text)
