"""What has a history is retired, not deleted: nothing new uses it, and the record keeps its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from workflows.admin.announcing import Announcing
from workflows.admin.base import OrdinusAdmin, change_url, leave_dialog
from workflows.changes import Change

SLUG_HELP = (
    "Small letters, digits and hyphens. Links, files and reports name it so; it cannot be changed later."
)


class InUseFilter(SimpleListFilter):
    """Leaves out what is retired, unless asked for."""

    title = "in use"
    parameter_name = "retired"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Retired"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = "In use"
            yield choice

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(retired_at__isnull=self.value() != "yes")


class Retiring(Announcing, OrdinusAdmin):
    """An object that others refer to for good is retired instead of deleted, and can be brought back."""

    actions_detail: tuple[str, ...] = ("retire", "bring_back")
    slug_from: str | None = "name"
    """What a new object's slug is made of; empty when it is typed, None where there is no slug."""

    @display(description="Short name")
    def short_name(self, obj: Any) -> SafeString:
        """The slug, which is for good: links, files and published workflows name the object by it."""
        return format_html("<code>{}</code>", obj.slug)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "short_name") if obj is not None and self.slug_from is not None else fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        return [
            (
                title,
                options
                | {"fields": ["short_name" if name == "slug" else name for name in options["fields"]]},
            )
            for title, options in fieldsets
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "slug":
            kwargs |= {"label": "Short name", "help_text": SLUG_HELP}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {"slug": (self.slug_from,)} if obj is None and self.slug_from else {}

    def needed_by(self, obj: Any) -> str:
        """Why it cannot be retired now, as a sentence with a cure; empty when nothing stands against it."""
        return ""

    def has_history(self, obj: Any) -> bool:
        """Whether something was done with it, so that it must stay for the record."""
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and (self.has_history(obj) or self.needed_by(obj)):
            return False
        return super().has_delete_permission(request, obj)

    def has_retire_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._is_retired(object_id) is False and self.has_change_permission(request)

    def has_bring_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._is_retired(object_id) is True and self.has_change_permission(request)

    def _is_retired(self, object_id: Any) -> bool | None:
        found = self.model._base_manager.filter(pk=object_id).values_list("retired_at", flat=True).first()
        exists = found is not None or self.model._base_manager.filter(pk=object_id).exists()
        return found is not None if exists else None

    @action(
        description="Retire…",
        permissions=["retire"],
        variant=ActionVariant.DANGER,
        dialog={
            "title": "Retire it?",
            "description": "Nothing new will use it. What was done with it stays on record, and you can bring "
            "it back at any time.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Retire",
        },
    )
    def retire(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        obj = self.model._base_manager.get(pk=object_id)
        needed = self.needed_by(obj)
        if needed:
            messages.error(request, needed)
        else:
            self._set_retired(request, obj, timezone.now())
            messages.success(request, f"“{obj}” is retired.")
        return leave_dialog(request, change_url(obj))

    @action(
        description="Bring back…",
        permissions=["bring_back"],
        dialog={
            "title": "Bring it back?",
            "description": "From then on it can be used again, as it was.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Bring back",
        },
    )
    def bring_back(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        obj = self.model._base_manager.get(pk=object_id)
        self._set_retired(request, obj, None)
        messages.success(request, f"“{obj}” is in use again.")
        return leave_dialog(request, change_url(obj))

    @transaction.atomic
    def _set_retired(self, request: HttpRequest, obj: Any, at: Any) -> None:
        before, obj.retired_at = obj.retired_at, at
        obj.save(update_fields=["retired_at"])
        self.announce(request, obj, [Change("retired", before is not None, at is not None)])
