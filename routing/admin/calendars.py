"""Calendars: whose busy times are read from where, and whether that works."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from unfold.admin import StackedInline
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from routing.calendars import ADAPTERS
from routing.models import Calendar
from workflows.admin.announcing import Announcing
from workflows.admin.base import OrdinusAdmin, change_url, leave_dialog, link
from workflows.admin.fields import MinutesField
from workflows.admin.viewing import Viewable
from workflows.admin.words import counted


class CalendarForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label="Kind",
        widget=UnfoldAdminSelectWidget(),
        help_text="“ics” is a feed that any calendar can offer.",
    )
    url = forms.CharField(
        label="Address",
        max_length=1000,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="The secret address of the feed, ending in .ics in most calendars, or env: and the name of a "
        "variable that holds it.",
    )
    stale_after_minutes = MinutesField(
        label="Trust it for",
        required=False,
        help_text="Unread for longer, such as 6h, and the rep takes no new meetings until it can be read again. "
        "Empty: the busy times last read count for ever.",
    )

    class Meta:
        model = Calendar
        fields = ("kind", "url", "stale_after_minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            kind: Any = self.fields["kind"]
            kind.choices = [(kind, kind) for kind in ADAPTERS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        adapter = ADAPTERS.get(cleaned.get("kind", ""))
        if adapter and cleaned.get("url") and not cleaned["url"].startswith("env:"):
            for problem in adapter.problems({"kind": cleaned["kind"], "url": cleaned["url"]}):
                self.add_error("url", ValidationError(problem))
        return cleaned


class CalendarInline(Viewable, StackedInline):
    model = Calendar
    form = CalendarForm
    extra = 0
    tab = True
    fields = ("kind", "url", "stale_after_minutes", "state")
    readonly_fields = ("state",)

    @display(description="State")
    def state(self, obj: Any) -> str:
        return state_sentence(obj, timezone.now()) if obj.pk else "It is read within a few minutes."


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("problem", "Has a problem"), ("fine", "Fine"), ("unread", "Not read yet")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "problem":
            return queryset.exclude(problem="")
        if self.value() == "unread":
            return queryset.filter(problem="", read_at__isnull=True)
        return queryset.filter(problem="", read_at__isnull=False) if self.value() == "fine" else queryset


@admin.register(Calendar)
class CalendarAdmin(Announcing, OrdinusAdmin):
    purpose = (
        "Busy times are read from these calendars every few minutes. One that cannot be read keeps what was "
        "last read, unless it says how long that may be trusted."
    )
    form = CalendarForm
    announced_as = "calendar"
    helps = {"rep": "Whose busy times these are."}
    list_display = ("owner", "kind", "state_shown", "read_at", "busy_shown", "next_read_at", "why")
    list_display_links = ("owner",)
    list_filter = (StateFilter, "rep__is_active")
    list_select_related = ("rep",)
    search_fields = ("rep__name", "rep__email")
    autocomplete_fields = ("rep",)
    actions_detail = ("read_now",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        now_minute = int(timezone.now().timestamp() // 60)
        ahead = Count("busy_times", filter=Q(busy_times__end__gt=now_minute))
        return super().get_queryset(request).annotate(busy_ahead=ahead)

    @display(description="Rep", ordering="rep__name")
    def owner(self, obj: Any) -> str:
        return str(obj.rep)

    @display(
        description="State",
        label={"Fine": "success", "Not read yet": "info", "Problem": "warning", "Out of trust": "danger"},
    )
    def state_shown(self, obj: Any) -> str:
        return state_of(obj, timezone.now())

    @display(description="Busy times ahead", ordering="busy_ahead")
    def busy_shown(self, obj: Any) -> int:
        return int(obj.busy_ahead)

    @display(description="Why", empty_value="—")
    def why(self, obj: Any) -> str | None:
        return obj.problem or None

    def summary(self, obj: Any) -> str | SafeString:
        return format_html("A calendar of {}. {}", link(obj.rep), state_sentence(obj, timezone.now()))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": ("rep", "kind", "state_shown", "read_at", "next_read_at", "why")})]
        return [(None, {"fields": ("rep", "kind", "url", "stale_after_minutes")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ("rep", "kind", "state_shown", "read_at", "next_read_at", "why")
        return ("rep",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        read_afresh(obj, form.changed_data, timezone.now())
        super().save_model(request, obj, form, change)

    def has_read_now_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request)

    @action(
        description="Read it now…",
        permissions=["read_now"],
        dialog={
            "title": "Read it now?",
            "description": "It is read within the next minute instead of when its turn comes.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Read it",
        },
    )
    def read_now(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        Calendar.objects.filter(pk=object_id).update(next_read_at=timezone.now())
        messages.success(request, "It will be read within the next minute.")
        return leave_dialog(request, change_url(Calendar.objects.get(pk=object_id)))


def read_afresh(calendar: Calendar, changed: list[str], now: datetime) -> None:
    """A new calendar, or a new address of one, is read at the next turn, and from the beginning."""
    is_new = calendar._state.adding
    if is_new:
        calendar.added_at = now
    if is_new or {"url", "kind"} & set(changed):
        calendar.next_read_at = now
        calendar.etag = calendar.modified = ""


def state_of(calendar: Calendar, now: datetime) -> str:
    since = calendar.read_at or calendar.added_at
    trusted = calendar.stale_after_minutes
    if calendar.problem and trusted is not None and now - since > timedelta(minutes=trusted):
        return "Out of trust"
    if calendar.problem:
        return "Problem"
    return "Fine" if calendar.read_at else "Not read yet"


def state_sentence(calendar: Calendar, now: datetime) -> str:
    read = f"last read {timesince(calendar.read_at, now)} ago" if calendar.read_at else "not read yet"
    if not calendar.problem:
        return f"It is {read}."
    tries = counted(calendar.failures, "try", "tries")
    consequence = {
        "Out of trust": "Its rep takes no new meetings until it can be read.",
        "Problem": "What was last read counts until then.",
    }.get(state_of(calendar, now), "")
    return f"It could not be read ({tries}): {calendar.problem} {read.capitalize()}. {consequence}"
