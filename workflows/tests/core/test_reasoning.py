"""Conditions that can never hold, and conditions that others cover, are known without any fact."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from workflows.core.conditions import Condition, holds
from workflows.core.operators import OPERATORS
from workflows.core.reasoning import covers, never_holds

NEVER = [
    [(">", 500), ("<", 100)],
    [(">", 500), ("<", 500)],
    [(">=", 500), ("<", 500)],
    [("==", "DE"), ("==", "FR")],
    [("==", "de"), ("not_in", ["DE", "FR"])],
    [("exists", None), ("missing", None)],
    [("missing", None), ("==", 3)],
    [("in", ["US", "CA"]), ("==", "DE")],
    [("in", [1, 2]), (">", 2)],
    [("in", ["US"]), ("not_in", ["us", "CA"])],
    [("starts_with", "sales"), ("starts_with", "support")],
    [(">", 500), (">", "2026-01-01")],
    [(">", 500), ("contains", "5")],
    [("==", "acme.edu"), ("ends_with", ".com")],
]
MAY = [
    [(">=", 500), ("<=", 500)],
    [("in", ["US"]), ("in", ["CA"])],  # a list may hold both
    [("contains", "a"), ("contains", "b")],
    [("missing", None), ("!=", "x")],
    [("starts_with", "sales"), ("starts_with", "sales-emea")],
    [("==", "straße"), ("matches", "STRASSE")],  # of patterns nothing is told
    [(">", "2026-01-01"), ("starts_with", "2026")],
]


def group(*tests: tuple[str, Any], fact: str = "answers.x") -> list[Condition]:
    return [Condition(fact, operator, value) for operator, value in tests]


@pytest.mark.parametrize("tests", NEVER, ids=str)
def test_what_contradicts_itself_is_found_whichever_stands_first(tests: Any) -> None:
    assert never_holds(group(*tests))
    assert never_holds(group(*tests[::-1]))


@pytest.mark.parametrize("tests", MAY, ids=str)
def test_what_may_hold_is_left_alone(tests: Any) -> None:
    assert never_holds(group(*tests)) is None


def test_the_reason_names_both_conditions() -> None:
    told = never_holds([*group(("exists", None)), *group((">", 500), ("<", 100))])
    assert told == "answers.x is more than 500, and at once answers.x is less than 100"


def test_other_facts_do_not_contradict_each_other() -> None:
    assert never_holds([*group(("==", 1)), *group(("==", 2), fact="answers.y")]) is None


def test_a_fact_that_is_true_or_false_is_never_a_text() -> None:
    assert "always true or false" in (never_holds(group(("==", "yes"), fact="lead.free_email")) or "")
    assert never_holds(group(("==", True), fact="lead.free_email")) is None
    assert never_holds(group((">", 2), fact="no_shows")) is None


COVERING = [
    ([], [[(">", 5)]]),
    ([[(">", 5)]], [[(">", 10), ("<", 20)]]),
    ([[(">=", 5)]], [[("==", 5)]]),
    ([[("in", ["US", "CA"])]], [[("in", ["us"])]]),
    ([[("exists", None)]], [[("contains", "x")]]),
    ([[("ends_with", ".edu")]], [[("ends_with", "mit.edu")]]),
    ([[(">", 5)], [("<", 0)]], [[(">", 6)], [("<", -1)]]),
]


@pytest.mark.parametrize("wide, narrow", COVERING, ids=str)
def test_wider_conditions_cover_narrower_ones_and_not_the_other_way_round(wide: Any, narrow: Any) -> None:
    one, other = tuple(tuple(group(*each)) for each in wide), tuple(tuple(group(*each)) for each in narrow)
    assert covers(one, other)
    assert not covers(other, one)


values = st.one_of(
    st.sampled_from([True, False, None, 0, 1, 5, 5.0, 7, "a", "A", "ab", "b", "2026-01-01", "2026-01-02", "5"]),
    st.lists(st.sampled_from(["a", "b", 1, 5, True]), max_size=3),
)  # fmt: skip
single = st.sampled_from([True, 0, 1, 5, 7, "a", "A", "ab", "b", "2026-01-01", "2026-01-02", "5"])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    operator = draw(st.sampled_from(OPERATORS))
    if operator in ("exists", "missing"):
        return Condition("answers.x", operator)
    several = operator in ("in", "not_in")
    value = draw(st.lists(single, min_size=1, max_size=3)) if several else draw(single)
    return Condition("answers.x", operator, value)


some_groups = st.lists(st.lists(conditions(), min_size=1, max_size=2), min_size=1, max_size=2)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(conditions(), min_size=1, max_size=3), st.lists(values, min_size=8, max_size=8))
def test_what_is_said_never_to_hold_holds_for_no_value(found: list[Condition], facts: list[Any]) -> None:
    assume(never_holds(found))
    for value in facts:
        assert not holds((tuple(found),), {"answers.x": value})


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(some_groups, some_groups, st.lists(values, min_size=8, max_size=8))
def test_what_is_said_to_cover_holds_wherever_the_covered_does(wide: Any, narrow: Any, facts: Any) -> None:
    one, other = tuple(map(tuple, wide)), tuple(map(tuple, narrow))
    assume(covers(one, other))
    for value in facts:
        assert not holds(other, {"answers.x": value}) or holds(one, {"answers.x": value})
