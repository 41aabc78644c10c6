"""Reports from the trace: how far the runs of a workflow came and where they dropped; who had whose turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from routing import turns
from routing.models import Pool
from workflows.models import AuditEvent, Workflow

STEPS = ("submitted", "qualified", "routed", "slots_shown", "booked", "held", "outcome")
SUBMITTED, QUALIFIED, ROUTED, SHOWN, BOOKED, HELD, MARKED = range(len(STEPS))

# What is said of a run that came no further than a step, unless something in its trace says more.
WAITING = {
    SUBMITTED: "not_evaluated",
    QUALIFIED: "not_routed",
    ROUTED: "not_seen",
    SHOWN: "not_booked",
    BOOKED: "not_held_yet",
    HELD: "not_marked_yet",
}
TELLING = (
    "lead.submitted", "qualification.evaluated", "routing.decided", "slots.shown", "booking.made",
    "booking.rescheduled", "booking.cancelled", "booking.restored", "stage.left", "no_show.reversed",
    "outcome.recorded", "outcome.withdrawn", "outcome.corrected", "run.superseded", "run.failed",
)  # fmt: skip
REASONS_OF_LEAVING = {
    "abandoned": "offer_expired",
    "no_show": "no_show",
    "host_no_show": "host_no_show",
    "unmarked": "unmarked",
}


@dataclass(frozen=True)
class FunnelStep:
    """`count` runs came this far or further; `lost` are those that came no further, by reason."""

    stage: str
    count: int
    lost: Mapping[str, int]


@dataclass(frozen=True)
class Funnel:
    """The runs that began within a span of time, step by step, and the outcomes marked."""

    workflow: str
    since: datetime
    until: datetime
    steps: tuple[FunnelStep, ...]
    outcomes: Mapping[str, int]


@dataclass(frozen=True)
class Turn:
    """A member's part in a pool. `served` turns are held, `credits` were given back; `balance` is in meetings."""

    rep: str
    weight: int
    share: float
    served: int
    credits: int
    balance: float


@dataclass
class _Progress:
    """One run, as its facts tell it in their order."""

    furthest: int = SUBMITTED
    reason: str | None = None
    outcomes: list[str] = field(default_factory=list)

    def note(self, verb: str, data: Mapping[str, Any]) -> None:
        if verb == "qualification.evaluated":
            self._reach(QUALIFIED if data.get("qualified") else SUBMITTED, "disqualified")
        elif verb == "routing.decided":
            self._route(str(data.get("outcome")))
        elif verb == "slots.shown":
            self._reach(SHOWN)
        elif verb in ("booking.made", "booking.rescheduled", "booking.restored"):
            self._reach(BOOKED)
        elif verb == "booking.cancelled":
            self.reason = "cancelled"
        elif verb == "no_show.reversed":
            self._reach(HELD)
        elif verb == "stage.left":
            self._leave(str(data.get("outcome")))
        elif verb in ("run.superseded", "run.failed"):
            self.reason = verb.removeprefix("run.")
        elif verb.startswith("outcome."):
            self._mark(verb, str(data.get("outcome")))

    def _reach(self, step: int, otherwise: str | None = None) -> None:
        """The furthest step stays; what was lost before is forgotten once the run goes on."""
        self.reason = otherwise if step == SUBMITTED else None
        self.furthest = max(self.furthest, step)

    def _route(self, outcome: str) -> None:
        if outcome in ("routed", "fallback"):
            self._reach(ROUTED)
        elif self.furthest < ROUTED:
            self._reach(QUALIFIED)
            self.reason = outcome

    def _leave(self, outcome: str) -> None:
        if outcome == "attended":
            self._reach(HELD)
        elif outcome in REASONS_OF_LEAVING:
            self.reason = REASONS_OF_LEAVING[outcome]

    def _mark(self, verb: str, outcome: str) -> None:
        if verb != "outcome.recorded" and self.outcomes:
            self.outcomes.pop()
        if verb != "outcome.withdrawn":
            self.outcomes.append(outcome)
            self._reach(MARKED)
        elif not self.outcomes:
            self.furthest = min(self.furthest, HELD)


def funnel(workflow: Workflow, since: datetime, until: datetime) -> Funnel:
    """How far the runs submitted from `since` on and before `until` came by `until`, and why not further."""
    versions = list(workflow.versions.values_list("pk", flat=True))
    begun = AuditEvent.objects.filter(
        verb="lead.submitted", workflow_version__in=versions, at__gte=since, at__lt=until
    )
    told = (
        AuditEvent.objects.filter(run__in=begun.values("run"), verb__in=TELLING, at__lt=until)
        .order_by("run", "sequence")
        .values_list("run", "verb", "data")
    )
    runs = [_progress(facts) for _, facts in groupby(told.iterator(), key=lambda fact: fact[0])]
    steps = tuple(_step(number, runs) for number in range(len(STEPS)))
    outcomes = Counter(outcome for run in runs for outcome in run.outcomes)
    return Funnel(workflow.slug, since, until, steps, dict(sorted(outcomes.items())))


def fairness(pool: Pool) -> list[Turn]:
    """The members who take turns, in the order they joined; their shares sum to 1, their balances to 0."""
    members = list(pool.members.taking_turns().select_related("rep").order_by("pk"))
    total = sum(member.weight for member in members)
    served, given_back = turns.served(pool), turns.credits(pool)
    return [
        Turn(
            rep=member.rep.email,
            weight=member.weight,
            share=member.weight / total,
            served=served.get(member.rep_id, 0),
            credits=given_back.get(member.rep_id, 0),
            balance=member.balance,
        )
        for member in members
    ]


def _progress(facts: Iterable[tuple[int, str, Mapping[str, Any]]]) -> _Progress:
    progress = _Progress()
    for _, verb, data in facts:
        progress.note(verb, data)
    return progress


def _step(number: int, runs: list[_Progress]) -> FunnelStep:
    came = [run for run in runs if run.furthest >= number]
    lost = Counter(run.reason or WAITING[number] for run in came if run.furthest == number != MARKED)
    return FunnelStep(STEPS[number], len(came), dict(sorted(lost.items())))
