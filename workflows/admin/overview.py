"""A version told in words: each stage with what it does, where it leads, and who waits in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count

from workflows import publishing
from workflows.admin import conditions, setting_fields
from workflows.admin.base import change_url
from workflows.admin.words import counted, kind_title, said
from workflows.core.graph import Problem
from workflows.models import Branch, Run, Stage, WorkflowVersion
from workflows.registry import KINDS

ICONS = {
    "qualification": "filter_alt", "routing": "alt_route", "offer": "event_available",
    "confirmation": "mark_email_read", "meeting": "groups", "no_show": "person_off", "handoff": "handshake",
    "action": "bolt", "wait": "hourglass_empty", "decision": "call_split", "end": "flag",
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """One branch: on which outcome, under which conditions, to where."""

    outcome: str
    when: str
    to: str
    target: str
    exists: bool
    url: str


@dataclass(frozen=True)
class Card:
    """One stage as the overview shows it."""

    name: str
    anchor: str
    kind: str
    title: str
    icon: str
    url: str
    settings: list[tuple[str, str]]
    ways: list[Way]
    missing: list[str]
    waiting: int
    problems: list[Problem] = field(default_factory=list)


def cards_of(version: WorkflowVersion, problems: list[Problem]) -> list[Card]:
    """The stages in order, each with its problems. Five queries, whatever the size."""
    stages = list(
        version.stages.order_by("position", "pk").prefetch_related("branches", "branches__conditions")
    )
    waiting = dict(
        Run.objects.under_way().filter(version=version).values_list("stage").annotate(Count("pk")).order_by()
    )
    names = {stage.name for stage in stages}
    return [
        _card(stage, names, waiting.get(stage.name, 0), [p for p in problems if p.stage == stage.name])
        for stage in stages
    ]


def problems_of(version: WorkflowVersion) -> list[Problem]:
    """What publishing would refuse; nothing for what is published already."""
    return [] if version.is_published else publishing.problems_of(publishing.specs_of(version))


def counts_in_words(version: WorkflowVersion) -> str:
    running = Run.objects.under_way().filter(version=version).count()
    return f"{counted(running, 'run')} under way on it."


def _card(stage: Stage, names: set[str], waiting: int, problems: list[Problem]) -> Card:
    kind = KINDS.get(stage.kind)
    order = (
        {name: place for place, name in enumerate((*kind.outcomes, *kind.optional_outcomes))} if kind else {}
    )
    branches = sorted(stage.branches.all(), key=lambda way: (order.get(way.outcome, len(order)), way.outcome))
    required = kind.required_outcomes(stage.settings) if kind else frozenset()
    return Card(
        name=said(stage.name),
        anchor=stage.name,
        kind=stage.kind,
        title=kind_title(stage.kind),
        icon=ICONS.get(stage.kind, "widgets"),
        url=change_url(stage),
        settings=setting_fields.in_words(kind.fields, stage.settings) if kind else [],
        ways=[_way(branch, names, branches) for branch in branches],
        missing=[said(outcome) for outcome in sorted(required - {branch.outcome for branch in branches})],
        waiting=waiting,
        problems=problems,
    )


def _way(branch: Branch, names: set[str], branches: list[Branch]) -> Way:
    groups = conditions.groups_of(branch.conditions.all())
    has_siblings = sum(other.outcome == branch.outcome for other in branches) > 1
    when = ", or if ".join(conditions.group_words(groups))
    return Way(
        outcome=said(branch.outcome),
        when=f"if {when}" if when else ("otherwise" if has_siblings else ""),
        to=said(branch.to),
        target=branch.to,
        exists=branch.to in names,
        url=change_url(branch),
    )
