"""Making recorded decisions again from their recorded inputs: qualification, routing, draw, and the branch taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.core import matching, redrawing, verdicts
from routing.core.matching import SegmentSpec
from workflows import versions
from workflows.core import chain
from workflows.models import AuditEvent, Evidence, WorkflowVersion
from workflows.versions import LoadedVersion

VERBS = ("stage.entered", "qualification.evaluated", "routing.decided", "assignment.drawn", "stage.left")


@dataclass
class Redecided:
    """`decided` counts decisions made again, `without_evidence` those whose inputs have been erased."""

    decided: int = 0
    without_evidence: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, other: Redecided) -> None:
        self.decided += other.decided
        self.without_evidence += other.without_evidence
        self.differences += other.differences


def redecide(run_id: int) -> Redecided:
    """Every decision of a run, made again; a sentence for each that comes out otherwise. Three queries."""
    found = Redecided()
    evidence = dict(Evidence.objects.filter(run=run_id).values_list("sequence", "content"))
    again = _Again(evidence)
    for event in AuditEvent.objects.filter(run=run_id, verb__in=VERBS).order_by("sequence"):
        if event.verb == "stage.entered":
            again.enter(event.data)
            continue
        try:
            differences = again.decide(event)
        except (KeyError, TypeError, ValueError, IndexError, WorkflowVersion.DoesNotExist) as error:
            differences = [f"cannot be decided again ({type(error).__name__}: {error})"]
        if differences is None:
            found.without_evidence += 1
            continue
        found.decided += 1
        found.differences += [f"event {event.sequence}, {event.verb}: {text}" for text in differences]
    return found


class _Again:
    """The decisions of one run in order; later ones rest on earlier ones."""

    def __init__(self, evidence: Mapping[int, Any]) -> None:
        self.evidence = evidence
        self.pool: str | None = None
        self.visit = 0
        self.pools: dict[int, str | None] = {}
        self.loaded: dict[int, LoadedVersion] = {}

    def enter(self, data: Mapping[str, Any]) -> None:
        """A step taken back brings back the segment's pool as well."""
        self.visit = data.get("visit", 0)
        if data.get("returned"):
            self.pool = self.pools.get(self.visit, self.pool)

    def decide(self, event: AuditEvent) -> list[str] | None:
        """What comes out otherwise; None when the inputs are gone."""
        decide: dict[str, Callable[[AuditEvent], list[str] | None]] = {
            "qualification.evaluated": self._qualification,
            "routing.decided": self._routing,
            "assignment.drawn": lambda drawn: redrawing.differences(drawn.data),
            "stage.left": self._branch,
        }
        return decide[event.verb](event)

    def _version(self, event: AuditEvent) -> LoadedVersion:
        number = event.workflow_version or 0
        if number not in self.loaded:
            self.loaded[number] = versions.load(number)
        return self.loaded[number]

    def _segments(self, event: AuditEvent) -> list[SegmentSpec]:
        frozen = self._version(event).frozen[event.stage or ""]
        return [SegmentSpec.from_dict(each) for each in frozen.get("segments", [])]

    def _qualification(self, event: AuditEvent) -> list[str] | None:
        segments = self._segments(event)
        taken = next((each for each in segments if each.slug == event.data["segment"]), None)
        self.pool = taken.pool if taken else None
        kept = self.evidence.get(event.sequence)
        if kept is None:
            return None
        again = chain.normalise(matching.as_record(matching.qualify(segments, kept["facts"])))
        return [
            f"{name}: {again[name]!r} decided again, {event.data[name]!r} recorded"
            for name in ("segment", "qualified", "tried")
            if again[name] != event.data[name]
        ]

    def _routing(self, event: AuditEvent) -> list[str]:
        stage = self._version(event).stages[event.stage or ""]
        return verdicts.differences(event.data, stage.settings.get("pool") or self.pool)

    def _branch(self, event: AuditEvent) -> list[str]:
        """The way that was taken is one of the version's."""
        self.pools[self.visit] = self.pool
        stage = self._version(event).stages[event.stage or ""]
        outcome, place, to = event.data["outcome"], event.data["branch"], event.data["next"]
        ways = [branch.to for branch in stage.branches_of(outcome)]
        if outcome == "reversed":  # a late sign takes a branch of the meeting that the run came from
            return []
        if not 0 <= place < len(ways) or ways[place] != to:
            return [f"branch {place} of “{outcome}” leads to {ways}, {to!r} recorded"]
        return []
