"""Reading the trace in parts, run after run: of each, its head, its anchored heads, evidence and events.

A part is all runs between two numbers, so parts can be read beside each other, and a trace of any length fits. Rows
come as text and numbers, not as objects. Within a part heads are read before anchors, those before evidence and
events: a chain only grows, so what was written meanwhile is never missed by what was read later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import CharField, Count, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, Replace

from workflows.core.soundness import ERASES_ALL, ERASES_SOME
from workflows.core.stored import StoredEvent, Trace
from workflows.models import AnchoredHead, AuditEvent, ChainHead, Evidence

T = TypeVar("T")
Columns = tuple[Any, ...]

PART = 20_000
"""About how many events are read at a time."""


class Part(NamedTuple):
    """Runs beyond `after`, up to and with `last`; None where there is no such bound. `events` they had when asked."""

    after: int | None
    last: int | None
    events: int


def parts() -> list[Part]:
    """All runs there are or will be, in their order, each part with some thousand events."""
    found: list[Part] = []
    after, events = None, 0
    rows = AuditEvent.objects.order_by("run").values_list("run").annotate(events=Count("id"))
    for run, count in rows.iterator(PART):
        events += count
        if events >= PART:
            found.append(Part(after, run, events))
            after, events = run, 0
    return [*found, Part(after, None, events)]


def traces(part: Part) -> Iterator[Trace]:
    """Every run of the part that is named anywhere, by number."""
    heads = {row[0]: row[1:] for row in _read(part, ChainHead, "run", "sequence", "hash", "anchored")}
    leaves = _by_run(_read(part, AnchoredHead, "run", "sequence", "hash"))
    evidence = _by_run(_read(part, Evidence, "run", "sequence", "salt", Cast("content", TextField())))
    events = _by_run(_read(part, AuditEvent, *_event_columns()))
    for run in sorted({*heads, *leaves, *evidence, *events}):
        yield Trace(
            run=run,
            head=heads.get(run),
            leaves=[row[1:] for row in leaves.get(run, ())],
            evidence={row[1]: row[2:] for row in evidence.get(run, ())},
            events=events.get(run, ()),
        )


def erasures_of(run: int) -> list[Columns]:
    """Events of a run after which evidence may be gone, as columns of `StoredEvent`."""
    rows = AuditEvent.objects.filter(run=run, verb__in=(ERASES_ALL, ERASES_SOME)).order_by("sequence")
    return list(rows.values_list(*_event_columns()))


def _read(part: Part, model: Any, *columns: Any) -> list[Columns]:
    rows: QuerySet[Any, Columns] = model.objects.order_by("run", "sequence").values_list(*columns)
    if part.after is not None:
        rows = rows.filter(run__gt=part.after)
    if part.last is not None:
        rows = rows.filter(run__lte=part.last)
    return list(rows)


def _event_columns() -> list[Any]:
    """Those of `StoredEvent`; as text where the database's own type would only be turned to text again."""
    columns: dict[str, Any] = {name: F(name) for name in StoredEvent._fields}
    columns["data"] = Cast("data", TextField())
    if connection.vendor == "sqlite":
        columns["at"] = Replace(Cast("at", CharField()), Value(" "), Value("T"))
    else:
        columns["at"] = _InstantText("at")
    return list(columns.values())


class _InstantText(Func):
    """An instant in UTC as ``2026-03-02T09:00:00.5``, in whichever style the server writes its dates."""

    template = "to_json(%(expressions)s AT TIME ZONE 'UTC') #>> '{}'"
    output_field = TextField()


def _by_run(rows: Iterable[Columns]) -> dict[int, list[Columns]]:
    found: dict[int, list[Columns]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def opened(rows: Iterable[T]) -> Iterator[T]:
    """The same rows, of which the first is read now, so that the database has fixed which there are."""
    rest = iter(rows)
    return chain(list(islice(rest, 1)), rest)
