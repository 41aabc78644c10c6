"""The difference of two versions for people: in sentences, side by side, and in the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from workflows import publishing
from workflows.admin import conditions, picture, setting_fields, svg
from workflows.admin.base import change_url
from workflows.admin.svg import StageShape, WayShape
from workflows.admin.words import kind_title, said
from workflows.core import difference
from workflows.core.difference import ADDED, REMOVED, BranchChange, Difference, StageChange
from workflows.core.graph import BranchSpec, StageSpec
from workflows.models import Stage, WorkflowVersion
from workflows.registry import KINDS
from workflows.stages.base import Setting

NOTHING = "—"
NOTES = {ADDED: "new", REMOVED: "gone", difference.CHANGED: "changed"}


@dataclass(frozen=True)
class Line:
    """One change: a sentence, and what was and what is beside each other. `tone` is added, removed or changed."""

    tone: str
    sentence: str
    old: str
    new: str
    url: str = ""


def difference_of(old: WorkflowVersion, new: WorkflowVersion) -> Difference:
    """What `new` has become since `old`; of a draft, what publishing it now would freeze."""
    stages = publishing.specs_of(old), publishing.specs_of(new)
    frozen = _frozen_words(old, stages[0]), _frozen_words(new, stages[1])
    return difference.between(*stages, frozen)


def _frozen_words(version: WorkflowVersion, stages: Iterable[StageSpec]) -> dict[str, Mapping[str, str]]:
    if version.is_published:
        frozen = dict(version.stages.values_list("name", "frozen"))
    else:
        frozen = publishing.frozen_of(list(stages))
    kinds = {stage.name: KINDS.get(stage.kind) for stage in stages}
    return {
        name: kind.frozen_in_words(frozen[name]) for name, kind in kinds.items() if kind and name in frozen
    }


def lines(found: Difference, old: WorkflowVersion, new: WorkflowVersion) -> list[Line]:
    """All changes as sentences, in the order of the stages."""
    urls = _urls(old) | _urls(new)
    told = []
    if found.first:
        before, after = map(said, found.first)
        told.append(
            Line(difference.CHANGED, f"Leads enter at “{after}” instead of “{before}”.", before, after)
        )
    for change in found.stages:
        told += [
            Line(line.tone, line.sentence, line.old, line.new, urls.get(change.name, ""))
            for line in _lines_of(change)
        ]
    return told


def _urls(version: WorkflowVersion) -> dict[str, str]:
    return {stage.name: change_url(stage) for stage in version.stages.all()}


def _lines_of(change: StageChange) -> Iterator[Line]:
    name = f"“{said(change.name)}”"
    if change.old is None or change.new is None:
        text = f"{name} is new." if change.old is None else f"{name} is gone."
        yield Line(change.what, text, _stage_words(change.old), _stage_words(change.new))
        return
    if change.is_of_another_kind:
        before, after = kind_title(change.old.kind), kind_title(change.new.kind)
        yield Line(change.what, f"{name} is now of the kind “{after}” instead of “{before}”.", before, after)
    declared = _declared(change.old) | _declared(change.new)
    for setting, (before, after) in change.settings.items():
        label = declared[setting].label if setting in declared else said(setting)
        words = _value(declared.get(setting), before), _value(declared.get(setting), after)
        yield _value_line(name, f"“{label}”", *words)
    for label, (before, after) in change.frozen.items():
        yield _value_line(name, label, before or NOTHING, after or NOTHING)
    for branch in change.branches:
        yield _branch_line(name, branch)


def _value_line(name: str, label: str, before: str, after: str) -> Line:
    if before == NOTHING:
        return Line(ADDED, f"In {name}, {label} is now {after}.", before, after)
    if after == NOTHING:
        return Line(REMOVED, f"In {name}, {label} is no longer there.", before, after)
    return Line(difference.CHANGED, f"In {name}, {label} is {after} instead of {before}.", before, after)


def _branch_line(name: str, change: BranchChange) -> Line:
    start = f"When {name} ends in “{said(change.outcome)}”"
    before, after = _way_words(change.old), _way_words(change.new)
    if change.old is None:
        sentence = f"{start}, there is a new branch: {after}."
    elif change.new is None:
        sentence = f"{start}, a branch is gone: {before}."
    elif change.old == change.new:
        places = f"as number {(change.new_place or 0) + 1} instead of {(change.old_place or 0) + 1}"
        sentence = f"{start}, the branch to “{said(change.new.to)}” is tried {places}."
    elif change.old.when == change.new.when:
        condition = _condition_words(change.new)
        sentence = (
            f"{start}{f', {condition}' if condition else ''}, the lead goes on to “{said(change.new.to)}” "
        )
        sentence += f"instead of “{said(change.old.to)}”."
    else:
        sentence = f"{start}: {after}, instead of: {before}."
    return Line(change.what, sentence, before, after)


def _way_words(branch: BranchSpec | None) -> str:
    if branch is None:
        return NOTHING
    condition = _condition_words(branch)
    return f"{condition}, on to “{said(branch.to)}”" if condition else f"on to “{said(branch.to)}”"


def _condition_words(branch: BranchSpec) -> str:
    words = ", or if ".join(conditions.group_words(branch.when))
    return f"if {words}" if words else ""


def _stage_words(stage: StageSpec | None) -> str:
    if stage is None:
        return NOTHING
    settings = [
        f"{label}: {_value(setting, stage.settings[setting.name])}" for setting, label in _said(stage)
    ]
    ways = [f"on “{said(branch.outcome)}” {_way_words(branch)}" for branch in stage.branches]
    return "; ".join([kind_title(stage.kind), *settings, *ways])


def _said(stage: StageSpec) -> list[tuple[Setting, str]]:
    return [(setting, setting.label) for name, setting in _declared(stage).items() if name in stage.settings]


def _declared(stage: StageSpec) -> dict[str, Setting]:
    kind = KINDS.get(stage.kind)
    return {setting.name: setting for setting in kind.fields} if kind else {}


def _value(setting: Setting | None, value: Any) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    return setting_fields.value_in_words(setting, value) if setting else str(value)


def draw(found: Difference, old: WorkflowVersion, new: WorkflowVersion) -> SafeString:
    """One picture of both: what is new, changed or gone is marked, what is gone is drawn too."""
    changes = {change.name: change for change in found.stages}
    stages = [*picture.stages_of(new)]
    gone = [stage for stage in picture.stages_of(old) if _is(changes.get(stage.name), REMOVED)]
    before = {stage.name: stage for stage in picture.stages_of(old)}
    boxes = [_box(stage, changes.get(stage.name)) for stage in [*stages, *gone]]
    ways = [way for stage in stages for way in _ways(stage, changes.get(stage.name), before.get(stage.name))]
    for stage in gone:
        ways += [_gone(shape) for shape, _ in picture.ways_of(stage, change_url)]
    known = {box.name for box in boxes}
    boxes += [
        picture.missing_box(name) for name in dict.fromkeys(way.target for way in ways) if name not in known
    ]
    return svg.render(
        boxes, ways, title=f"What differs between {old} and {new}. The table tells the same in words."
    )


def _is(change: StageChange | None, what: str) -> bool:
    return change is not None and change.what == what


def _box(stage: Stage, change: StageChange | None) -> StageShape:
    shape = picture.shape_of(stage, change_url)
    has_own_change = change is not None and (
        change.what != difference.CHANGED or change.settings or change.frozen or change.is_of_another_kind
    )
    if change is None or not has_own_change:
        return StageShape(**shape)
    return StageShape(**shape, note=NOTES[change.what], tone=change.what)


def _ways(stage: Stage, change: StageChange | None, before: Stage | None) -> Iterator[WayShape]:
    """The arrows of a stage, and those that it no longer has."""
    is_new = _is(change, ADDED)
    by_place = {(each.outcome, each.new_place): each for each in (change.branches if change else ())}
    for shape, (_, outcome, place) in picture.ways_of(stage, change_url):
        found = by_place.get((outcome, place))
        what = ADDED if is_new else (found.what if found else "")
        yield WayShape(**shape, figure=NOTES.get(what, ""), tone=what)
    if before is None or change is None:
        return
    left = {
        (each.outcome, each.old_place)
        for each in change.branches
        if each.new is None or _leads_elsewhere(each)
    }
    for shape, (_, outcome, place) in picture.ways_of(before, change_url):
        if (outcome, place) in left:
            yield _gone(shape)


def _leads_elsewhere(change: BranchChange) -> bool:
    return change.old is not None and change.new is not None and change.old.to != change.new.to


def _gone(shape: Mapping[str, Any]) -> WayShape:
    kept = {**shape, "key": f"gone/{shape['key']}", "is_main": False}
    return WayShape(**kept, figure=NOTES[REMOVED], tone=REMOVED)
