"""What can be known of conditions before any fact is: that some can never hold, and that some cover others.

Both are told only when they are certain; of patterns nothing is told. What an operator makes of a value stands
in `operators`: a fact may be a list, on which `in` and `contains` look at every element.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from workflows.core.conditions import Condition, Groups, in_words, judge
from workflows.core.operators import HOLDS_WHEN_MISSING, kind_of, rank_of

ABOVE, BELOW = (">", ">="), ("<", "<=")
ORDERED = (*ABOVE, *BELOW)
OF_TEXT = ("starts_with", "ends_with", "matches")

FACT_KINDS = {
    "lead.free_email": "flag", "lead.seen_before": "flag", "lead.email": "text", "lead.email_domain": "text",
    "no_shows": "number", "reschedules": "number", "reschedule_clicks": "number",
}  # fmt: skip
"""Facts that always have one kind; the values of answers and of what others tell may be of any."""
KIND_WORDS = {"flag": "true or false", "number": "a number", "text": "a text"}


def never_holds(group: Iterable[Condition]) -> str | None:
    """Why the conditions of a group can never all hold, as part of a sentence; None when they may."""
    conditions = list(group)
    for condition in conditions:
        kind = FACT_KINDS.get(condition.fact)
        if kind and not _fits(condition, kind):
            return f"{in_words(condition)}, but {condition.fact} is always {KIND_WORDS[kind]}"
    for one, other in combinations(conditions, 2):
        if one.fact == other.fact and (_excludes(one, other) or _excludes(other, one)):
            return f"{in_words(one)}, and at once {in_words(other)}"
    return None


def covers(wide: Groups, narrow: Groups) -> bool:
    """Whether `wide` certainly holds whenever `narrow` does."""
    if not wide or not all(wide):
        return True
    return bool(narrow) and all(
        any(_follows(group, conditions) for group in wide)
        for conditions in narrow
        if not never_holds(conditions)
    )


def _follows(group: Iterable[Condition], given: Iterable[Condition]) -> bool:
    """Whether all conditions of a group hold when all those given do."""
    given = list(given)
    return all(any(_implies(known, condition) for known in given) for condition in group)


def _fits(condition: Condition, kind: str) -> bool:
    """Whether a value of this kind could satisfy the condition."""
    operator, value = condition.operator, condition.value
    if operator in ("exists", "missing"):
        return True
    if operator in ("in", "not_in"):
        return not isinstance(value, tuple) or any(kind_of(each) == kind for each in value)
    if operator in OF_TEXT or operator == "contains":
        return kind == "text"
    if operator in ORDERED:
        return kind == "number" if kind_of(value) == "number" else kind == "text"
    return kind_of(value) == kind


def _excludes(one: Condition, other: Condition) -> bool:
    """Whether no value, nor its absence, satisfies both. Asked both ways round."""
    if one.operator == "missing":
        return other.operator not in HOLDS_WHEN_MISSING
    if one.operator == "==":
        return other.operator != "matches" and not _holds(other, one.value)
    if one.operator == "in" and isinstance(one.value, tuple):
        return _excludes_any_of(one.value, other)
    if one.operator in ORDERED and rank_of(one.value):
        return _excludes_ordered(one, other)
    if one.operator == other.operator and one.operator in ("starts_with", "ends_with"):
        return not (_implies(one, other) or _implies(other, one))
    return False


def _excludes_any_of(values: tuple[Any, ...], other: Condition) -> bool:
    """What is ordered, differs or begins so is no list, so it must be one of the values itself."""
    if other.operator in (*ORDERED, "!=", "starts_with", "ends_with"):
        return not any(_holds(other, value) for value in values)
    if other.operator == "not_in":
        return all(_holds(Condition(other.fact, "in", other.value), value) for value in values)
    return False


def _excludes_ordered(one: Condition, other: Condition) -> bool:
    rank, limit = rank_of(one.value), rank_of(other.value)
    if other.operator in (*OF_TEXT, "contains"):
        return rank is not None and rank[0] == "number"
    if other.operator not in ORDERED or rank is None or limit is None:
        return False
    if rank[0] != limit[0]:
        return True
    if one.operator in ABOVE and other.operator in BELOW:
        is_strict = one.operator == ">" or other.operator == "<"
        return bool(rank[1] > limit[1] or (rank[1] == limit[1] and is_strict))
    return False


def _implies(known: Condition, condition: Condition) -> bool:
    """Whether `condition` certainly holds when `known` does."""
    if known.fact != condition.fact:
        return False
    if (known.operator, repr(known.value)) == (condition.operator, repr(condition.value)):
        return True  # not by ==, for which true is 1
    if condition.operator == "exists":
        return known.operator not in HOLDS_WHEN_MISSING
    if known.operator == "missing":
        return condition.operator in HOLDS_WHEN_MISSING
    if known.operator == "==":
        return condition.operator != "matches" and _holds(condition, known.value)
    if known.operator == "in" and condition.operator == "in" and isinstance(known.value, tuple):
        return all(_holds(condition, value) for value in known.value)
    if known.operator in ORDERED:
        return _is_tighter(known, condition)
    return _is_longer(known, condition)


def _is_tighter(known: Condition, condition: Condition) -> bool:
    rank, limit = rank_of(known.value), rank_of(condition.value)
    if rank is None or limit is None or rank[0] != limit[0]:
        return False
    for side, strict in ((ABOVE, ">"), (BELOW, "<")):
        if known.operator in side and condition.operator in side:
            is_beyond = rank[1] > limit[1] if side is ABOVE else rank[1] < limit[1]
            same = rank[1] == limit[1] and (known.operator == strict or condition.operator != strict)
            return bool(is_beyond or same)
    return False


def _is_longer(known: Condition, condition: Condition) -> bool:
    """Of beginnings and ends of texts: the longer one implies the shorter, and what it contains."""
    if not (isinstance(known.value, str) and isinstance(condition.value, str)):
        return False
    longer, shorter = known.value.casefold(), condition.value.casefold()
    if known.operator in ("starts_with", "ends_with") and condition.operator == "contains":
        return shorter in longer
    if known.operator != condition.operator:
        return False
    if known.operator == "starts_with":
        return longer.startswith(shorter)
    return known.operator == "ends_with" and longer.endswith(shorter)


def _holds(condition: Condition, value: Any) -> bool:
    return judge(condition, {condition.fact: value}).holds
