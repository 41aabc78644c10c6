"""Whether a stage's settings are what its kind declares: types, required ones, and objects that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from workflows.core import conditions, durations, hours
from workflows.core.graph import Problem, StageSpec
from workflows.registry import REFERENCES
from workflows.stages.base import Setting, StageKind

NAMING = ("pool", "segment")
EXACT = ("==", "!=", "in", "not_in")
Check = Callable[[Setting, Any], Iterator[tuple[str, str, str]]]


def settings_problems(stage: StageSpec, kind: StageKind) -> list[Problem]:
    """One problem for each setting that is missing, unknown, of a wrong type, or names what does not exist."""
    found = []
    declared = {setting.name: setting for setting in kind.fields}
    for name in stage.settings:
        if name not in declared:
            known = ", ".join(declared) or "none"
            text = f"“{stage.name}” has a setting “{name}”, which the kind “{kind.name}” does not know."
            found.append(Problem(stage.name, "unknown_setting", text, f"Remove it. Its settings: {known}."))
    for name, setting in declared.items():
        value = stage.settings.get(name)
        if value is None or value == "" or value == []:
            if setting.required:
                text = f"“{stage.name}” needs “{name}”."
                found.append(Problem(stage.name, "missing_setting", text, f"{setting.label}: {setting.help}"))
            continue
        for code, text, cure in CHECKS.get(setting.type, _anything)(setting, value):
            found.append(Problem(stage.name, code, f"“{name}” of “{stage.name}”: {text}", cure))
    return found


def named_in_conditions(stage: StageSpec) -> Iterator[Problem]:
    """One problem for each pool or segment that a branch compares with and that does not exist."""
    for branch in stage.branches:
        where = f"The branch “{branch.outcome}” of “{stage.name}” to “{branch.to}”"
        for kind, value in _missing(each for group in branch.when for each in group):
            text = f"{where} asks for the {kind} “{value}”, and there is none."
            yield Problem(stage.name, f"no_such_{kind}", text, _cure(kind), branch.outcome)


def _missing(found: Iterable[conditions.Condition]) -> Iterator[tuple[str, str]]:
    """The pools and segments that conditions compare with and that do not exist."""
    for condition in found:
        if (
            condition.fact not in NAMING
            or condition.fact not in REFERENCES
            or condition.operator not in EXACT
        ):
            continue
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        known = REFERENCES[condition.fact]()
        yield from ((condition.fact, each) for each in values if isinstance(each, str) and each not in known)


def _cure(kind: str) -> str:
    return f"Make one, or name a {kind} there is."


def _duration(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    try:
        durations.parse(value)
    except ValueError as error:
        yield "setting", f"{error}.", "Write a duration such as 30m, 2h, 3d or 1w."
        return
    if setting.lasts and durations.is_nothing(value):
        yield "setting", f"{value} is no time at all.", "Write a longer one, such as 30m, 2h, 3d or 1w."


def _each(check: Check) -> Check:
    def every(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
        if not isinstance(value, list):
            yield "setting", "it is not a list.", "Write a list."
            return
        for item in value:
            yield from check(setting, item)

    return every


def _number(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        yield "setting", f"“{value}” is not a whole number.", "Write a whole number of at least 0."


def _text(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(value, str):
        yield "setting", f"“{value}” is not text.", "Write text."


def _choice(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    if value not in setting.choices:
        yield "setting", f"“{value}” is not possible.", f"Choose one of: {', '.join(setting.choices)}."


def _slug(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(value, str) or not value.replace("-", "").replace("_", "").isalnum():
        yield "setting", f"“{value}” is not a name.", "Use small letters, digits, - and _."


def _reference(kind: str) -> Check:
    def exists(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
        if not isinstance(value, str):
            yield "setting", f"“{value}” is not a name.", f"Name a {kind}."
        elif kind in REFERENCES and value not in REFERENCES[kind]():
            yield f"unknown_{kind}", f"there is no {kind} “{value}”.", f"Make one, or name a {kind} there is."

    return exists


def _hours(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    try:
        hours.parse(value)
    except ValueError as error:
        yield "setting", str(error), "Write hours such as 21:00-08:00."


def _conditions(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    try:
        groups = conditions.groups_from(value)
    except (ValueError, TypeError) as error:
        yield "condition", f"{error}.", "Write a list of groups, each a list of conditions."
        return
    for condition in (condition for group in groups for condition in group):
        for sentence in conditions.problems(condition):
            yield "condition", f"{sentence}.", "Correct the condition, or remove it."
        if condition.fact.strip() and not conditions.known_fact(condition.fact):
            text = f"it looks at “{condition.fact}”, and there is no such fact."
            yield "unknown_fact", text, "Choose one of the facts that the documentation lists."
    for kind, missing in _missing(condition for group in groups for condition in group):
        yield f"no_such_{kind}", f"it asks for the {kind} “{missing}”, and there is none.", _cure(kind)


def _group(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(value, Mapping):
        yield "setting", "it is no object with settings.", f"Write {{{setting.fields[0].name}: …}}."
        return
    declared = {inner.name: inner for inner in setting.fields}
    for name in value:
        if name not in declared:
            yield "unknown_setting", f"it has no “{name}”.", f"Remove it. There are: {', '.join(declared)}."
    for name, inner in declared.items():
        said = value.get(name)
        if said in (None, "", []):
            if inner.required:
                yield "missing_setting", f"“{name}” is missing.", f"{inner.label}: {inner.help}"
            continue
        for code, text, cure in CHECKS.get(inner.type, _anything)(inner, said):
            yield code, f"“{name}”: {text}", cure


def _rows(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(value, list):
        yield "setting", "it is not a list.", "Write a list."
        return
    for number, row in enumerate(value, 1):
        said = row if isinstance(row, Mapping) else {setting.fields[0].name: row}
        for code, text, cure in _group(setting, said):
            yield code, f"row {number}: {text}", cure


def _anything(setting: Setting, value: Any) -> Iterator[tuple[str, str, str]]:
    return iter(())


CHECKS: dict[str, Check] = {
    "duration": _duration,
    "durations": _each(_duration),
    "number": _number,
    "text": _text,
    "choice": _choice,
    "tags": _each(_slug),
    "outcomes": _each(_slug),
    "pool": _reference("pool"),
    "template": _reference("template"),
    "segments": _each(_reference("segment")),
    "actions": _anything,
    "hours": _hours,
    "conditions": _conditions,
    "group": _group,
    "rows": _rows,
}
