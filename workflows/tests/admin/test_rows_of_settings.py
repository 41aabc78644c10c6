"""Settings that hold settings: tables and groups of fields, sent back as a browser does."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from workflows.admin import condition_lines, setting_fields
from workflows.core import conditions
from workflows.stages.base import Setting

pytestmark = pytest.mark.django_db  # names of segments and pools lie there

ROW = (
    Setting("before", "duration", "Before", "How long before.", required=True),
    Setting("when", "conditions", "Only if", ""),
    Setting("quiet", "hours", "Quiet hours", ""),
)
SETTINGS = (
    Setting("reminders", "rows", "Reminders", "One row each.", fields=ROW),
    Setting("ask", "group", "Ask", "", fields=ROW[:1] + ROW[2:]),
)
WHEN = [
    [{"fact": "segment", "is": "==", "value": "enterprise"}, {"fact": "no_shows", "is": "<", "value": 2}],
    [{"fact": "lead.tags", "is": "contains", "value": "vip"}],
]
FULL = {
    "reminders": ["3d", {"before": "2h", "when": WHEN, "quiet": "21:00-08:00"}],
    "ask": {"before": "1d", "quiet": "22:00-07:00"},
}


def form_for(current: dict[str, Any], **typed: str) -> forms.Form:
    """The form as it was shown for `current`, with these cells changed, bound."""
    declared = setting_fields.fields_for(SETTINGS, current)
    shown: dict[str, str] = {}
    for name, field in declared.items():
        value = field.prepare_value(field.initial)
        rows = (
            {f"{name}-{place}": row for place, row in enumerate(value)}
            if name.endswith("s")
            else {name: value}
        )
        for prefix, row in rows.items():
            parts = setting_fields.fields_for(ROW, {})
            for part, inner in parts.items():
                key = part.removeprefix(setting_fields.PREFIX)
                shown[f"{prefix}-{key}"] = inner.prepare_value((row or {}).get(key)) or ""
    shown["setting_reminders-rows"] = "4"
    return type("Form", (forms.Form,), declared)(shown | typed)


def stored(form: forms.Form, current: dict[str, Any]) -> dict[str, Any]:
    assert form.is_valid(), form.errors
    return setting_fields.settings_from(SETTINGS, form.cleaned_data, current)


def test_a_table_sent_back_untouched_changes_nothing() -> None:
    form = form_for(FULL)
    assert stored(form, FULL) == FULL
    assert not form.has_changed()


def test_a_row_is_added_and_another_taken_away() -> None:
    typed = {"setting_reminders-0-before": "", "setting_reminders-3-before": "5 days", "setting_ask-before": "",
             "setting_ask-quiet": ""}  # fmt: skip
    form = form_for(FULL, **typed)
    assert stored(form, FULL) == {"reminders": [FULL["reminders"][1], "5d"]}
    assert form.has_changed()


def test_each_wrong_cell_is_named() -> None:
    typed = {"setting_reminders-0-before": "soon", "setting_reminders-1-when": "segment is\nshoes is red",
             "setting_reminders-2-quiet": "21:00-08:00"}  # fmt: skip
    complaints = form_for(FULL, **typed).errors["setting_reminders"]
    assert [each.partition(":")[0] for each in complaints] == [
        "Row 1, Before",
        "Row 2, Only if",
        "Row 3, Before",
    ]


def test_the_table_is_drawn_with_spare_rows_and_keeps_what_was_typed() -> None:
    form = form_for(FULL, **{"setting_reminders-0-before": "soon"})
    drawn = str(form["setting_reminders"])
    assert 'value="soon"' in drawn
    assert "lead.tags contains vip" in drawn
    assert drawn.count("<tr>") == 1 + 2 + setting_fields.row_fields.SPARE_ROWS


def test_rows_and_groups_are_told_in_words() -> None:
    told = dict(setting_fields.in_words(SETTINGS, FULL))
    assert told["Reminders"] == (
        "3 days; 2 hours (only if: segment is enterprise and no_shows is less than 2, or if lead.tags contains vip, "
        "quiet hours: 21:00-08:00)"
    )
    assert told["Ask"] == "before: 1 day, quiet hours: 22:00-07:00"


def test_every_comparison_can_be_written_and_read_back() -> None:
    values: dict[str, Any] = {"in": ("US", "C, A"), "not_in": (1, 2), "exists": None, "missing": None, ">": 5,
                              ">=": 5, "<": 5, "<=": 5}  # fmt: skip
    for operator in conditions.OPERATORS:
        groups = ((conditions.Condition("answers.x", operator, values.get(operator, "one or two")),),)
        assert condition_lines.lines_from(condition_lines.lines_to(groups)) == groups
        spelt = (
            f"answers.x {operator} "
            + condition_lines.lines_to(groups).split(condition_lines.OPERATOR_WORDS[operator])[1].strip()
        )
        assert condition_lines.lines_from(spelt) == groups


@pytest.mark.parametrize(
    "line", ["segment", "segment resembles x", "shoes is red", "no_shows is more than many"]
)
def test_a_line_that_is_no_condition_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(condition_lines.BadCondition, match=r"^Line 2: "):
        condition_lines.lines_from(f"segment is known\n{line}")
