"""Enquiries: each time somebody submitted a form, what they said, and where that led."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from bookings.admin import timeline
from bookings.admin.searching import leads_like
from bookings.models import Enquiry
from workflows.admin.base import ReadOnly, ReadOnlyInline, link
from workflows.admin.folding import folded
from workflows.admin.searching import numbered
from workflows.admin.words import said
from workflows.models import AuditEvent, Run

FINISHED = {"completed": "Finished", "superseded": "Superseded", "failed": "Stopped by a fault"}


def where_now(run: Run | None) -> str:
    """The stage a run is in, or how it ended, in words."""
    if run is None:
        return "Nowhere"
    if run.is_under_way:
        return f"In {said(run.stage).lower()}"
    return said(run.stage) if run.state == Run.State.COMPLETED else FINISHED[run.state]


def enquiry_details(enquiry: Enquiry) -> SafeString:
    """What was answered, looked up and known, each part under its heading, folded away."""
    labels = {question.name: question.label for question in enquiry.form.questions.all()}
    answers = {labels.get(name, name): value for name, value in enquiry.answers.items()}
    parts = {"Answers": answers, "Looked up": enquiry.enrichment, "CRM": enquiry.crm, "Came by": enquiry.utm}
    content = {title: part for title, part in parts.items() if part}
    text = '<details class="ord-fold"><summary>{}</summary>{}</details>'
    return format_html(text, f"{len(enquiry.answers)} answers", folded(content))


class EnquiryInline(ReadOnlyInline):
    """Each time the lead submitted a form."""

    model = Enquiry
    tab = True
    ordering = ("-submitted_at",)
    fields = ("submitted_at", "form", "workflow", "where", "answers_shown")
    readonly_fields = fields
    verbose_name_plural = "enquiries"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("form", "run__version__workflow")

    @display(description="Workflow")
    def workflow(self, obj: Any) -> str:
        return str(obj.run.version) if obj.run else "—"

    @display(description="Where")
    def where(self, obj: Any) -> str:
        return where_now(obj.run)

    @display(description="Answers and what was found out")
    def answers_shown(self, obj: Any) -> SafeString:
        return enquiry_details(obj)


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnly):
    purpose = "Each time somebody submitted a form: what they answered, and what was found out about them."
    list_display = ("lead", "form", "where", "came_by", "submitted_at")
    list_filter = ("form", "run__state", "run__version__workflow")
    list_select_related = ("lead", "form", "run__version__workflow")
    ordering = ("-pk",)
    search_fields = ("lead__name",)
    search_help_text = "A lead’s name or address, or the number of a run."
    fields = ("lead", "form", "workflow", "where", "submitted_at", "details")
    readonly_fields = fields

    def searched(self, term: str) -> Q:
        return Q(lead__in=leads_like(term)) | numbered(term, "run")

    @display(description="Where now", label=True)
    def where(self, obj: Any) -> str:
        return where_now(obj.run)

    @display(description="Workflow")
    def workflow(self, obj: Any) -> str:
        return str(obj.run.version) if obj.run else "—"

    @display(description="Came by", empty_value="—")
    def came_by(self, obj: Any) -> str | None:
        return obj.utm.get("utm_source") or obj.utm.get("source") or None

    @display(description="Answers and what was found out")
    def details(self, obj: Any) -> SafeString:
        return enquiry_details(obj)

    def summary(self, obj: Any) -> str | SafeString:
        return format_html("{} submitted “{}”. {}.", link(obj.lead), obj.form, where_now(obj.run))

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        events = AuditEvent.objects.filter(run=obj.run_id).order_by("-sequence")[: timeline.MOST_EVENTS]
        return timeline.render(request, "The path so far, newest first", events)
