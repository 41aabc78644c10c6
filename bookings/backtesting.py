"""Back-tests: leads of the past through another version's qualification and routing. Writes nothing.

The walk is the engine's own foresight and the decisions are those of production; only what is asked again and
again is answered from memory: segments are prepared once a version, and a pool decides once for all leads that
nothing in its chain tells apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bookings.stages.qualification import done
from bookings.stages.routing import carried_by, first_pool
from routing.availability import fits
from routing.core import matching
from routing.core.matching import Qualification, SegmentSpec
from routing.deciding import Decision, decide
from routing.models import Match, Pool
from workflows import publishing
from workflows.foresight import Foresight, Foretellers, foresee
from workflows.models import Workflow
from workflows.stages.base import Context, Done, Result
from workflows.versions import LoadedVersion, load

QUALIFICATION, ROUTING, WAIT = "qualification", "routing", "wait"
DRAFT = "draft"
LIKE_A_NUMBER = re.compile(r"[0-9]{1,9}")
UNSORTED = "not sorted"


class NoSuchVersion(LookupError):
    """The version asked for is not there, or cannot be tried; the text says why."""


class Place(NamedTuple):
    """Where a lead comes to: its segment, its pool, and the last outcome of routing or qualification."""

    segment: str | None
    pool: str | None
    outcome: str

    def __str__(self) -> str:
        return f"{self.segment or 'no segment'}, {self.pool or 'no pool'}, {self.outcome}"


@dataclass(frozen=True)
class Case:
    """A lead to try: what it is called in the report, its facts, and the version it went by until now.

    A recorded one has the number of its `run`.
    """

    name: str
    facts: Mapping[str, Any]
    version: LoadedVersion
    run: int | None = None


@dataclass
class Report:
    """What a back-test came to. `moves` counts by place before and after, those that stay left out."""

    leads: int = 0
    moves: Counter[tuple[Place, Place]] = field(default_factory=Counter)
    before: Counter[Place] = field(default_factory=Counter)
    after: Counter[Place] = field(default_factory=Counter)

    @property
    def moved(self) -> int:
        return self.moves.total()


@dataclass(frozen=True)
class Move:
    """One lead, and where it would go instead."""

    case: Case
    before: Place
    after: Place

    @property
    def name(self) -> str:
        return self.case.name


@dataclass(frozen=True)
class Reason:
    """One decision on the way of a lead, with the record that its event would have: verb, stage and data."""

    verb: str
    stage: str
    data: Mapping[str, Any]
    actor: str = "system"


def version_named(workflow: Workflow, name: str | None) -> LoadedVersion:
    """A published version by its number; else the draft, which without one is what publishing now would make.

    Raises NoSuchVersion.
    """
    if name is not None and name != DRAFT:
        found = workflow.versions.filter(number=int(name)).first() if LIKE_A_NUMBER.fullmatch(name) else None
        if found is None:
            numbers = ", ".join(
                str(each) for each in workflow.versions.order_by("number").values_list("number", flat=True)
            )
            raise NoSuchVersion(f"“{workflow.slug}” has no version “{name}”. There are: {numbers or 'none'}.")
        if found.is_published:
            return load(found)
    version = workflow.draft or workflow.published
    if version is None:
        raise NoSuchVersion(f"“{workflow.slug}” has no version yet.")
    stages = publishing.specs_of(version)
    problems = publishing.problems_of(stages)
    if problems:
        told = " ".join(problem.text for problem in problems)
        raise NoSuchVersion(f"The draft of “{workflow.slug}” cannot be published as it is: {told}")
    return LoadedVersion(version.pk, {stage.name: stage for stage in stages}, publishing.frozen_of(stages))


def compare(
    cases: Iterable[Case], version: LoadedVersion, *, now: datetime, report: Report
) -> Iterator[Move]:
    """Every lead that would come elsewhere by `version`; `report` counts along.

    Both sides are decided by the calendars of `now`, so that nothing but the versions makes a difference.
    """
    router = Router(now)
    placing = Placing(version, router)
    others: dict[int, Placing] = {}
    for case in cases:
        other = others.get(case.version.pk)
        if other is None:
            other = others[case.version.pk] = Placing(case.version, router)
        before, after = other.place(case.facts), placing.place(case.facts)
        report.leads += 1
        report.before[before] += 1
        report.after[after] += 1
        if before != after:
            report.moves[before, after] += 1
            yield Move(case, before, after)


class Placing:
    """Places leads by one version."""

    def __init__(self, version: LoadedVersion, router: Router) -> None:
        self._version = version
        self._router = router
        self._segment_for = {
            name: matching.compile_segments(map(SegmentSpec.from_dict, version.frozen[name]["segments"]))
            for name, stage in version.stages.items()
            if stage.kind == QUALIFICATION
        }
        self._foretellers: dict[str, Callable[[Context], Result]] = {
            QUALIFICATION: self._qualify,
            ROUTING: self._route,
            WAIT: lambda context: Done("done"),
        }

    def place(self, facts: Mapping[str, Any]) -> Place:
        """Where a lead of these facts comes to stand first: at an offer, or at an end. Waits are passed over."""
        carried = self._walk(facts, self._foretellers).carried
        outcome = carried.get("_routed")
        if outcome is None and "_qualified" in carried:
            outcome = "qualified" if carried["_qualified"] else "disqualified"
        return Place(carried.get("segment"), carried.get("pool"), outcome or UNSORTED)

    def why(self, facts: Mapping[str, Any]) -> list[Reason]:
        """The decisions that `place` comes to for these facts, each with everything that spoke for or against."""
        reasons: list[Reason] = []

        def qualify(context: Context) -> Result:
            specs = map(SegmentSpec.from_dict, context.frozen["segments"])
            found = matching.qualify(specs, context.facts)
            reasons.append(Reason("qualification.evaluated", context.stage.name, matching.as_evidence(found)))
            return done(found)

        def route(context: Context) -> Result:
            decision = self._router.decide(first_pool(context), context.facts)
            reasons.append(Reason("routing.decided", context.stage.name, decision.as_record()))
            return Done(decision.outcome, carried_by(decision))

        self._walk(facts, self._foretellers | {QUALIFICATION: qualify, ROUTING: route})
        return reasons

    def _walk(self, facts: Mapping[str, Any], foretellers: Foretellers) -> Foresight:
        return foresee(
            self._version,
            self._version.first.name,
            facts=facts,
            carried={},
            now=self._router.now,
            foretellers=foretellers,
        )

    def _qualify(self, context: Context) -> Result:
        segment = self._segment_for[context.stage.name](context.facts)
        return done(Qualification(segment, bool(segment and segment.qualified), ()))

    def _route(self, context: Context) -> Result:
        decision = self._router.decide(first_pool(context), context.facts)
        return Done(decision.outcome, carried_by(decision))


class Router:
    """Decisions of pools at one instant, taken once for all leads that the pools cannot tell apart.

    Who owns a lead narrows an offer to one rep, and never decides about the pool, so it is left out.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._chains: dict[str | None, _Chain] = {}
        self._decisions: dict[tuple[Any, ...], Decision] = {}

    def decide(self, slug: str | None, facts: Mapping[str, Any]) -> Decision:
        chain = self._chains.get(slug)
        if chain is None:
            chain = self._chains[slug] = _Chain(slug)
        zone = facts.get("lead.time_zone") or ""
        key = (slug, zone, chain.signature(facts))
        decision = self._decisions.get(key)
        if decision is None:
            asked = {name: facts[name] for name in chain.facts if name in facts}
            decision = decide(chain.first, asked, zone=zone, now=self.now, entered_at=self.now)
            self._decisions[key] = decision
        return decision


class _Chain:
    """A pool and its fallbacks: the facts they match reps by, and what values of those make a difference."""

    def __init__(self, slug: str | None) -> None:
        self.first = Pool.objects.select_related("meeting_type").filter(slug=slug).first() if slug else None
        self._matches = [
            (match, self._attributes(match)) for pool in self._pools() for match in pool.matches.all()
        ]
        self.facts = sorted({match.fact for match, _ in self._matches})
        self._fitting: dict[tuple[int, str], tuple[bool, ...]] = {}

    def signature(self, facts: Mapping[str, Any]) -> tuple[tuple[bool, ...], ...]:
        """Of each match, which members fit; equal for leads whom this chain cannot tell apart."""
        return tuple(self._fit(match, held, facts.get(match.fact)) for match, held in self._matches)

    def _fit(self, match: Match, held: list[Any], wanted: Any) -> tuple[bool, ...]:
        key = (match.pk, repr(wanted))
        if key not in self._fitting:
            self._fitting[key] = tuple(fits(attribute, match.operator, wanted) for attribute in held)
        return self._fitting[key]

    def _pools(self) -> Iterator[Pool]:
        pool, seen = self.first, set()
        while pool is not None and pool.pk not in seen:
            seen.add(pool.pk)
            yield pool
            pool = pool.fallback

    def _attributes(self, match: Match) -> list[Any]:
        members = match.pool.members.filter(is_active=True).select_related("rep").order_by("pk")
        return [member.rep.attributes.get(match.attribute) for member in members]
