"""The form of a stage kind or sink adapter, made from the settings it declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from workflows import secrets
from workflows.admin import condition_lines, fields, row_fields
from workflows.admin.naming import names_of, with_link, with_names
from workflows.core import conditions, durations
from workflows.stages.base import Setting

PREFIX = "setting_"
SECRET_KEPT = "Kept as it is"


class SeveralField(forms.MultipleChoiceField):
    """Several of the choices. Those chosen before keep their order; new ones follow in that of the list."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, *, before: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.before = [str(item) for item in before]

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        choices: Any = self.choices
        kept = [item for item in self.before if item in chosen]
        return kept + [item for item, _ in choices if item in chosen and item not in kept]


class SecretField(forms.CharField):
    """A secret that is never shown again; left empty, the one kept stays. An ``env:`` name is no secret.

    What is typed is sealed before it is stored.
    """

    def __init__(self, *, kept: str = "", **kwargs: Any) -> None:
        self.kept = "" if not kept or secrets.is_reference(kept) else kept
        widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
        if self.kept:
            widget.attrs["placeholder"] = SECRET_KEPT
        super().__init__(widget=widget, initial="" if self.kept else kept, **kwargs)
        self.required = self.required and not self.kept

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return self.kept
        return text if secrets.is_reference(text) else secrets.seal(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data) and data != initial


def fields_for(settings: Sequence[Setting], current: Mapping[str, Any]) -> dict[str, forms.Field]:
    """A form field for each setting, by its name after PREFIX, filled with what is set now."""
    return {PREFIX + setting.name: field_for(setting, current.get(setting.name)) for setting in settings}


def field_for(setting: Setting, current: Any) -> forms.Field:
    common: dict[str, Any] = {"label": setting.label, "help_text": setting.help, "required": setting.required}
    if setting.type == "secret":
        return SecretField(kept=str(current or ""), **common)
    if setting.type == "conditions":
        common["help_text"] = f"{setting.help} {condition_lines.HELP}".strip()
    common["initial"] = setting.default if current is None else current
    if setting.type == "group":
        return row_fields.GroupField(parts=row_fields.Parts(setting.fields, field_for), **common)
    if setting.type == "rows":
        return row_fields.SettingRowsField(parts=row_fields.Parts(setting.fields, field_for), **common)
    if setting.type in NAMES:
        common["help_text"] = with_link(setting.help, NAMES[setting.type])
    if setting.type in REFERENCED:
        return _reference_field(REFERENCED[setting.type], current, common)
    if setting.type == "segments":
        names = _with_current(names_of("segment"), current or ())
        return SeveralField(choices=list(names.items()), before=current or (), **common)
    if setting.type == "choice":
        choices = [] if setting.required else [("", "—")]
        choices += [(choice, choice.replace("_", " ").capitalize()) for choice in setting.choices]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **common)
    if setting.type == "number":
        return forms.IntegerField(min_value=0, widget=UnfoldAdminDecimalFieldWidget(), **common)
    if setting.type in WRITTEN:
        return WRITTEN[setting.type](**common)
    return forms.CharField(widget=UnfoldAdminTextInputWidget(), **common)


REFERENCED = {"pool": "pool", "template": "template"}
NAMES = REFERENCED | {"segments": "segment"}
WRITTEN: dict[str, Callable[..., forms.Field]] = {
    "duration": fields.DurationField,
    "durations": fields.DurationsField,
    "tags": fields.TagsField,
    "outcomes": fields.LinesField,
    "actions": fields.ActionsField,
    "hours": fields.HoursField,
    "conditions": condition_lines.ConditionsField,
}


def settings_from(
    settings: Sequence[Setting], cleaned: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The settings as they are stored: without what is empty, or only the default and not set before."""
    stored = {}
    for setting in settings:
        value = cleaned.get(PREFIX + setting.name)
        is_said = value != setting.default or setting.name in before
        if value not in (None, "", [], {}) and is_said:
            stored[setting.name] = value
    return stored


def in_words(settings: Sequence[Setting], current: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is set, as pairs of a label and the value in words, in the order in which it is declared."""
    return [
        (setting.label, value_in_words(setting, current[setting.name]))
        for setting in settings
        if current.get(setting.name) not in (None, "", [], {})
    ]


def value_in_words(setting: Setting, value: Any) -> str:
    if setting.type == "secret":
        return str(value) if secrets.is_reference(value) else "set"
    if setting.type in ("duration", "durations"):
        texts = value if isinstance(value, list | tuple) else [value]
        return ", ".join(_duration_in_words(text) for text in texts)
    if setting.type == "rows":
        return "; ".join(_row_in_words(setting, row) for row in value)
    if setting.type == "group":
        return _parts_in_words(setting.fields, value)
    if setting.type == "conditions":
        groups = conditions.groups_from(value)
        return ", or if ".join(
            " and ".join(conditions.in_words(with_names(each)) for each in group) for group in groups
        )
    if setting.type in NAMES:
        names = names_of(NAMES[setting.type])
        slugs = value if isinstance(value, list | tuple) else [value]
        return ", ".join(names.get(slug, str(slug)) for slug in slugs)
    if setting.type == "actions":
        return "; ".join(fields.actions_to(value).splitlines())
    if isinstance(value, list | tuple):
        return ", ".join(str(item).replace("_", " ") for item in value)
    return str(value)


def _row_in_words(setting: Setting, row: Any) -> str:
    """The first setting of a row, and in brackets what else it says."""
    first, *others = setting.fields
    if not isinstance(row, Mapping):
        return value_in_words(first, row)
    more = _parts_in_words(others, row)
    start = value_in_words(first, row.get(first.name))
    return f"{start} ({more})" if more else start


def _parts_in_words(settings: Sequence[Setting], said: Mapping[str, Any]) -> str:
    return ", ".join(f"{label[:1].lower()}{label[1:]}: {words}" for label, words in in_words(settings, said))


def _duration_in_words(text: Any) -> str:
    try:
        return durations.in_words(durations.parse(text))
    except ValueError:
        return str(text)


def _reference_field(reference: str, current: Any, common: dict[str, Any]) -> forms.Field:
    names = _with_current(names_of(reference), [current] if current else ())
    choices = [("", "—"), *names.items()]
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **common)


def _with_current(names: Mapping[str, str], current: Sequence[str]) -> dict[str, str]:
    """The choices, with those that are chosen though they are gone, so that a look changes nothing."""
    return dict(names) | {slug: f"{slug} (no longer there)" for slug in current if slug not in names}
