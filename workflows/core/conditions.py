"""Conditions over facts: what segments and branches ask, whether it holds, and why.

A fact is present when its name is there with a value other than None; an empty text or list is present.
A missing fact makes every condition false but `missing`, `!=` and `not_in`. What an operator makes of a fact
that is present stands in `operators`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from workflows.core.operators import (
    HOLDS_WHEN_MISSING,
    OPERATORS,
    Predicate,
    kind_of,
    pattern_problem,
    predicate_of,
    rank_of,
)

__all__ = [
    "FIXED_FACTS", "OPEN_PREFIXES", "OPERATORS", "Condition", "Facts", "Groups", "Judgement", "Verdict",
    "compile_groups", "groups_from", "groups_to", "holds", "in_words", "judge", "judge_groups", "known_fact",
    "problems",
]  # fmt: skip

LARGEST_NUMBER = 2**53 - 1
"""Beyond it a number loses digits in canonical JSON (RFC 8785, whose numbers are IEEE 754 doubles)."""

FIXED_FACTS = (
    "crm.owner_email", "crm.account_name", "crm.is_customer", "crm.lifecycle", "crm.open_opportunity",
    "crm.do_not_contact", "form", "lead.email", "lead.email_domain", "lead.free_email",
    "lead.disposable_email", "lead.time_zone", "lead.language", "lead.tags",
    "lead.seen_before", "segment", "pool", "rep.email", "rep.name", "outcome",
    "no_shows", "reschedules", "reschedule_clicks",
)  # fmt: skip
OPEN_PREFIXES = ("answers.", "enrichment.", "utm.")

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """One question about one fact. A list given as `value` is kept as a tuple, so that nothing changes it."""

    fact: str
    operator: str
    value: Any = None

    def __post_init__(self) -> None:
        if isinstance(self.value, list):
            object.__setattr__(self, "value", tuple(self.value))

    def __reduce__(self) -> tuple[type[Condition], tuple[str, str, Any]]:
        return Condition, (self.fact, self.operator, self.value)  # the predicate is a closure: no pickle

    @cached_property
    def predicate(self) -> Predicate:
        """What the condition says of the fact's value where there is one."""
        return predicate_of(self.operator, self.value)


Groups = tuple[tuple[Condition, ...], ...]
"""Any of these groups, all conditions of a group; no groups at all always hold."""


@dataclass(frozen=True)
class Verdict:
    """One condition judged: `found` is the fact's value, None when it is missing."""

    condition: Condition
    holds: bool
    found: Any
    present: bool


@dataclass(frozen=True)
class Judgement:
    """Groups judged, with the verdict on every condition of every group, in their order."""

    holds: bool
    groups: tuple[tuple[Verdict, ...], ...]


def known_fact(name: str) -> bool:
    """Whether a condition may name this fact."""
    return name in FIXED_FACTS or any(
        name.startswith(prefix) and len(name) > len(prefix) for prefix in OPEN_PREFIXES
    )


def judge(condition: Condition, facts: Facts) -> Verdict:
    """The verdict on one condition. Never raises: what cannot be judged does not hold."""
    found = facts.get(condition.fact)
    if found is None:
        return Verdict(condition, condition.operator in HOLDS_WHEN_MISSING, None, False)
    return Verdict(condition, condition.predicate(found), found, True)


def judge_groups(groups: Groups, facts: Facts) -> Judgement:
    """The verdicts on all conditions, also those that could no longer change the answer."""
    verdicts = tuple(tuple(judge(condition, facts) for condition in group) for group in groups)
    any_group = any(all(verdict.holds for verdict in group) for group in verdicts)
    return Judgement(any_group or not groups, verdicts)


def holds(groups: Groups, facts: Facts) -> bool:
    """The answer alone, stopping at the first group that holds."""
    return compile_groups(groups)(facts)


def compile_groups(groups: Groups) -> Callable[[Facts], bool]:
    """A function that gives what `holds` gives, prepared once for many leads."""
    prepared = tuple(
        tuple((each.fact, each.operator in HOLDS_WHEN_MISSING, each.predicate) for each in group)
        for group in groups
    )

    def holds_for(facts: Facts) -> bool:
        for group in prepared:
            for fact, when_missing, predicate in group:
                found = facts.get(fact)
                if not (when_missing if found is None else predicate(found)):
                    break
            else:
                return True
        return not prepared

    return holds_for


def groups_from(data: Sequence[Sequence[Mapping[str, Any]]]) -> Groups:
    """Groups from their configuration shape, lists of lists of {fact, is, value}.

    Raises ValueError naming the place, such as "[0][1]", when the shape is another. Whether the conditions
    make sense is what `problems` tells.
    """
    if not isinstance(data, list | tuple):
        raise ValueError("groups of conditions are a list of lists")
    groups = []
    for row, group in enumerate(data):
        if not isinstance(group, list | tuple):
            raise ValueError(f"[{row}]: a group is a list of conditions")
        groups.append(tuple(_condition_from(item, f"[{row}][{i}]") for i, item in enumerate(group)))
    return tuple(groups)


def _condition_from(item: Any, place: str) -> Condition:
    if not isinstance(item, Mapping) or not {"fact", "is"} <= item.keys() <= {
        "fact",
        "is",
        "value",
    }:
        raise ValueError(f"{place}: a condition has the keys fact, is and, for most operators, value")
    if not isinstance(item["fact"], str) or not isinstance(item["is"], str):
        raise ValueError(f"{place}: fact and is are texts")
    return Condition(item["fact"], item["is"], item.get("value"))


def groups_to(groups: Groups) -> list[list[dict[str, Any]]]:
    """The configuration shape again; `value` is left out where there is none."""
    return [[_condition_to(condition) for condition in group] for group in groups]


def _condition_to(condition: Condition) -> dict[str, Any]:
    shape: dict[str, Any] = {"fact": condition.fact, "is": condition.operator}
    if condition.value is not None:
        shape["value"] = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    return shape


def problems(condition: Condition) -> list[str]:
    """What is wrong with a condition as configured, each a sentence that names the cure; none: it is fit.

    Whether the fact is one that exists is not asked here: see `known_fact`.
    """
    operator, value = condition.operator, condition.value
    found = [] if condition.fact.strip() else ["the fact has no name; write one, such as answers.employees"]
    if operator not in OPERATORS:
        return [
            *found,
            f"there is no operator {operator}; use one of {' '.join(OPERATORS)}",
        ]
    if operator in ("exists", "missing"):
        return found if value is None else [*found, f"{operator} takes no value; remove it"]
    if value is None:
        return [
            *found,
            f"{operator} needs a value; to ask whether a fact is there use exists or missing",
        ]
    if operator in ("in", "not_in"):
        problem = _list_problem(operator, value)
    else:
        problem = _single_problem(value, f"{operator} takes one value; for several use in or not_in")
        problem = problem or _fit_problem(operator, value)
    return [*found, problem] if problem else found


def _list_problem(operator: str, value: Any) -> str | None:
    if not isinstance(value, tuple):
        return f"{operator} needs a list of values, such as [US, CA]"
    if not value:
        return f"{operator} has an empty list; name at least one value"
    nested = f"the list of {operator} may hold texts, numbers, true and false only"
    return next(
        (problem for element in value if (problem := _single_problem(element, nested))),
        None,
    )


def _single_problem(value: Any, otherwise: str) -> str | None:
    if isinstance(value, date):
        return f"{value.isoformat()} must be a text; put it in quotes"
    kind = kind_of(value)
    if kind == "number" and abs(value) > LARGEST_NUMBER:
        return f"the number is too large; it may be {LARGEST_NUMBER} at most"
    return otherwise if kind is None else None


def _fit_problem(operator: str, value: Any) -> str | None:
    if operator in (">", ">=", "<", "<="):
        cure = f"{operator} compares numbers, dates and instants; write 500, 2026-12-24 or 2026-12-24T09:00Z"
        return None if rank_of(value) else cure
    if operator in ("contains", "starts_with", "ends_with", "matches"):
        if not isinstance(value, str):
            return None if operator == "contains" else f"{operator} needs a text; put the value in quotes"
        if not value:
            return f"{operator} has an empty text, which every text would fit; name some characters"
        return pattern_problem(value) if operator == "matches" else None
    return None


_WORDS = {
    "==": "is", "!=": "is not", ">": "is more than", ">=": "is at least", "<": "is less than",
    "<=": "is at most", "in": "is one of", "not_in": "is none of", "contains": "contains",
    "starts_with": "starts with", "ends_with": "ends with", "matches": "matches", "exists": "is known",
    "missing": "is missing",
}  # fmt: skip


def in_words(condition: Condition) -> str:
    """The condition as English for people: "answers.employees is at least 500"."""
    start = f"{condition.fact} {_WORDS.get(condition.operator, condition.operator)}"
    return start if condition.value is None else f"{start} {_value_in_words(condition.value)}"


def _value_in_words(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_value_in_words(element) for element in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) or '""'
