"""A version told in words: each stage with what it does, where it leads, and who waits in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.http import HttpRequest

from workflows import advising, publishing
from workflows.admin import picture, setting_fields
from workflows.admin.base import change_url
from workflows.admin.words import counted, kind_title, said
from workflows.core.graph import Problem
from workflows.models import Run, Stage, WorkflowVersion
from workflows.registry import KINDS
from workflows.traffic import Traffic, traffic_of, waiting_in

PERIODS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "a year"}
PERIOD = "days"


@dataclass(frozen=True)
class Way:
    """One branch: on which outcome, under which conditions, to where."""

    outcome: str
    when: str
    to: str
    target: str
    exists: bool
    url: str
    taken: str = ""


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
    entered: str = ""
    problems: list[Problem] = field(default_factory=list)
    advice: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Flow:
    """Who is where now, and what happened in the last so many days; without traffic when nothing did."""

    days: int
    waiting: dict[str, int]
    traffic: Traffic | None


def flow_of(version: WorkflowVersion, request: HttpRequest, now: datetime) -> Flow:
    """What the page shows of a version that leads may be in; the period is the one the reader chose."""
    asked = request.GET.get(PERIOD, "")
    days = int(asked) if asked.isdecimal() and int(asked[:6]) in PERIODS else 30
    if not version.is_published:
        return Flow(days, {}, None)
    traffic = traffic_of(version, now - timedelta(days=days), now)
    return Flow(days, waiting_in(version), traffic if traffic.entered else None)


def periods(chosen: int) -> list[dict[str, object]]:
    """The choices of a period, as links to the same page."""
    return [
        {"url": f"?{PERIOD}={days}", "text": text, "is_chosen": days == chosen}
        for days, text in PERIODS.items()
    ]


def cards_of(
    version: WorkflowVersion, problems: list[Problem], flow: Flow, advice: Sequence[Problem] = ()
) -> list[Card]:
    """The stages in order, each with its problems and advice. Three queries, whatever the size."""
    stages = list(
        version.stages.order_by("position", "pk").prefetch_related("branches", "branches__conditions")
    )
    names = {stage.name for stage in stages}
    return [
        _card(
            stage,
            names,
            flow,
            [each for each in problems if each.stage == stage.name],
            [each for each in advice if each.stage == stage.name],
        )
        for stage in stages
    ]


def problems_of(version: WorkflowVersion) -> list[Problem]:
    """What publishing would refuse; nothing for what is published already."""
    return [] if version.is_published else publishing.problems_of(publishing.specs_of(version))


def places_of(found: Sequence[Problem]) -> list[tuple[str, str]]:
    """The stages that problems or advice belong to, each once, as anchors and words."""
    return [(name, said(name)) for name in dict.fromkeys(each.stage for each in found if each.stage)]


def advice_on(version: WorkflowVersion) -> list[Problem]:
    """What is likely a slip in a draft; nothing for what is published already."""
    if version.is_published:
        return []
    return advising.advice_on(version.workflow, publishing.specs_of(version))


def counts_in_words(version: WorkflowVersion) -> str:
    running = Run.objects.under_way().filter(version=version).count()
    return f"{counted(running, 'run')} under way on it."


def _card(stage: Stage, names: set[str], flow: Flow, problems: list[Problem], advice: list[Problem]) -> Card:
    kind = KINDS.get(stage.kind)
    ways = picture.ways_of(stage, change_url)
    required = kind.required_outcomes(stage.settings) if kind else frozenset()
    return Card(
        name=said(stage.name),
        anchor=stage.name,
        kind=stage.kind,
        title=kind_title(stage.kind),
        icon=picture.ICONS.get(stage.kind, picture.OTHER_ICON),
        url=change_url(stage),
        settings=setting_fields.in_words(kind.fields, stage.settings) if kind else [],
        ways=[_way(shape, way, names, flow.traffic) for shape, way in ways],
        missing=[said(outcome) for outcome in sorted(required - {way[1] for _, way in ways})],
        waiting=flow.waiting.get(stage.name, 0),
        entered=_entered(stage, flow.traffic),
        problems=problems,
        advice=advice,
    )


def _entered(stage: Stage, traffic: Traffic | None) -> str:
    if traffic is None:
        return ""
    number = traffic.entered.get(stage.name, 0)
    return f"entered {counted(number, 'time')}" if number else "not entered"


def _way(shape: dict[str, str], way: tuple[str, str, int], names: set[str], traffic: Traffic | None) -> Way:
    share = traffic.share(way) if traffic else None
    taken = ""
    if traffic is not None and share is not None:
        taken = f"{counted(traffic.left.get(way, 0), 'time')}, {picture.percent(share)}"
    return Way(
        outcome=shape["outcome"],
        when=shape["when"],
        to=said(shape["target"]),
        target=shape["target"],
        exists=shape["target"] in names,
        url=shape["url"],
        taken=taken,
    )
