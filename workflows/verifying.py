"""Verifying the trace: every chain against its events, its head and its anchors, and the anchors' own chain.

Everything is read once, in parts that several processes can share, so a trace of any length fits. It can be
written to meanwhile: of each run, heads are read before anchors, those before events, and a chain only grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Literal

from django.db.models import Exists, OuterRef

from workflows import anchoring, tracing
from workflows.core import chain
from workflows.core.soundness import BREAKS, erased, first_break, missing_evidence
from workflows.models import Anchor, AnchoredHead, AuditEvent, ChainHead, Evidence, Run
from workflows.models.audit import CONFIGURATION_CHAIN
from workflows.spreading import spread
from workflows.tracing import Part

Progress = Callable[[int, int], None]
WORTH_SPREADING = 100_000
"""Events from which on further processes save more time than they need to begin."""

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
        return f"Run {self.number}, sequence {self.sequence}: {BREAKS[self.kind].format(sequence=self.sequence)}."


@dataclass
class Report:
    """What was read, and each chain that is broken, in the order of runs; anchors come last."""

    events: int = 0
    chains: int = 0
    anchors: int = 0
    last_anchor: str = ""
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Checked:
    """What was found in one part. `suspects` have more events than their heads said, as those were read before."""

    events: int = 0
    chains: int = 0
    findings: list[Finding] = field(default_factory=list)
    suspects: dict[int, int] = field(default_factory=dict)
    bare: dict[int, set[int]] = field(default_factory=dict)
    """Events of a run whose evidence was not there, which may have been read before it was written."""


def verify(progress: Progress | None = None) -> list[Finding]:
    """Every broken chain by its first break; empty when the trace holds."""
    return examine(progress).findings


def examine(progress: Progress | None = None, processes: int = 1) -> Report:
    """Read and check all of the trace, a long one with so many processes.

    `progress` is told now and then how many events have been read, and of how many there are, in the end all.
    """
    report = Report()
    parts = tracing.parts()
    total = sum(part.events for part in parts)
    suspects: dict[int, int] = {}
    bare: dict[int, set[int]] = {}
    for found in spread(check, parts, processes if total >= WORTH_SPREADING else 1):
        report.events += found.events
        report.chains += found.chains
        report.findings += found.findings
        suspects |= found.suspects
        bare |= found.bare
        if progress:
            progress(report.events, max(total, report.events))
    report.findings += _confirmed(suspects)
    report.findings += _lost_evidence(bare)
    report.findings += _runs_without_a_chain()
    report.findings += _chains_without_a_run()
    report.findings.sort(key=lambda finding: (finding.number, finding.sequence))
    _check_anchors(report)
    return report


def check(part: Part) -> Checked:
    """Check each chain of some runs against its evidence, its head, and what was anchored of it."""
    checked = Checked()
    for trace in tracing.traces(part):
        last = len(trace.events)
        checked.events += last
        checked.chains += 1
        broken = first_break(trace)
        if broken:
            checked.findings.append(Finding("run", trace.run, *broken))
            continue
        missing = missing_evidence(trace)
        if missing:
            checked.bare[trace.run] = missing
        if last > (trace.head[0] if trace.head else 0):
            checked.suspects[trace.run] = last
    return checked


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


def _lost_evidence(bare: dict[int, set[int]]) -> list[Finding]:
    """Evidence that is not there even now, and that no event by now tells to be erased.

    Evidence is committed with its event, and its erasure with the event that tells of it: whatever was written or
    erased meanwhile is seen here, as evidence is asked for after its event was read and before what erases it.
    """
    found = []
    for run, missing in bare.items():
        there = Evidence.objects.filter(run=run, sequence__in=missing).values_list("sequence", flat=True)
        lost = missing - set(there)
        lost -= erased(tracing.erasures_of(run)) if lost else set()
        found += [Finding("run", run, sequence, "no_evidence") for sequence in sorted(lost)]
    return found


def _chains_without_a_run() -> list[Finding]:
    """Runs are never removed, so a chain whose run is not there has lost it."""
    lost = ChainHead.objects.exclude(run=CONFIGURATION_CHAIN).filter(
        ~Exists(Run.objects.filter(pk=OuterRef("run")))
    )
    return [Finding("run", run, 1, "no_run") for run in lost.order_by("run").values_list("run", flat=True)]


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
    by_anchor = groupby(leaves.iterator(tracing.PART), key=itemgetter(0))
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
