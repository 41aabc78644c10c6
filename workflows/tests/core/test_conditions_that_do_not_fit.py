"""A missing fact, and a type that does not fit."""

from decimal import Decimal

import pytest

from workflows.core.conditions import OPERATORS, Condition, judge

VALUES = {"in": ["a"], "not_in": ["a"], "exists": None, "missing": None, ">": 1, ">=": 1, "<": 1, "<=": 1}


@pytest.mark.parametrize("facts", [{}, {"answers.x": None}, {"answers": {"x": "a"}}])
@pytest.mark.parametrize("operator", OPERATORS)
def test_a_missing_fact_makes_all_false_but_missing_and_the_negations(operator, facts):
    verdict = judge(Condition("answers.x", operator, VALUES.get(operator, "a")), facts)

    assert verdict.holds is (operator in {"missing", "!=", "not_in"})
    assert (verdict.found, verdict.present) == (None, False)


@pytest.mark.parametrize("found", ["", 0, False, []])
def test_an_empty_value_is_there(found):
    assert judge(Condition("answers.x", "exists"), {"answers.x": found}).holds
    assert not judge(Condition("answers.x", "missing"), {"answers.x": found}).holds


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (500, "500"),
        ("500", 500),
        (1, True),
        (True, 1),
        (0, False),
        (["a"], "a"),
        ("a", ["a"]),
        ({"a": 1}, "a"),
    ],
)
@pytest.mark.parametrize("operator", ["==", "!="])
def test_values_of_two_kinds_are_neither_equal_nor_different(operator, found, value):
    assert not judge(Condition("answers.x", operator, value), {"answers.x": found}).holds


@pytest.mark.parametrize("operator", [">", ">=", "<", "<="])
@pytest.mark.parametrize(
    ("found", "value"), [("900", 500), (900, "500"), (True, 0), ([900], 500), (float("nan"), 500), (1, [0])]
)
def test_only_numbers_are_ordered_with_numbers(operator, found, value):
    assert not judge(Condition("answers.x", operator, value), {"answers.x": found}).holds


@pytest.mark.parametrize("operator", ["in", "not_in"])
@pytest.mark.parametrize(
    ("found", "value"), [(5, ["5"]), ("5", [5]), (["a"], [1]), ({}, ["a"]), ("a", "abc")]
)
def test_a_list_of_another_kind_is_neither_in_nor_out(operator, found, value):
    assert not judge(Condition("answers.x", operator, value), {"answers.x": found}).holds


@pytest.mark.parametrize("operator", ["contains", "starts_with", "ends_with", "matches"])
@pytest.mark.parametrize(("found", "value"), [(495, "4"), ("495", 4), ({"4": 4}, "4"), (True, "t")])
def test_text_operators_take_texts(operator, found, value):
    assert not judge(Condition("answers.x", operator, value), {"answers.x": found}).holds


@pytest.mark.parametrize("operator", ["starts_with", "ends_with", "matches"])
def test_a_list_has_no_beginning_and_no_end(operator):
    assert not judge(Condition("lead.tags", operator, "a"), {"lead.tags": ["a"]}).holds


@pytest.mark.parametrize("pattern", ["(", "(?=a)", "a" * 201, "\ud800"])
def test_an_expression_that_cannot_be_read_matches_nothing(pattern):
    assert not judge(Condition("answers.x", "matches", pattern), {"answers.x": pattern}).holds


def test_text_that_is_not_unicode_matches_nothing():
    assert not judge(Condition("answers.x", "matches", "."), {"answers.x": "\ud800"}).holds


def test_an_unknown_operator_never_holds():
    assert not judge(Condition("answers.x", "~", "a"), {"answers.x": "a"}).holds


@pytest.mark.parametrize("operator", ["==", "<", ">=", "in"])
def test_a_decimal_that_is_no_number_is_compared_with_nothing(operator):
    condition = Condition("answers.x", operator, [1] if operator == "in" else 1)

    assert not judge(condition, {"answers.x": Decimal("sNaN")}).holds
