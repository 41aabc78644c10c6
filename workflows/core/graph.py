"""A workflow as a graph: which stage comes next, which are passed at once, and what is wrong with it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.core import conditions, reasoning
from workflows.core.conditions import Groups

KnownFact = Callable[[str], bool]
NEVER_WAITS = "never_waits"


@dataclass(frozen=True)
class BranchSpec:
    """One way out of a stage: taken on `outcome` if `when` holds; empty groups always hold."""

    outcome: str
    to: str
    when: Groups = ()

    @property
    def is_certain(self) -> bool:
        """Whether it holds whatever the facts are: no groups, or a group without conditions."""
        return not self.when or not all(self.when)


@dataclass(frozen=True)
class StageSpec:
    """A stage as the graph sees it.

    `required` outcomes must have a branch, `optional` ones may. A stage that `waits` is left by a later
    signal; `at_once` names those of its outcomes that it may nevertheless take the moment it is entered,
    `unwaited` those that it may take without anybody's doing and with no time gone by. A stage that `ends`
    closes the run.
    """

    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    branches: tuple[BranchSpec, ...] = ()
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    waits: bool = False
    ends: bool = False
    at_once: frozenset[str] = frozenset()
    unwaited: frozenset[str] = frozenset()

    def branches_of(self, outcome: str) -> tuple[BranchSpec, ...]:
        """The branches of one outcome, in the order in which they are tried."""
        return tuple(branch for branch in self.branches if branch.outcome == outcome)

    @property
    def immediate(self) -> tuple[BranchSpec, ...]:
        """The branches that can be taken in the step that enters the stage."""
        if not self.waits:
            return self.branches
        return tuple(branch for branch in self.branches if branch.outcome in self.at_once)

    @property
    def timeless(self) -> tuple[BranchSpec, ...]:
        """The branches that can be taken with no time gone by, in the step that enters the stage or the next."""
        if not self.waits:
            return self.branches
        return tuple(branch for branch in self.branches if branch.outcome in self.at_once | self.unwaited)


@dataclass(frozen=True)
class Problem:
    """Why a workflow cannot be published: where, a stable code, what is wrong, and what would cure it."""

    stage: str | None
    code: str
    text: str
    cure: str
    outcome: str | None = None


def choose(stage: StageSpec, outcome: str, facts: Mapping[str, Any]) -> BranchSpec | None:
    """The first branch of `outcome` whose conditions hold; None when the outcome leads nowhere."""
    for branch in stage.branches_of(outcome):
        if conditions.holds(branch.when, facts):
            return branch
    return None


def passed_without_waiting(stages: Sequence[StageSpec], start: str) -> list[str]:
    """The stages that one step entering `start` may enter, nearest first, `start` included.

    Waiting stages are entered and not passed, but for their `at_once` outcomes. Unknown names are left out.
    """
    return _reached(_by_name(stages), start, lambda stage: stage.immediate)


def reaches_without_waiting(stages: Sequence[StageSpec], start: str, kinds: Collection[str]) -> bool:
    """Whether some path from `start` enters a stage of one of `kinds` before anything waits."""
    named = _by_name(stages)
    return any(named[name].kind in kinds for name in passed_without_waiting(stages, start))


def next_offers_after(stages: Sequence[StageSpec], start: str) -> list[str]:
    """The names of the offers that the run may reach from `start`, itself included, before anything waits."""
    named = _by_name(stages)
    return [name for name in passed_without_waiting(stages, start) if named[name].kind == "offer"]


def problems(stages: Sequence[StageSpec], known_fact: KnownFact = conditions.known_fact) -> list[Problem]:
    """Everything that can be known to be wrong from the graph alone, in the order of the stages.

    `known_fact` tells whether a condition may name a fact.
    """
    if not stages:
        return [Problem(None, "no_stages", "The workflow has no stages.", "Add a stage where a lead enters.")]
    found = [*_duplicates(stages)]
    names = _by_name(stages)
    for stage in stages:
        found += _outcome_problems(stage)
        found += _target_problems(stage, names)
        found += _fork_problems(stage)
        found += _condition_problems(stage, known_fact)
    return [*found, *_unreachable(stages, names), *_dead_ends(stages, names), *_loops(stages, names)]


def _by_name(stages: Sequence[StageSpec]) -> dict[str, StageSpec]:
    return {stage.name: stage for stage in reversed(stages)}


def _in_order(stages: Sequence[StageSpec]) -> list[str]:
    return list(dict.fromkeys(stage.name for stage in stages))


def _reached(
    names: Mapping[str, StageSpec], start: str, ways: Callable[[StageSpec], Iterable[BranchSpec]]
) -> list[str]:
    seen = dict.fromkeys([start] if start in names else [])
    queue = deque(seen)
    while queue:
        for branch in ways(names[queue.popleft()]):
            if branch.to in names and branch.to not in seen:
                seen[branch.to] = None
                queue.append(branch.to)
    return list(seen)


def _duplicates(stages: Sequence[StageSpec]) -> Iterator[Problem]:
    names = [stage.name for stage in stages]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            text = f"{names.count(name)} stages are named “{name}”."
            yield Problem(name, "duplicate_stage", text, "Give each stage a name of its own.")


def _outcome_problems(stage: StageSpec) -> Iterator[Problem]:
    given = dict.fromkeys(branch.outcome for branch in stage.branches)
    if stage.ends:
        if given:
            text = f"“{stage.name}” closes the run and yet has branches."
            yield Problem(stage.name, "end_with_branches", text, "Remove the branches, or change the kind.")
        return
    for outcome in sorted(stage.required - given.keys()):
        text = f"“{stage.name}” has no branch for its outcome “{outcome}”."
        cure = f"Add a branch that says where “{outcome}” leads."
        yield Problem(stage.name, "missing_branch", text, cure, outcome)
    for outcome in given:
        if outcome not in stage.required | stage.optional:
            possible = ", ".join(f"“{name}”" for name in sorted(stage.required | stage.optional)) or "none"
            text = f"“{stage.name}” has a branch for “{outcome}”, which is no outcome of it."
            cure = f"Remove the branch, or use one of its outcomes: {possible}."
            yield Problem(stage.name, "unknown_outcome", text, cure, outcome)


def _target_problems(stage: StageSpec, names: Collection[str]) -> Iterator[Problem]:
    for outcome, to in dict.fromkeys((branch.outcome, branch.to) for branch in stage.branches):
        if to not in names:
            text = f"The branch “{outcome}” of “{stage.name}” leads to “{to}”, and there is no such stage."
            yield Problem(stage.name, "dangling", text, f"Add a stage “{to}”, or choose another.", outcome)


def _fork_problems(stage: StageSpec) -> Iterator[Problem]:
    for outcome in dict.fromkeys(branch.outcome for branch in stage.branches):
        fork = stage.branches_of(outcome)
        if not fork[-1].is_certain:
            text = f"When no condition of “{outcome}” holds, “{stage.name}” leads nowhere."
            cure = "Let the last branch of the outcome have no conditions."
            yield Problem(stage.name, "no_default", text, cure, outcome)
        if any(branch.is_certain for branch in fork[:-1]):
            text = f"“{stage.name}” has branches for “{outcome}” behind one that is always taken."
            cure = "Put the branch without conditions last, and keep only one."
            yield Problem(stage.name, "never_taken", text, cure, outcome)
            continue
        for place, branch in enumerate(fork):
            earlier = next((each for each in fork[:place] if _hides(each, branch)), None)
            if earlier:
                text = f"The branch “{outcome}” of “{stage.name}” to “{branch.to}” is never taken: whenever it could "
                text += f"be, the one to “{earlier.to}” before it is."
                cure = "Put the narrower condition first, or remove one of the two."
                yield Problem(stage.name, "never_taken", text, cure, outcome)


def _hides(earlier: BranchSpec, branch: BranchSpec) -> bool:
    """Whether the earlier one is taken wherever the other could be. The last one takes whatever is left."""
    return bool(branch.when) and reasoning.covers(earlier.when, branch.when)


def _condition_problems(stage: StageSpec, known_fact: KnownFact) -> Iterator[Problem]:
    for branch in stage.branches:
        where = f"The branch “{branch.outcome}” of “{stage.name}” to “{branch.to}”"
        for code, text, cure in problems_of_groups(where, branch.when, known_fact):
            yield Problem(stage.name, code, text, cure, branch.outcome)


def problems_of_groups(
    where: str, groups: Groups, known_fact: KnownFact = conditions.known_fact
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the conditions of a branch or a segment: a code, a sentence, and its cure."""
    for group in groups:
        fit = True
        for condition in group:
            for sentence in conditions.problems(condition):
                fit = False
                yield "condition", f"{where}: {sentence}.", "Correct the condition, or remove it."
            if condition.fact.strip() and not known_fact(condition.fact):
                text = f"{where} looks at “{condition.fact}”, and there is no such fact."
                yield "unknown_fact", text, "Choose one of the facts that the documentation lists."
        reason = reasoning.never_holds(group) if fit else None
        if reason:
            text = f"{where} asks for what can never be: {reason}."
            yield "never_holds", text, "Correct one of the two, or put them into groups of their own."


def _unreachable(stages: Sequence[StageSpec], names: Mapping[str, StageSpec]) -> Iterator[Problem]:
    reached = set(_reached(names, stages[0].name, lambda stage: stage.branches))
    for name in _in_order(stages):
        if name not in reached:
            cure = "Let a branch of a stage that is reached lead to it, or remove it."
            yield Problem(name, "unreachable", f"No way from the first stage leads to “{name}”.", cure)


def _dead_ends(stages: Sequence[StageSpec], names: Mapping[str, StageSpec]) -> Iterator[Problem]:
    closing = {name for name, stage in names.items() if stage.ends}
    size = -1
    while size != len(closing):
        size = len(closing)
        closing |= {name for name, stage in names.items() if any(way.to in closing for way in stage.branches)}
    for name in _in_order(stages):
        if name not in closing:
            text = f"From “{name}” a run can never reach an end."
            yield Problem(name, "dead_end", text, "Let some way from it lead to a stage of kind “end”.")


def _loops(stages: Sequence[StageSpec], names: Mapping[str, StageSpec]) -> Iterator[Problem]:
    """One problem for each knot of stages that can go round without waiting."""
    told: set[str] = set()
    for name in _in_order(stages):
        loop = [] if name in told else _loop_through(name, names)
        if loop:
            told |= _knot(name, names)
            way = " → ".join(f"“{step}”" for step in [*loop, name])
            text = f"A run can go round for ever without waiting: {way}."
            cure = "Put a stage that waits into the loop, or lead one of its branches out of it."
            cure += _named_unwaited(loop, names)
            yield Problem(name, "loop", text, cure)


def _loop_through(name: str, names: Mapping[str, StageSpec]) -> list[str]:
    """The shortest loop of timeless branches from `name` back to it; empty when there is none."""
    came_from: dict[str, str] = {}
    queue = deque([name])
    while queue:
        here = queue.popleft()
        for branch in names[here].timeless:
            if branch.to == name:
                way = [here]
                while way[-1] != name:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if branch.to in names and branch.to not in came_from:
                came_from[branch.to] = here
                queue.append(branch.to)
    return []


def _knot(name: str, names: Mapping[str, StageSpec]) -> set[str]:
    """The stages that `name` reaches with no time gone by and that reach it so."""
    ahead = _reached(names, name, lambda stage: stage.timeless)
    return {other for other in ahead if name in _reached(names, other, lambda stage: stage.timeless)}


def _named_unwaited(loop: Sequence[str], names: Mapping[str, StageSpec]) -> str:
    """Which stages of the loop seem to wait and do not; empty when none does."""
    found = [f"“{name}”" for name in loop if names[name].waits]
    if not found:
        return ""
    return f" Here {' and '.join(found)} may be left with no time gone by."
