"""Form fields for settings that hold settings: one object of them, or a table with an object a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from workflows.stages.base import Setting

FieldFor = Callable[[Setting, Any], forms.Field]
SPARE_ROWS = 2
MOST_ROWS = 50
STYLE = {"all": ("ordinus/rows.css",)}
EMPTY: tuple[Any, ...] = (None, "", [], {})


class Parts:
    """The fields of one object, made anew for what it holds now."""

    def __init__(self, settings: Sequence[Setting], field_for: FieldFor) -> None:
        self.settings = settings
        self.field_for = field_for

    def cells(self, prefix: str, current: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Each field drawn with what is in it, for the template."""
        cells = []
        for setting in self.settings:
            field = self.field_for(setting, current.get(setting.name))
            name = f"{prefix}-{setting.name}"
            shown = field.prepare_value(current.get(setting.name))
            attrs = {"id": f"id_{name}", "aria-label": setting.label}
            cells.append(
                {
                    "setting": setting,
                    "help": field.help_text,
                    "drawn": field.widget.render(name, shown, attrs),
                }
            )
        return cells

    def help_of(self, setting: Setting) -> str:
        return str(self.field_for(setting, None).help_text)

    def sent(self, data: Any, files: Any, prefix: str) -> dict[str, Any]:
        """What came back for one object, as it was typed."""
        return {
            setting.name: self.field_for(setting, None).widget.value_from_datadict(
                data, files, f"{prefix}-{setting.name}"
            )
            for setting in self.settings
        }

    def clean(self, typed: Mapping[str, Any], place: str = "") -> dict[str, Any]:
        """The settings that are said. Raises ValidationError naming each field that is wrong."""
        said, wrong = {}, []
        for setting in self.settings:
            value = typed.get(setting.name)
            try:
                found = self.field_for(setting, value).clean(value)
            except ValidationError as error:
                wrong += [f"{place}{setting.label}: {message}" for message in error.messages]
                continue
            if found not in EMPTY and found != setting.default:
                said[setting.name] = found
        if wrong:
            raise ValidationError(wrong)
        return said


class GroupWidget(forms.Widget):
    """The fields of one object, one below the other."""

    use_fieldset = True

    class Media:
        css = STYLE

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        cells = self.parts.cells(name, value if isinstance(value, Mapping) else {})
        return SafeString(render_to_string("admin/ordinus/setting_group.html", {"cells": cells}))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return self.parts.sent(data, files, name)


class GroupField(forms.Field):
    """One object; nothing in any of its fields is no object at all."""

    def __init__(self, *, parts: Parts, **kwargs: Any) -> None:
        super().__init__(widget=GroupWidget(parts), **kwargs)
        self.parts = parts

    def clean(self, value: Any) -> Any:
        typed = value if isinstance(value, Mapping) else {}
        if all(typed.get(setting.name) in EMPTY for setting in self.parts.settings):
            return super().clean(None)
        return self.parts.clean(typed)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _has_changed(self, initial, data)


class RowsWidget(forms.Widget):
    """A table with a row for each object and some empty ones; a script adds more."""

    use_fieldset = True

    class Media:
        css = STYLE
        js = ("ordinus/rows.js",)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        held = list(value) if isinstance(value, list | tuple) else []
        while len(held) > 1 and all(each in EMPTY for each in held[-1].values()):
            held.pop()
        rows = [
            self.parts.cells(f"{name}-{number}", row)
            for number, row in enumerate([*held, *[{}] * SPARE_ROWS])
        ]
        context = {
            "name": name,
            "rows": rows,
            "count": len(rows),
            "settings": self.parts.settings,
            "notes": [(each, help) for each in self.parts.settings if (help := self.parts.help_of(each))],
        }
        return SafeString(render_to_string("admin/ordinus/setting_rows.html", context))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        count = str(data.get(f"{name}-rows", ""))
        number = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() else 0
        return [self.parts.sent(data, files, f"{name}-{place}") for place in range(number)]


class SettingRowsField(forms.Field):
    """A list of objects. A row with nothing in it is none; one with its first setting alone is kept as that."""

    def __init__(self, *, parts: Parts, **kwargs: Any) -> None:
        super().__init__(widget=RowsWidget(parts), **kwargs)
        self.parts = parts
        self.short = parts.settings[0].name

    def prepare_value(self, value: Any) -> Any:
        return [self._object(row) for row in value or []] if isinstance(value, list | tuple) else []

    def _object(self, row: Any) -> Mapping[str, Any]:
        return row if isinstance(row, Mapping) else {self.short: row}

    def clean(self, value: Any) -> Any:
        found: list[Any] = []
        wrong: list[str] = []
        for number, row in enumerate(value or [], 1):
            typed = self._object(row)
            if all(each in EMPTY for each in typed.values()):
                continue
            try:
                said = self.parts.clean(typed, f"Row {number}, ")
            except ValidationError as error:
                wrong += error.messages
                continue
            found.append(said[self.short] if list(said) == [self.short] else said)
        if wrong:
            raise ValidationError(wrong)
        return super().clean(found)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _has_changed(self, initial, data)


def _has_changed(field: forms.Field, initial: Any, data: Any) -> bool:
    try:
        return bool((field.clean(data) or None) != (initial or None))
    except ValidationError:
        return True
