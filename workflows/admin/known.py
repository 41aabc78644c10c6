"""The facts that are offered while a condition is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflows import advising
from workflows.core import conditions
from workflows.core.conditions import Groups

FACT_SOURCES: list[Callable[[], Iterable[str]]] = []
"""Each gives names of facts that are offered while a condition is written, such as those of all questions."""

FACTS_ID = "known-facts"


def known_facts() -> list[str]:
    """The facts worth offering: the fixed ones, and what the sources know."""
    return sorted({*conditions.FIXED_FACTS, *(fact for source in FACT_SOURCES for fact in source())})


def never_asked(groups: Groups) -> list[tuple[str, str]]:
    """The answers among these conditions that no form asks for, each with its cure; none where there is no form."""
    known = known_facts()
    if not any(fact.startswith(advising.ANSWERS) for fact in known):
        return []
    return [
        (fact, advising.cure_for(fact, known)) for fact in advising.answers_in(groups) if fact not in known
    ]
