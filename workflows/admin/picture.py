"""The picture of a version: stages from top to bottom, each arrow with its outcome and its condition in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString

from workflows.admin import conditions, svg
from workflows.admin.base import change_url
from workflows.admin.svg import StageShape, WayShape
from workflows.admin.words import kind_title, said
from workflows.models import Branch, Stage, WorkflowVersion
from workflows.registry import KINDS
from workflows.traffic import Traffic, Way

ICONS = {
    "qualification": "filter_alt", "routing": "alt_route", "offer": "event_available",
    "confirmation": "mark_email_read", "meeting": "groups", "no_show": "person_off", "handoff": "handshake",
    "action": "bolt", "wait": "hourglass_empty", "decision": "call_split", "end": "flag",
}  # fmt: skip
OTHER_ICON = "widgets"

Link = Callable[[Stage | Branch], str]


def draw(
    version: WorkflowVersion,
    *,
    counts: Mapping[str, int] | None = None,
    traffic: Traffic | None = None,
    taken: Sequence[Way] | None = None,
    here: str | None = None,
    bad: Collection[str] = (),
    link: Link | None = None,
) -> SafeString:
    """The version as an SVG in a box that scrolls, for any page of the admin; four queries.

    `counts`: how many wait in each stage, by its name. `traffic`: what happened in a period; it gives the arrows
    their thickness and their shares. `taken`: the ways a lead took, in order, each (stage, outcome, place among
    the branches of that outcome, from 0), which is what `stage.left` records as stage, outcome and branch; they
    are drawn strongly, with their steps numbered, and everything else faintly. Ways that this version does not
    have are left out. `here`: the stage where the lead stands. `bad`: stages with problems.
    `link`: gives the address of a stage or a branch, empty for none; by default its own page in the admin.

    The picture is hidden from keyboard and screen reader: whoever shows it tells the same in words beside it.
    """
    stages = stages_of(version)
    link = link or change_url
    steps = _steps(taken)
    visited = {way[0] for way in taken or ()} | ({here} if here else set())
    boxes = [
        _box(
            stage,
            link,
            note=_note((counts or {}).get(stage.name, 0), stage.name == here),
            tone=_tone_of(stage.name, bad, visited),
        )
        for stage in stages
    ]
    heaviest = max(traffic.left.values(), default=0) if traffic else 0
    ways = []
    for stage in stages:
        for shape, way in ways_of(stage, link):
            number = traffic.left.get(way, 0) if traffic else 0
            ways.append(
                WayShape(
                    **shape,
                    figure=_figure(way, traffic, steps),
                    weight=number / heaviest if heaviest else 0,
                    tone=_taken_tone(taken, way in steps),
                )
            )
    known = {stage.name for stage in stages}
    boxes += [missing_box(name) for name in dict.fromkeys(way.target for way in ways) if name not in known]
    return svg.render(boxes, ways, title=f"Picture of {version}. The list tells the same in words.")


def stages_of(version: WorkflowVersion) -> list[Stage]:
    """The stages in order, with their branches and conditions; three queries."""
    rows = version.stages.order_by("position", "pk")
    return list(rows.prefetch_related("branches", "branches__conditions"))


def ways_of(stage: Stage, link: Link) -> list[tuple[dict[str, Any], Way]]:
    """What the arrows of a stage say, in the order of its outcomes, each with the way it stands for.

    The main one is that of the first outcome which is taken when no condition holds.
    """
    branches = sorted(stage.branches.all(), key=lambda branch: (*_place(stage, branch), branch.position))
    found = []
    for branch in branches:
        fork = [other for other in branches if other.outcome == branch.outcome]
        shape = {
            "key": f"{stage.name}/{branch.outcome}/{branch.position}",
            "source": stage.name,
            "target": branch.to,
            "outcome": said(branch.outcome),
            "when": when_words(branch, len(fork)),
            "url": link(branch),
            "is_main": branch.outcome == branches[0].outcome and branch is fork[-1],
        }
        found.append((shape, (stage.name, branch.outcome, fork.index(branch))))
    return found


def when_words(branch: Branch, siblings: int) -> str:
    """The branch's condition in words; “otherwise” for the last of several, empty for the only one."""
    words = ", or if ".join(conditions.group_words(conditions.groups_of(branch.conditions.all())))
    return f"if {words}" if words else ("otherwise" if siblings > 1 else "")


def missing_box(name: str) -> StageShape:
    """A stage that a branch names and that is not there."""
    return StageShape(name, said(name), "no such stage", "missing", "error", tone=svg.BAD)


def shape_of(stage: Stage, link: Link) -> dict[str, Any]:
    """What the box of a stage says."""
    return {
        "name": stage.name,
        "title": said(stage.name),
        "what": kind_title(stage.kind),
        "kind": stage.kind if stage.kind in ICONS else "other",
        "icon": ICONS.get(stage.kind, OTHER_ICON),
        "url": link(stage),
    }


def _box(stage: Stage, link: Link, note: str, tone: str) -> StageShape:
    return StageShape(**shape_of(stage, link), note=note, tone=tone)


def _place(stage: Stage, branch: Branch) -> tuple[int, int]:
    kind = KINDS.get(stage.kind)
    order = (*kind.outcomes, *kind.optional_outcomes) if kind else ()
    if branch.outcome in order:
        return order.index(branch.outcome), 0
    firsts = [other.pk for other in stage.branches.all() if other.outcome == branch.outcome]
    return len(order), min(firsts)


def _note(waiting: int, is_here: bool) -> str:
    if is_here:
        return "is here"
    return f"{waiting:,} waiting".replace(",", "\u202f") if waiting else ""


def _tone_of(name: str, bad: Collection[str], visited: set[str]) -> str:
    if visited:
        return svg.TAKEN if name in visited else svg.FADED
    return svg.BAD if name in bad else ""


def _taken_tone(taken: Sequence[Way] | None, is_taken: bool) -> str:
    if taken is None:
        return ""
    return svg.TAKEN if is_taken else svg.FADED


def _steps(taken: Sequence[Way] | None) -> dict[Way, list[int]]:
    steps: dict[Way, list[int]] = {}
    for number, way in enumerate(taken or (), 1):
        steps.setdefault(way, []).append(number)
    return steps


def _figure(way: Way, traffic: Traffic | None, steps: Mapping[Way, list[int]]) -> str:
    if way in steps:
        return f"step {' and '.join(map(str, steps[way]))}"
    share = traffic.share(way) if traffic else None
    if traffic is None or share is None:
        return ""
    number = traffic.left.get(way, 0)
    return f"{number:,} · {percent(share)}".replace(",", "\u202f") if number else "none"


def percent(share: float) -> str:
    """A share as people read it: nothing that is there becomes 0, and nothing that is missing 100."""
    if 0 < share < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")
