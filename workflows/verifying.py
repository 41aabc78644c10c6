"""Verifying the trace: every chain against its events, its head and its anchors, and the anchors' own chain.

Everything is read once, in the order of runs and sequence numbers, so a trace of any length fits. It can be
written to meanwhile: heads are read before anchors, those before events, and a chain only grows.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain as chained
from itertools import groupby, islice
from typing import Any, Literal, TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from workflows import anchoring, receivers
from workflows.core import chain
from workflows.models import Anchor, AnchoredHead, AuditEvent, ChainHead, Evidence, Run

T = TypeVar("T")
Progress = Callable[[int], None]
EVERY = 1000
"""Events between two reports of progress."""

SENTENCES = {
    **chain.BREAKS,
    "evidence": "the evidence of event {sequence} is not what it was based on",
    "head": "event {sequence} is not the newest that was noted",
    "no_head": "the note of its newest event is missing",
    "no_anchor": "the anchor that covers event {sequence} is missing",
    "no_events": "all of its events are missing",
}
ANCHOR_SENTENCES = {
    "gap": "an anchor is missing",
    "previous": "it does not follow from the anchor before it",
    "fields": "it was changed after it was written",
    "leaves": "the chains it covers are not those it was made of",
}


@dataclass(frozen=True)
class Finding:
    """The first place where a run's chain, or that of the anchors, does not hold."""

    place: Literal["run", "anchor"]
    number: int
    sequence: int
    kind: str

    def __str__(self) -> str:
        if self.place == "anchor":
            return f"Anchor {self.number}: {ANCHOR_SENTENCES[self.kind]}."
        return f"Run {self.number}, sequence {self.sequence}: {SENTENCES[self.kind].format(sequence=self.sequence)}."


@dataclass
class Report:
    """What was read, and each chain that is broken, in the order of runs; anchors come last."""

    events: int = 0
    chains: int = 0
    anchors: int = 0
    last_anchor: str = ""
    findings: list[Finding] = field(default_factory=list)


def verify(progress: Progress | None = None) -> list[Finding]:
    """Every broken chain by its first break; empty when the trace holds."""
    return examine(progress).findings


def examine(progress: Progress | None = None) -> Report:
    """Read and check all of the trace.

    `progress` is told now and then how many events have been read, and once they all have.
    """
    report = Report()
    suspects = _check_chains(report, progress or (lambda count: None))
    report.findings += _confirmed(suspects)
    report.findings += _runs_without_a_chain()
    report.findings.sort(key=lambda finding: finding.number)
    _check_anchors(report)
    return report


HEAD, LEAF, EVIDENCE, EVENT = range(4)
Row = tuple[int, int, int, Any]
"""Run, what it is, sequence, and the row."""


def _check_chains(report: Report, progress: Progress) -> dict[int, int]:
    """Check each chain; returns those with more events than their head says, as it was read before them."""
    suspects = {}
    for run, rows in groupby(_rows(), key=lambda row: row[0]):
        chain_ = _Chain(run)
        chain_.read(rows)
        report.chains += 1
        before, report.events = report.events, report.events + chain_.events
        if report.events // EVERY > before // EVERY:
            progress(report.events)
        broken = chain_.broken()
        if broken:
            report.findings.append(broken)
        elif chain_.noted < chain_.last:
            suspects[run] = chain_.last
    progress(report.events)
    return suspects


def _rows() -> Iterator[Row]:
    """All that belongs to each run, by run: its head, its anchored heads, its evidence, its events."""
    heads = ChainHead.objects.order_by("run").values_list("run", "sequence", "hash", "anchored")
    leaves = AnchoredHead.objects.order_by("run", "sequence").values_list("run", "sequence", "hash")
    evidence = Evidence.objects.order_by("run", "sequence").values_list("run", "sequence", "salt", "content")
    events = AuditEvent.objects.order_by("run", "sequence")
    return heapq.merge(
        _opened(_told_apart(heads, HEAD)),
        _opened(_told_apart(leaves, LEAF)),
        _opened(_told_apart(evidence, EVIDENCE)),
        _opened((event.run, EVENT, event.sequence, event) for event in events.iterator()),
        key=lambda row: row[:3],
    )


def _told_apart(rows: QuerySet[Any, tuple[Any, ...]], what: int) -> Iterator[Row]:
    return ((row[0], what, row[1], row[1:]) for row in rows.iterator())


def _opened(rows: Iterable[T]) -> Iterator[T]:
    """The same rows, of which the first is read now, so that the database has fixed which there are."""
    rest = iter(rows)
    return chained(list(islice(rest, 1)), rest)


class _Chain:
    """One run's rows, checked as they come."""

    def __init__(self, run: int) -> None:
        self.run = run
        self.events = 0
        self.last = 0
        self.newest = chain.GENESIS
        self.head: tuple[int, str, int] | None = None
        self.anchored: dict[int, str] = {}
        self.evidence: dict[int, tuple[str, Any]] = {}
        self.first_break: tuple[int, str] | None = None

    def read(self, rows: Iterator[Row]) -> None:
        for _, what, sequence, row in rows:
            if what == HEAD:
                self.head = row
            elif what == LEAF:
                if self.anchored.setdefault(sequence, row[1]) != row[1]:
                    self.first_break = (sequence, "anchor")
            elif what == EVIDENCE:
                self.evidence[sequence] = row[1:]
            else:
                self._read_event(row)

    def _read_event(self, event: AuditEvent) -> None:
        self.events += 1
        if self.first_break is None:
            kind = self._why_broken(event)
            if kind:
                self.first_break = (self.last + 1, kind)
        self.last, self.newest = event.sequence, event.hash

    def _why_broken(self, event: AuditEvent) -> str | None:
        kind = chain.break_kind(
            receivers.hashed_fields(event), event.previous, event.hash, self.last + 1, self.newest
        )
        if kind:
            return kind
        if self.anchored.get(event.sequence, event.hash) != event.hash:
            return "anchor"
        return None if self._evidence_fits(event) else "evidence"

    def _evidence_fits(self, event: AuditEvent) -> bool:
        """Evidence that was erased fits: what is left binds nobody."""
        if event.sequence not in self.evidence:
            return True
        salt, content = self.evidence.pop(event.sequence)
        return chain.evidence_hash(salt, content) == event.evidence_hash

    def broken(self) -> Finding | None:
        found = self.first_break or self._why_cut()
        return Finding("run", self.run, *found) if found else None

    @property
    def noted(self) -> int:
        """How many events the head knew of when it was read."""
        return self.head[0] if self.head else 0

    def _why_cut(self) -> tuple[int, str] | None:
        """What head and anchors know beyond the events that are there."""
        if max([self.noted, *self.anchored]) > self.last:
            return (self.last + 1, "gap" if self.last else "no_events")
        if self.head is None:
            return None
        noted, hash_, anchored = self.head
        if anchored and anchored not in self.anchored:
            return (anchored, "no_anchor")
        if noted == self.last and hash_ != self.newest:
            return (self.last, "head")
        return None


def _confirmed(suspects: dict[int, int]) -> list[Finding]:
    """Chains whose newest events no head knows of even now; those written to meanwhile are well."""
    found = []
    for run, last in suspects.items():
        known = ChainHead.objects.filter(run=run).values_list("sequence", flat=True).first()
        if known is None:
            found.append(Finding("run", run, last, "no_head"))
        elif known < last:
            found.append(Finding("run", run, known + 1, "head"))
    return found


def _runs_without_a_chain() -> list[Finding]:
    """Every run has told of its first stage, so one without a head has lost its chain whole."""
    lost = Run.objects.filter(
        ~Exists(ChainHead.objects.filter(run=OuterRef("pk"))),
        ~Exists(AuditEvent.objects.filter(run=OuterRef("pk"))),
        ~Exists(AnchoredHead.objects.filter(run=OuterRef("pk"))),
    )
    return [Finding("run", run, 1, "no_events") for run in lost.order_by("pk").values_list("pk", flat=True)]


def _check_anchors(report: Report) -> None:
    """Check the anchors' own chain, and each root against the heads it was made of.

    Anchors are read before their heads, as one may be made meanwhile.
    """
    anchors = _opened(Anchor.objects.order_by("number").iterator())
    leaves = AnchoredHead.objects.order_by("anchor__number", "run").values_list(
        "anchor__number", "run", "sequence", "hash"
    )
    by_anchor = groupby(leaves.iterator(), key=lambda row: row[0])
    number, rows = next(by_anchor, (0, iter(())))
    last, newest = 0, chain.GENESIS
    for row in anchors:
        sealed = []
        if number == row.number:
            sealed = [anchoring.leaf(run, sequence, hash_) for _, run, sequence, hash_ in rows]
            number, rows = next(by_anchor, (0, iter(())))
        kind = _why_anchor_broken(row, sealed, last, newest)
        if kind:
            report.findings.append(Finding("anchor", last + 1, last + 1, kind))
            return
        last, newest = row.number, row.hash
        report.anchors, report.last_anchor = last, newest


def _why_anchor_broken(row: Anchor, sealed: list[str], last: int, newest: str) -> str | None:
    if row.number != last + 1:
        return "gap"
    if row.previous != newest:
        return "previous"
    if chain.event_hash(anchoring.hashed_fields(row), row.previous) != row.hash:
        return "fields"
    if len(sealed) != row.heads or chain.merkle_root(sealed) != row.root:
        return "leaves"
    return None
