"""The facts that are offered while a condition is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflows.core import conditions

FACT_SOURCES: list[Callable[[], Iterable[str]]] = []
"""Each gives names of facts that are offered while a condition is written, such as those of all questions."""

FACTS_ID = "known-facts"


def known_facts() -> list[str]:
    """The facts worth offering: the fixed ones, and what the sources know."""
    return sorted({*conditions.FIXED_FACTS, *(fact for source in FACT_SOURCES for fact in source())})
