"""Qualification: facts to the one segment a lead falls into, and why no earlier one took it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.core.conditions import (
    Facts,
    Groups,
    Judgement,
    Verdict,
    compile_groups,
    groups_from,
    groups_to,
    judge_groups,
)


@dataclass(frozen=True)
class SegmentSpec:
    """A segment as a workflow version freezes it. `pool` is a slug, None where it sends nobody anywhere."""

    slug: str
    name: str
    rank: int
    qualified: bool
    pool: str | None
    when: Groups

    def as_dict(self) -> dict[str, Any]:
        """The segment as plain JSON; `from_dict` gives an equal segment back."""
        return {
            "slug": self.slug,
            "name": self.name,
            "rank": self.rank,
            "qualified": self.qualified,
            "pool": self.pool,
            "when": groups_to(self.when),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> SegmentSpec:
        """The segment that `as_dict` wrote. Raises KeyError or ValueError if it is no such thing."""
        return cls(
            slug=stored["slug"],
            name=stored["name"],
            rank=stored["rank"],
            qualified=stored["qualified"],
            pool=stored["pool"],
            when=groups_from(stored["when"]),
        )


@dataclass(frozen=True)
class Tried:
    """A segment that was judged: its slug and the verdict on every condition."""

    segment: str
    judgement: Judgement


@dataclass(frozen=True)
class Qualification:
    """What became of a lead: the segment (None if none matched: not qualified), and all tried, in order."""

    segment: SegmentSpec | None
    qualified: bool
    tried: tuple[Tried, ...]


def qualify(segments: Iterable[SegmentSpec], facts: Facts) -> Qualification:
    """The first segment by rank that matches; later ones are not judged. Equal ranks go by slug."""
    tried = []
    for segment in _by_rank(segments):
        judgement = judge_groups(segment.when, facts)
        tried.append(Tried(segment.slug, judgement))
        if judgement.holds:
            return Qualification(segment, segment.qualified, tuple(tried))
    return Qualification(None, False, tuple(tried))


def compile_segments(segments: Iterable[SegmentSpec]) -> Callable[[Facts], SegmentSpec | None]:
    """A function that gives the segment `qualify` gives, without the reasons, for many leads."""
    prepared = tuple((segment, compile_groups(segment.when)) for segment in _by_rank(segments))

    def segment_for(facts: Facts) -> SegmentSpec | None:
        return next((segment for segment, holds_for in prepared if holds_for(facts)), None)

    return segment_for


def _by_rank(segments: Iterable[SegmentSpec]) -> list[SegmentSpec]:
    return sorted(segments, key=lambda segment: (segment.rank, segment.slug))


def as_record(qualification: Qualification) -> dict[str, Any]:
    """The qualification for the audit trail: plain JSON without anything the lead said.

    Texts that conditions compare with are left out too, since one that held would tell the lead's value; they
    stand in the frozen version of the workflow. Numbers and flags stay.
    """
    return _recorded(qualification, _verdict_without_texts)


def as_evidence(qualification: Qualification) -> dict[str, Any]:
    """The same with the values found and all values compared with: for the evidence that can be erased."""
    return _recorded(qualification, _verdict_in_full)


def _recorded(qualification: Qualification, write: Callable[[Verdict], dict[str, Any]]) -> dict[str, Any]:
    segment = qualification.segment
    return {
        "segment": segment.slug if segment else None,
        "qualified": qualification.qualified,
        "tried": [
            {
                "segment": tried.segment,
                "holds": tried.judgement.holds,
                "groups": [[write(verdict) for verdict in group] for group in tried.judgement.groups],
            }
            for tried in qualification.tried
        ],
    }


def _verdict_without_texts(verdict: Verdict) -> dict[str, Any]:
    condition = verdict.condition
    record = {
        "fact": condition.fact,
        "is": condition.operator,
        "present": verdict.present,
        "holds": verdict.holds,
    }
    if isinstance(condition.value, (bool, int, float)):
        record["value"] = condition.value
    return record


def _verdict_in_full(verdict: Verdict) -> dict[str, Any]:
    value = verdict.condition.value
    return {
        **_verdict_without_texts(verdict),
        "value": list(value) if isinstance(value, tuple) else value,
        "found": verdict.found,
    }
