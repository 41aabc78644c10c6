"""Every change made in the admin is told to the audit, in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from workflows.changes import Change, announce_changes, differences

Snapshot = dict[str, tuple[Any, bool]]

HISTORIES: list[Callable[[HttpRequest, str], SafeString]] = []
"""Filled from above, where names are known: the changes of an object, told, by its label."""

PLAIN_FIELDS = frozenset({"time_zone", "kind", "fact", "operator", "attribute", "type"})
SECRET_FIELDS = frozenset({"token", "url", "secret", "former_secret", "private_key"})


class Announcing(ModelAdmin):
    """A model admin whose saves and deletions are `config.changed` events, one for each field.

    `announced_as` is the first half of the object's label, `announced_related` names the sets of rows that
    belong to the object and are edited with it.
    """

    announced_as: str = ""
    announced_related: tuple[str, ...] = ()
    row_names: Mapping[str, Callable[[Any], str]] = {}
    """How rows of a set are called in the trail, where their number says nothing: as configuration files call them."""
    plain_fields: frozenset[str] = frozenset()

    def told_changes(self, request: HttpRequest, obj: Any) -> SafeString:
        """What was changed of it, by whom and when."""
        told = [tell(request, self.label_of(obj)) for tell in HISTORIES] if self.is_announced(obj) else []
        return format_html_join("", "{}", ((part,) for part in told))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = self.model._base_manager.filter(pk=obj.pk).first() if change else None
        form.snapshot_before = self.snapshot(before) if before else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        obj = self.model._base_manager.get(pk=form.instance.pk)
        before = getattr(form, "snapshot_before", {})
        self.announce(request, obj, differences(before, self.snapshot(obj)))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            self.announce(request, obj, [Change("exists", True, None)])
            super().delete_model(request, obj)

    def announce(self, request: HttpRequest, obj: Any, changes: list[Change]) -> None:
        if not self.is_announced(obj):
            return
        at: datetime = timezone.now()
        announce_changes(self.label_of(obj), changes, actor=actor_of(request), at=at)

    def is_announced(self, obj: Any) -> bool:
        return bool(self.announced_as)

    def label_of(self, obj: Any) -> str:
        return f"{self.announced_as}:{getattr(obj, 'slug', None) or obj.pk}"

    def snapshot(self, obj: Any) -> Snapshot:
        """What is set now, of the object and of the rows edited with it; nothing that is empty."""
        fields = self._fields_of(obj)
        for related in self.announced_related:
            for row in getattr(obj, related).all():
                if not getattr(row, "is_active", True):
                    continue
                parent = {type(obj)._meta.get_field(related).field.name}
                rows = self._fields_of(row, leave_out=parent)
                name_of = self.row_names.get(related, lambda row: row.pk)
                fields |= {f"{related}[{name_of(row)}].{name}": value for name, value in rows.items()}
        return {name: value for name, value in fields.items() if value[0] not in (None, "", [], {})}

    def _fields_of(self, obj: models.Model, leave_out: set[str] = frozenset()) -> Snapshot:  # type: ignore[assignment]
        return {
            field.name: self._told_value(obj, field)
            for field in obj._meta.concrete_fields
            if field.editable and not field.primary_key and field.name not in leave_out
        }

    def _told_value(self, obj: models.Model, field: models.Field[Any, Any]) -> tuple[Any, bool]:
        value = getattr(obj, field.attname)
        if field.is_relation:
            other = getattr(obj, field.name)
            return (getattr(other, "slug", value) if other is not None else None), False
        if field.name in SECRET_FIELDS:
            return fingerprint(value), False
        return value, self._is_private(field)

    def _is_private(self, field: models.Field[Any, Any]) -> bool:
        if field.name in PLAIN_FIELDS | self.plain_fields or field.choices:
            return False
        is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
        return is_text and not isinstance(field, models.SlugField)


def fingerprint(secret: str) -> str | None:
    """Tells whether a secret changed without telling the secret; an ``env:`` name is none and stays."""
    if not secret or secret.startswith("env:"):
        return secret or None
    return f"secret {salted_hmac('workflows.admin.secret', secret).hexdigest()[:12]}"


def actor_of(request: HttpRequest) -> str:
    return f"staff:{request.user.pk}"
