"""What publishing allows and yet is likely a slip: told beside the stage it belongs to, and never refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from workflows.core import durations
from workflows.core.conditions import Groups, groups_from
from workflows.core.graph import Problem, StageSpec
from workflows.models import Workflow
from workflows.registry import ASKED_FACTS, KINDS
from workflows.stages.base import Setting

ANSWERS = "answers."


def advice_on(workflow: Workflow, stages: Sequence[StageSpec]) -> list[Problem]:
    """One piece of advice for each wait of no length, and for each place that looks at an answer which nobody is
    asked for. Reads live objects."""
    return [*_unwaited(stages), *_never_asked(workflow, stages)]


def _unwaited(stages: Sequence[StageSpec]) -> Iterator[Problem]:
    for stage in stages:
        for name, outcome in KINDS[stage.kind].timed.items() if stage.kind in KINDS else ():
            if durations.is_nothing(stage.settings.get(name)):
                text = f"“{name}” of “{stage.name}” is {stage.settings[name]}, so “{outcome}” comes at once."
                yield Problem(
                    stage.name, "no_time", text, "Write a longer time, such as 1d, if it is to wait."
                )


def _never_asked(workflow: Workflow, stages: Sequence[StageSpec]) -> list[Problem]:
    asked = [facts for ask in ASKED_FACTS if (facts := ask(workflow)) is not None]
    if not asked:
        return []
    known = sorted(set().union(*asked))
    return [
        Problem(
            stage.name, "never_asked", f"{where} looks at “{fact}”, which no form of this workflow asks.",
            cure_for(fact, known), outcome,
        )
        for stage in stages
        for where, groups, outcome in _read(stage)
        for fact in answers_in(groups)
        if fact not in known
    ]  # fmt: skip


def answers_in(groups: Groups) -> list[str]:
    """The answers that conditions look at, each once."""
    facts = (condition.fact for group in groups for condition in group)
    return list(dict.fromkeys(fact for fact in facts if fact.startswith(ANSWERS)))


def cure_for(fact: str, known: Iterable[str]) -> str:
    near = get_close_matches(fact, [each for each in known if each.startswith(ANSWERS)], n=1, cutoff=0.8)
    start = f"Did you mean “{near[0]}”? If not, add" if near else "Add"
    return f"{start} the question to the form, or correct the name; until then the answer is missing."


def _read(stage: StageSpec) -> Iterator[tuple[str, Groups, str | None]]:
    """The conditions of a stage, with the place where each stands and the outcome of its branch."""
    for branch in stage.branches:
        where = f"The branch “{branch.outcome}” of “{stage.name}” to “{branch.to}”"
        yield where, branch.when, branch.outcome
    kind = KINDS.get(stage.kind)
    if kind is None:
        return
    for setting in kind.fields:
        for groups in _in_setting(setting, stage.settings.get(setting.name)):
            yield f"“{setting.label}” of “{stage.name}”", groups, None
    for where, groups in kind.further_conditions(stage.settings).items():
        yield where, groups, None


def _in_setting(setting: Setting, value: Any) -> Iterator[Groups]:
    """The conditions that one setting holds; what is no condition is for publishing to refuse."""
    if setting.type == "conditions" and value:
        try:
            yield groups_from(value)
        except (TypeError, ValueError):
            return
    elif setting.type in ("group", "rows"):
        for said in value if isinstance(value, list | tuple) else [value]:
            if isinstance(said, Mapping):
                for inner in setting.fields:
                    yield from _in_setting(inner, said.get(inner.name))
