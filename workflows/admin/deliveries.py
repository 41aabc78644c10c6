"""Deliveries: each fact on its way to a sink, with every attempt and what came back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from workflows import delivering
from workflows.admin.announcing import actor_of
from workflows.admin.base import ReadOnly, ReadOnlyInline, change_url, leave_dialog, link
from workflows.admin.filters import NewestValuesFilter
from workflows.admin.folding import folded
from workflows.admin.searching import number_of, numbered
from workflows.admin.words import counted, instant, name_leads, said
from workflows.models import Delivery, DeliveryAttempt
from workflows.registry import VERBS

STATES = {
    "Waiting": "info", "Being sent": "info", "Sent": "success", "Given up": "danger", "Withdrawn": "default",
}  # fmt: skip


class AttemptInline(ReadOnlyInline):
    model = DeliveryAttempt
    fields = ("number", "at", "status", "answer", "took")
    readonly_fields = fields
    verbose_name_plural = "attempts"

    @display(description="Took")
    def took(self, obj: Any) -> str:
        return f"{obj.duration_ms} ms"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    purpose = (
        "What was sent to your other systems, or is about to be. What was given up can be tried again here "
        "once the other side works."
    )
    list_display = ("fact", "state_shown", "sink", "lead_shown", "due_at", "attempt", "why")
    list_display_links = ("fact",)
    list_filter = ("state", "sink", ("verb", NewestValuesFilter), "backfill", "is_recorded_only")
    list_select_related = ("sink",)
    search_fields = ("key",)
    search_help_text = "The number of a run or lead, what happened, or the beginning of a key."
    ordering = ("-pk",)
    fields = ("fact", "sink", "lead_shown", "happened_at", "state_shown", "attempt", "due_at", "why", "sent")
    readonly_fields = fields
    inlines = (AttemptInline,)
    actions = ("retry_selected",)
    actions_detail = ("retry",)

    def searched(self, term: str) -> Q:
        if number_of(term) is not None:
            return numbered(term, "run", "lead")
        told = term.lower().replace(" ", ".", 1).replace(" ", "_")
        return Q(verb__in=[verb for verb in VERBS if told in verb]) | Q(key__startswith=term)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        name_leads(changelist.result_list)
        return changelist

    @display(description="Fact", ordering="verb")
    def fact(self, obj: Any) -> str:
        return said(obj.verb.replace(".", " "))

    @display(description="State", label=STATES, ordering="state")
    def state_shown(self, obj: Any) -> str:
        return str(obj.get_state_display())

    @display(description="Lead")
    def lead_shown(self, obj: Any) -> str:
        if not hasattr(obj, "lead_shown"):
            name_leads([obj])
        return str(obj.lead_shown)

    @display(description="Happened")
    def happened_at(self, obj: Any) -> str | None:
        return instant(obj.at)

    @display(description="Why", empty_value="—")
    def why(self, obj: Any) -> str | None:
        return "Kept here only: a simulated lead" if obj.is_recorded_only else obj.reason or None

    @display(description="What is sent")
    def sent(self, obj: Any) -> str | SafeString:
        if not obj.body:
            return "It is written when it is sent for the first time."
        return folded(obj.body)

    def summary(self, obj: Any) -> str | SafeString:
        tries = counted(obj.attempt, "attempt")
        state = {
            "waiting": f"It waits to be sent, after {tries}." if obj.attempt else "It waits to be sent.",
            "sending": "It is being sent now.",
            "sent": f"It was taken after {tries}.",
            "dead": f"It was given up after {tries}. {obj.reason}",
            "withdrawn": f"It was withdrawn. {obj.reason}",
        }[obj.state]
        return format_html("“{}”, told to {}. {}", self.fact(obj), link(obj.sink), state)

    @admin.action(description="Try those given up again", permissions=["act"])
    def retry_selected(self, request: HttpRequest, queryset: Any) -> None:
        count = delivering.retry_all(queryset, timezone.now(), actor_of(request))
        messages.success(request, f"{counted(count, 'delivery', 'deliveries')} will be tried again at once.")

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request) and Delivery.objects.filter(pk=object_id, state="dead").exists()

    @action(
        description="Try again…",
        permissions=["retry"],
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Try it again?",
            "description": "The same bytes are sent again at once. The receiver knows a repetition by its number.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Try again",
        },
    )
    def retry(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        delivering.retry_all(Delivery.objects.filter(pk=object_id), timezone.now(), actor_of(request))
        messages.success(request, "It will be tried again at once.")
        return leave_dialog(request, change_url(Delivery.objects.get(pk=object_id)))
