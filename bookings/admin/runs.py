"""Runs and the audit: what happened on every lead's way, in sentences, and unchangeable."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from bookings.admin import timeline
from bookings.admin.audit_lists import RunNumberFilter, VerbFilter, searched
from bookings.admin.enquiries import where_now
from bookings.admin.names import load_names
from bookings.admin.searching import leads_like
from bookings.core import wording
from bookings.story import actor_name, detail_of, tell
from workflows.admin.base import ReadOnly, link, list_url
from workflows.admin.filters import NewestValuesFilter
from workflows.admin.folding import folded
from workflows.admin.moving import RunsToMove
from workflows.admin.searching import numbered
from workflows.admin.words import instant, name_leads, said
from workflows.models import AuditEvent, Evidence, Run, Timer


@admin.register(Run)
class RunAdmin(RunsToMove):
    purpose = (
        "Each enquiry's way through one version of a workflow: where it is, since when, and how it got there."
    )
    list_display = ("lead_shown", "state_shown", "where", "version", "entered_at", "started_at")
    list_display_links = ("state_shown",)
    list_filter = ("state", "version__workflow", ("stage", NewestValuesFilter), "is_synthetic")
    list_select_related = ("version__workflow",)
    ordering = ("-pk",)
    search_fields = ("lead",)
    search_help_text = "A lead’s name or address, or the number of a run or lead."
    fields = (
        "lead_shown",
        "version",
        "state_shown",
        "where",
        "started_at",
        "entered_at",
        "finished_at",
        "known",
    )
    readonly_fields = fields

    def searched(self, term: str) -> Q:
        return Q(lead__in=leads_like(term)) | numbered(term, "pk", "lead")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        name_leads(changelist.result_list)
        return changelist

    @display(description="Lead")
    def lead_shown(self, obj: Any) -> str:
        if not hasattr(obj, "lead_shown"):
            name_leads([obj])
        return str(obj.lead_shown)

    @display(
        description="State",
        label={"Under way": "info", "Completed": "success", "Stopped by a fault": "danger"},
        ordering="state",
    )
    def state_shown(self, obj: Any) -> str:
        return str(obj.get_state_display())

    @display(description="Where now", ordering="stage")
    def where(self, obj: Any) -> str:
        return where_now(obj)

    @display(description="Known by now")
    def known(self, obj: Any) -> str | SafeString:
        facts = {name: value for name, value in obj.carried.items() if not name.startswith("_")}
        return folded(facts) if facts else "—"

    def summary(self, obj: Any) -> str | SafeString:
        name_leads([obj])
        entered = wording.relative(timezone.now(), obj.entered_at)
        return format_html(
            "{} in {}: {}, entered {}.", obj.lead_shown, link(obj.version), where_now(obj).lower(), entered
        )

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        events = AuditEvent.objects.filter(run=obj.pk).order_by("-sequence")[: timeline.MOST_EVENTS]
        url = list_url(Timer, f"run__id__exact={obj.pk}")
        plan = format_html(
            '<p class="ord-links"><a class="ord-link" href="{}">What is planned for it</a></p>', url
        )
        return plan + timeline.render(request, "What happened, newest first", events)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    purpose = (
        "Everything that ever happened, in the order it happened. Nobody can change or remove an entry: each "
        "carries the seal of the one before it."
    )
    list_display = ("moment", "sentence", "lead_shown", "who", "stage_shown", "number")
    list_display_links = ("sentence",)
    list_filter = (RunNumberFilter, VerbFilter)
    search_fields = ("run",)
    search_help_text = "The number of a run, lead or booking, a lead’s name or address, or what happened."
    ordering = ("-id",)
    paginator = InfinitePaginator
    show_full_result_count = False
    fields = (
        "moment",
        "sentence",
        "lead_shown",
        "who",
        "stage_shown",
        "number",
        "details",
        "evidence",
        "seal",
    )
    readonly_fields = fields

    def searched(self, term: str) -> Q:
        return searched(term)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        self._tell(changelist.result_list)
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        event = super().get_object(request, object_id, from_field)
        self._tell([event] if event else [])
        return event

    def _tell(self, events: Any) -> None:
        names = load_names(timezone.get_current_timezone_name())
        name_leads(events)
        for event in events:
            event.sentence_told = tell(event, names)
            event.actor_told = actor_name(event.actor, names)
            event.details_told = detail_of(event, names)

    @display(description="When", ordering="id")
    def moment(self, obj: Any) -> str | None:
        return instant(obj.at)

    @display(description="What happened", ordering="verb")
    def sentence(self, obj: Any) -> str:
        return str(obj.sentence_told)

    @display(description="Lead")
    def lead_shown(self, obj: Any) -> str:
        return str(obj.lead_shown)

    @display(description="By", ordering="actor")
    def who(self, obj: Any) -> str:
        return str(obj.actor_told)

    @display(description="Stage", empty_value="—")
    def stage_shown(self, obj: Any) -> str | None:
        return said(obj.stage) or None

    @display(description="Number", ordering="run")
    def number(self, obj: Any) -> str:
        return f"{obj.run}, {obj.sequence}" if obj.run else f"configuration, {obj.sequence}"

    @display(description="Details")
    def details(self, obj: Any) -> str | SafeString:
        return folded(obj.details_told) if obj.details_told else "—"

    @display(description="What it was based on")
    def evidence(self, obj: Any) -> str | SafeString:
        if not obj.evidence_hash:
            return "—"
        kept = Evidence.objects.filter(run=obj.run, sequence=obj.sequence).first()
        return folded(kept.content) if kept else "Erased. Its seal stays, and still fits the chain."

    @display(description="Seal")
    def seal(self, obj: Any) -> str:
        return str(obj.hash)

    def summary(self, obj: Any) -> str | SafeString:
        return format_html(
            "{} {}", obj.sentence_told, wording.moment(obj.at, timezone.get_current_timezone_name())
        )
