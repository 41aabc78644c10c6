"""Conditions as rows of a table: a fact, an operator in words, and a value written as people write it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from workflows.admin.base import Rows
from workflows.admin.condition_values import OPERATOR_WORDS, value_from, value_to
from workflows.admin.known import FACTS_ID
from workflows.admin.naming import NoSuchObject, with_names, with_slugs
from workflows.core import conditions
from workflows.core.conditions import Condition


class ConditionForm(forms.ModelForm):
    """One row. The value's kind follows the operator; what could never be judged is refused with its cure."""

    fact = forms.CharField(
        label="Fact",
        widget=UnfoldAdminTextInputWidget(attrs={"list": FACTS_ID, "placeholder": "answers.employees"}),
        help_text="What is looked at: answers.NAME of a form, enrichment.NAME, crm.NAME, lead.NAME, utm.NAME, segment, "
        "pool. The list offers them as you type.",
    )
    operator = forms.ChoiceField(
        label="Comparison",
        choices=list(OPERATOR_WORDS.items()),
        widget=UnfoldAdminSelectWidget(),
        help_text="Texts are compared without regard to small and capital letters.",
    )
    value = forms.CharField(
        label="Value",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "500, or US, CA"}),
        help_text="Several with commas for “is one of” and “is none of”; nothing for “is known” and "
        "“is missing”. A number in quotes is a text.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["value"] = value_to(self.instance.operator, self.instance.value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "fact" not in cleaned or "operator" not in cleaned:
            return cleaned
        condition = Condition(
            cleaned["fact"], cleaned["operator"], value_from(cleaned["operator"], cleaned.get("value") or "")
        )
        if not conditions.known_fact(condition.fact):
            self.add_error("fact", "There is no such fact. Choose one of the list, or answers. and a name.")
        for problem in conditions.problems(condition):
            self.add_error("value", problem[:1].upper() + problem[1:] + ".")
        try:
            condition = with_slugs(condition)
        except NoSuchObject as problem:
            self.add_error("value", f"{str(problem)[:1].upper()}{str(problem)[1:]}.")
        cleaned["value"] = list(condition.value) if isinstance(condition.value, tuple) else condition.value
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """A JSON null is a value here, “is known” has no other; the model's own check would refuse it."""
        return super()._get_validation_exclusions() | {"value"}  # type: ignore[misc]


class ConditionInline(Rows):
    """Rows with one number must all hold; one such group is enough; no rows at all always hold."""

    form = ConditionForm
    fields = ("group", "fact", "operator", "value")
    note = "No rows: it always holds. Such as: answers.employees, is at least, 500."
    verbose_name = "condition"
    verbose_name_plural = "conditions"


def group_words(groups: conditions.Groups) -> list[str]:
    """Each group as one sentence part: “answers.employees is at least 500 and pool is Enterprise”."""
    return [" and ".join(conditions.in_words(with_names(each)) for each in group) for group in groups]


def groups_of(rows: Iterable[Any]) -> conditions.Groups:
    """The groups that stored rows make, in the order of their numbers."""
    groups: dict[int, list[Condition]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row.as_condition())
    return tuple(tuple(groups[number]) for number in sorted(groups))
