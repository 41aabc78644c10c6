"""Verifying the trace: every chain against its events, its head and its anchors, and the anchors' own chain.

Everything is read once, in the order of runs and sequence numbers, so a trace of any length fits. It can be
written to meanwhile: heads are read before anchors, those before events, and a chain only grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Literal

from django.db.models import Exists, OuterRef

from workflows import anchoring, tracing
from workflows.core import chain, stored
from workflows.core.stored import StoredEvent
from workflows.models import Anchor, AnchoredHead, AuditEvent, ChainHead, Run
from workflows.tracing import Trace

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
    "noted": "it is not the one that was noted outside the database; the trail was rewritten, or cut off, since",
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


def _check_chains(report: Report, progress: Progress) -> dict[int, int]:
    """Check each chain; returns those with more events than their head says, as it was read before them."""
    suspects = {}
    told = 0
    for found in tracing.traces():
        chain_ = _Chain(found)
        for event in found.events:
            chain_.read(event)
            report.events += 1
            if report.events - told >= EVERY:
                told = report.events
                progress(told)
        report.chains += 1
        broken = chain_.broken()
        if broken:
            report.findings.append(broken)
        elif chain_.noted < chain_.last:
            suspects[chain_.run] = chain_.last
    progress(report.events)
    return suspects


class _Chain:
    """One run's rows, checked as they come."""

    def __init__(self, trace: Trace) -> None:
        self.run = trace.run
        self.last = 0
        self.newest = chain.GENESIS
        self.head = trace.head
        self.evidence = dict(trace.evidence)
        self.anchored: dict[int, str] = {}
        self.first_break: tuple[int, str] | None = None
        for sequence, hash_ in trace.leaves:
            if self.anchored.setdefault(sequence, hash_) != hash_:
                self.first_break = (sequence, "anchor")

    def read(self, event: StoredEvent) -> None:
        if self.first_break is None:
            kind = self._why_broken(event)
            if kind:
                self.first_break = (self.last + 1, kind)
        self.last, self.newest = event.sequence, event.hash

    def _why_broken(self, event: StoredEvent) -> str | None:
        if event.sequence != self.last + 1:
            return "gap"
        if event.previous != self.newest:
            return "previous"
        if not _fits(event):
            return "fields"
        if self.anchored.get(event.sequence, event.hash) != event.hash:
            return "anchor"
        return None if self._evidence_fits(event) else "evidence"

    def _evidence_fits(self, event: StoredEvent) -> bool:
        """Evidence that was erased fits: what is left binds nobody."""
        kept = self.evidence.pop(event.sequence, None)
        if kept is None:
            return True
        try:
            return stored.evidence_hash(*kept) == event.evidence_hash
        except (ValueError, TypeError, RecursionError):
            return False

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


def _fits(event: StoredEvent) -> bool:
    try:
        return stored.event_hash(event) == event.hash
    except (ValueError, TypeError, RecursionError):
        return False


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
    anchors = tracing.opened(Anchor.objects.order_by("number").iterator())
    leaves = AnchoredHead.objects.order_by("anchor__number", "run").values_list(
        "anchor__number", "run", "sequence", "hash"
    )
    by_anchor = groupby(leaves.iterator(tracing.CHUNK), key=itemgetter(0))
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
