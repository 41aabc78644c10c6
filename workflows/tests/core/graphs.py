"""Small workflows for the tests of the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflows.core.conditions import Condition
from workflows.core.graph import BranchSpec, Problem, StageSpec, problems

Target = str | Sequence[tuple[str, tuple]]

OUTCOMES = {
    "qualification": {"qualified", "disqualified"},
    "routing": {"routed", "fallback", "unroutable"},
    "offer": {"booked", "abandoned"},
    "confirmation": {"confirmed"},
    "meeting": {"attended", "no_show", "reschedule_requested", "cancelled"},
    "no_show": {"rebook_requested", "expired"},
    "action": {"done"},
    "wait": {"done"},
    "decision": {"done"},
    "end": set(),
}
WAITING = {"offer", "meeting", "no_show", "handoff", "wait"}

SUCCESS = ((Condition("pool", "==", "success"),),)


def stage(name: str, kind: str, *, outcomes: Sequence[str] = (), **branches: Target) -> StageSpec:
    """A stage of a kind; a branch is the name of the next stage, or (next stage, groups) in order."""
    ways = []
    for outcome, target in branches.items():
        fork = [(target, ())] if isinstance(target, str) else target
        ways += [BranchSpec(outcome, to, when) for to, when in fork]
    return StageSpec(
        name=name,
        kind=kind,
        branches=tuple(ways),
        required=frozenset(outcomes or OUTCOMES[kind]),
        optional=frozenset({"host_no_show"} if kind == "meeting" else ()),
        waits=kind in WAITING,
        ends=kind == "end",
        at_once=frozenset({"expired"} if kind == "no_show" else ()),
    )


def replaced(stages: Sequence[StageSpec], changed: StageSpec) -> list[StageSpec]:
    """The same workflow with one of its stages changed."""
    return [changed if each.name == changed.name else each for each in stages]


def codes(stages: Sequence[StageSpec]) -> list[tuple[str | None, str]]:
    """The problems of a workflow as (stage, code)."""
    return [(problem.stage, problem.code) for problem in problems(stages)]


def only_problem(stages: Sequence[StageSpec]) -> Problem:
    """The one problem that the workflow has."""
    found = problems(stages)
    assert len(found) == 1, found
    return found[0]


def fork(first: str, otherwise: str, when: tuple = SUCCESS) -> Sequence[tuple[str, tuple]]:
    return [(first, when), (otherwise, ())]


HANDOFF: Mapping[str, Target] = {
    "qualified_opportunity": "won",
    "closed_won": "success-routing",
    "follow_up": "routing-again",
    "not_a_fit": "lost",
    "unmarked": "triage",
}

INBOUND_DEMO = [
    stage("qualification", "qualification", qualified="routing", disqualified="nurture"),
    stage("routing", "routing", routed="offer", fallback="offer", unroutable="triage"),
    stage("offer", "offer", booked="confirmation", abandoned="chase"),
    stage("confirmation", "confirmation", confirmed="meeting"),
    stage(
        "meeting",
        "meeting",
        attended=fork("won", "handoff"),
        no_show="no-show",
        reschedule_requested=fork("success-routing", "routing"),
        cancelled=fork("won", "lost"),
    ),
    stage("no-show", "no_show", rebook_requested=fork("success-routing", "routing"), expired="lost"),
    stage("handoff", "handoff", outcomes=tuple(HANDOFF), **HANDOFF),
    stage(
        "success-routing", "routing", routed="success-offer", fallback="success-offer", unroutable="triage"
    ),
    stage("success-offer", "offer", booked="confirmation", abandoned="won"),
    stage(
        "routing-again", "routing", routed="follow-up-offer", fallback="follow-up-offer", unroutable="triage"
    ),
    stage("follow-up-offer", "offer", booked="confirmation", abandoned="lost"),
    stage("chase", "action", done="last-offer"),
    stage("last-offer", "offer", booked="confirmation", abandoned="lost"),
    stage("nurture", "action", done="lost"),
    stage("triage", "action", done="lost"),
    stage("won", "end"),
    stage("lost", "end"),
]
