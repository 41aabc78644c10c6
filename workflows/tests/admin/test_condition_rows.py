"""A condition is written as a row of texts and kept as a typed value."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from workflows.admin import conditions, naming
from workflows.core.conditions import Condition
from workflows.models import BranchCondition


class RowForm(conditions.ConditionForm):
    class Meta:
        model = BranchCondition
        fields = ("group", "fact", "operator", "value")


def row(fact: str, operator: str, value: str) -> forms.ModelForm:
    return RowForm({"group": 1, "fact": fact, "operator": operator, "value": value})


@pytest.mark.parametrize(
    "operator, text, value",
    [
        (">=", "500", 500),
        ("==", '"500"', "500"),
        ("==", "true", True),
        ("in", "US, CA", ["US", "CA"]),
        ("not_in", "1, 2", [1, 2]),
        ("contains", "de", "de"),
        ("ends_with", ".edu", ".edu"),
        ("starts_with", "00", "00"),
        ("matches", r"^\d{1,3}$", r"^\d{1,3}$"),
        (">", "2026-12-24", "2026-12-24"),
        ("exists", "", None),
    ],
)
def test_the_value_follows_the_operator(operator: str, text: str, value: Any) -> None:
    form = row("answers.anything", operator, text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["value"] == value
    kept = tuple(value) if isinstance(value, list) else value
    assert conditions.value_from(operator, conditions.value_to(operator, kept)) == kept


@pytest.mark.parametrize(
    "fact, operator, value, field, words",
    [
        ("answers.employees", ">", "many", "value", "compares numbers"),
        ("answers.employees", "in", "", "value", "needs a value"),
        ("answers.employees", "exists", "5", "value", "takes no value"),
        ("shoe.size", "==", "5", "fact", "no such fact"),
        ("answers.x", "matches", "(", "value", "pattern"),
    ],
)
def test_what_can_never_hold_is_refused_beside_its_field(
    fact: str, operator: str, value: str, field: str, words: str
) -> None:
    form = row(fact, operator, value)
    assert not form.is_valid()
    assert words in " ".join(form.errors[field])


def test_groups_are_told_in_words() -> None:
    groups = (
        (Condition("answers.employees", ">=", 500), Condition("answers.country", "in", ("US", "CA"))),
        (Condition("crm.is_customer", "==", True),),
    )
    assert conditions.group_words(groups) == [
        "answers.employees is at least 500 and answers.country is one of US, CA",
        "crm.is_customer is true",
    ]


def test_pools_are_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "names_of", lambda reference: {"success": "Customer success"})
    assert conditions.group_words(((Condition("pool", "==", "success"),),)) == ["pool is Customer success"]
