"""Reading the trace from its first run to its last: of each, its head, its anchored heads, evidence and events.

Rows come as text and numbers, not as objects, a few thousand at a time, so a trace of any length is read fast and
fits. Heads are opened before anchors, those before evidence and events: a chain only grows, so what was written
meanwhile is never missed by what was opened later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import CharField, QuerySet, TextField
from django.db.models.functions import Cast

from workflows.core.chain import instant_text
from workflows.core.stored import StoredEvent
from workflows.models import AnchoredHead, AuditEvent, ChainHead, Evidence

T = TypeVar("T")
Columns = tuple[Any, ...]

CHUNK = 5000
"""Rows fetched at a time."""

NO_RUN = 2**63
"""Beyond any run's number: there are no more rows."""


@dataclass(frozen=True)
class Trace:
    """All that is kept of one run. `head` is (sequence, hash, anchored), if there is one; `leaves` are (sequence,
    hash); `evidence` maps sequences to (salt, JSON text). The events are to be read to their end, and once."""

    run: int
    head: Columns | None
    leaves: list[tuple[int, str]]
    evidence: Mapping[int, tuple[str, str]]
    events: Iterable[StoredEvent]


def traces() -> Iterator[Trace]:
    """Every run that is named anywhere, by number."""
    heads = _Rows(ChainHead.objects.order_by("run").values_list("run", "sequence", "hash", "anchored"))
    leaves = _Rows(AnchoredHead.objects.order_by("run", "sequence").values_list("run", "sequence", "hash"))
    kept = Evidence.objects.order_by("run", "sequence")
    evidence = _Rows(kept.values_list("run", "sequence", "salt", Cast("content", TextField())))
    events = _Rows(_events(), read_at=_read_at())
    while (run := min(heads.run, leaves.run, evidence.run, events.run)) != NO_RUN:
        yield Trace(
            run=run,
            head=next((row[1:] for row in list(heads.of(run))), None),
            leaves=[(row[1], row[2]) for row in leaves.of(run)],
            evidence={row[1]: (row[2], row[3]) for row in evidence.of(run)},
            events=map(StoredEvent._make, events.of(run)),
        )


def _events() -> QuerySet[AuditEvent, Columns]:
    """The columns of `StoredEvent`; as text where the database's own type would only be turned to text again."""
    at: Any = Cast("at", CharField()) if connection.vendor == "sqlite" else "at"
    return AuditEvent.objects.order_by("run", "sequence").values_list(
        "run", "sequence", "verb", at, "actor", "lead", "booking", "workflow_version", "stage",
        Cast("data", TextField()), "evidence_hash", "previous", "hash",
    )  # fmt: skip


def _read_at() -> Any:
    return _text_instant if connection.vendor == "sqlite" else instant_text


def _text_instant(stored: str) -> str:
    """SQLite keeps instants in UTC as ``2026-03-02 09:00:00``."""
    return f"{stored.replace(' ', 'T')}Z"


class _Rows:
    """Rows in the order of their runs, of which the first is read now and the next run is always known."""

    def __init__(self, rows: QuerySet[Any, Columns], read_at: Any = None) -> None:
        found: Iterator[Columns] = iter(rows.iterator(CHUNK))
        if read_at is not None:
            found = ((*row[:3], read_at(row[3]), *row[4:]) for row in found)
        self._groups = groupby(found, key=itemgetter(0))
        self.run, self._rows = self._next()

    def _next(self) -> tuple[int, Iterator[Columns]]:
        return next(self._groups, (NO_RUN, iter(())))

    def of(self, run: int) -> Iterator[Columns]:
        """The rows of this run, if it is the next one; to be read to their end."""
        if self.run == run:
            yield from self._rows
            self.run, self._rows = self._next()


def opened(rows: Iterable[T]) -> Iterator[T]:
    """The same rows, of which the first is read now, so that the database has fixed which there are."""
    rest = iter(rows)
    return chain(list(islice(rest, 1)), rest)
