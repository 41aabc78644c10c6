"""Pages of those who may look but not change: every value as the form would write it, never as it is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

Shown = Callable[[Any], Any]


class Viewable:
    """For model admins and inlines whose form writes some fields in its own way.

    `labels` and `helps` say for fields of the model what people call them and what follows from them.
    """

    form: type[forms.ModelForm]
    labels: Mapping[str, str] = {}
    helps: Mapping[str, str] = {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.labels:
            kwargs["label"] = self.labels[db_field.name]
        if db_field.name in self.helps:
            kwargs["help_text"] = self.helps[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if obj is None or self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return fieldsets
        return [
            (title, options | {"fields": [self._shown(name) for name in options["fields"]]})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        if obj is None or self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return fields
        shown = [shown_as_written(name, field) for name, field in self.form.declared_fields.items()]
        return (*fields, *shown)

    def _shown(self, name: Any) -> Any:
        if isinstance(name, list | tuple):
            return [self._shown(part) for part in name]
        field = self.form.declared_fields.get(name)
        return name if field is None else shown_as_written(name, field)


@cache
def shown_as_written(name: str, field: forms.Field) -> Shown:
    """A column that shows a value in the words of its form field."""

    def shown(obj: Any) -> str | SafeString:
        value = getattr(obj, name, None)
        if isinstance(field, forms.MultipleChoiceField | forms.ChoiceField):
            choices: Any = field.choices
            names = dict(choices)
            values = value if isinstance(value, list | tuple) else [value]
            return ", ".join(str(names.get(item, item)) for item in values if item not in (None, "")) or "—"
        written = field.prepare_value(value)
        if written in (None, "", [], {}):
            return "—"
        return format_html('<span class="ord-lines">{}</span>', written)

    shown.__name__ = name
    shown.short_description = field.label or name.replace("_", " ")  # type: ignore[attr-defined]
    return shown
