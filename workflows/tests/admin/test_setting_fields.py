"""The settings of a kind become a form, and the form its settings again."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from workflows import secrets
from workflows.admin import naming, setting_fields
from workflows.registry import REFERENCES
from workflows.stages.base import Setting

SETTINGS = (
    Setting("for", "duration", "How long", "…", required=True),
    Setting("reminders", "durations", "Reminders", "…"),
    Setting("most", "number", "Most", "…", default=2),
    Setting("segments", "segments", "Segments", "…"),
    Setting("pool", "pool", "Pool", "…"),
    Setting("tags", "tags", "Tags", "…"),
    Setting("outcomes", "outcomes", "Outcomes", "…"),
    Setting("do", "actions", "Do", "…"),
    Setting("way", "choice", "Way", "…", choices=("fast", "slow")),
    Setting("secret", "secret", "Secret", "…"),
)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REFERENCES, "segment", lambda: {"enterprise", "student", "other"})
    monkeypatch.setitem(REFERENCES, "pool", lambda: {"general"})
    monkeypatch.setattr(naming, "REFERENCE_NAMES", {"pool": lambda: {"general": "Everyone"}})


def sent(current: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """What is stored after the form for `current` came back as it was shown, with these fields changed."""
    declared = setting_fields.fields_for(SETTINGS, current)
    form_class = type("Form", (forms.Form,), dict(declared))
    shown = {name: form_class()[name].value() for name in declared}
    form = form_class(shown | {setting_fields.PREFIX + name: value for name, value in changed.items()})
    assert form.is_valid(), form.errors
    return setting_fields.settings_from(SETTINGS, form.cleaned_data, current)


FULL = {
    "for": "2h",
    "reminders": ["3d", "2h"],
    "most": 5,
    "segments": ["student", "enterprise"],
    "pool": "general",
    "tags": ["nurture"],
    "outcomes": ["won", "not_a_fit"],
    "do": [{"tag": "nurture"}, {"notify": "rep"}],
    "way": "slow",
}


def test_a_form_sent_back_untouched_changes_nothing() -> None:
    assert sent(FULL) == FULL


def test_a_default_is_left_out_unless_it_was_said_before() -> None:
    assert "most" not in sent({"for": "2h"})
    assert sent({"for": "2h", "most": 2})["most"] == 2


def test_chosen_segments_keep_their_order_and_new_ones_follow() -> None:
    stored = sent(FULL, segments=["enterprise", "student", "other"])
    assert stored["segments"] == ["student", "enterprise", "other"]


def test_a_pool_that_is_gone_stays_chosen_until_another_is() -> None:
    field = setting_fields.field_for(SETTINGS[4], "old")
    assert isinstance(field, forms.ChoiceField)
    assert ("old", "old (no longer there)") in list(field.choices)


def test_a_secret_is_sealed_and_never_shown_again() -> None:
    stored = sent({"for": "2h"}, secret="hunter2")["secret"]
    assert secrets.is_sealed(stored)
    assert secrets.unseal(stored) == "hunter2"
    field = setting_fields.field_for(SETTINGS[9], stored)
    assert field.initial == ""
    assert sent({"for": "2h", "secret": stored})["secret"] == stored


def test_the_name_of_a_variable_is_no_secret() -> None:
    field = setting_fields.field_for(SETTINGS[9], "env:HOOK_SECRET")
    assert field.initial == "env:HOOK_SECRET"
    assert sent({"for": "2h"}, secret="env:OTHER")["secret"] == "env:OTHER"


def test_settings_are_told_in_words() -> None:
    told = dict(setting_fields.in_words(SETTINGS, FULL | {"secret": "sealed:x"}))
    assert told["How long"] == "2 hours"
    assert told["Reminders"] == "3 days, 2 hours"
    assert told["Pool"] == "Everyone"
    assert told["Do"] == "tag nurture; notify rep"
    assert told["Outcomes"] == "won, not a fit"
    assert told["Secret"] == "set"
