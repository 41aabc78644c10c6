"""Bookings: every meeting, its state, its plan of reminders, and what staff can do with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from bookings.admin import plans, timeline
from bookings.admin.booking_actions import BookingActions
from bookings.admin.searching import leads_like, reps_like
from bookings.admin.transfers import Transfers
from bookings.core import wording
from bookings.models import AttendanceSignal, Booking, Message
from bookings.reporting import health
from workflows.admin.base import ReadOnlyInline, link
from workflows.admin.searching import numbered
from workflows.admin.words import instant, said
from workflows.models import AuditEvent

STATES = {"Confirmed": "info", "Cancelled": "default", "Attended": "success", "No-show": "warning"}


def day_bounds(now: datetime) -> tuple[datetime, datetime]:
    """The viewer's today: from midnight to midnight, in the zone that is active."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=1, hours=2)).replace(hour=0)
    return start, end


def unmarked(now: datetime) -> models.QuerySet[Booking]:
    """Meetings that are over and whose outcome the rep is still asked for."""
    return health.unmarked(Booking.objects.all(), now)


class WhenFilter(admin.SimpleListFilter):
    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("today", "Today"), ("ahead", "Ahead"), ("past", "Past"), ("unmarked", "Outcome missing")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        now = timezone.now()
        start, end = day_bounds(now)
        if self.value() == "today":
            return queryset.filter(start_at__gte=start, start_at__lt=end)
        if self.value() == "ahead":
            return queryset.filter(start_at__gt=now)
        if self.value() == "past":
            return queryset.filter(start_at__lte=now)
        return queryset.filter(pk__in=unmarked(now).values("pk")) if self.value() == "unmarked" else queryset


class SignalInline(ReadOnlyInline):
    model = AttendanceSignal
    tab = True
    fields = ("party", "signal", "source_shown", "at", "recorded_at")
    readonly_fields = fields
    verbose_name_plural = "who came"

    @display(description="Told by")
    def source_shown(self, obj: Any) -> str:
        return said(obj.source)


class MessageInline(ReadOnlyInline):
    model = Message
    tab = True
    fields = ("subject_link", "audience", "state", "due_at", "settled_at")
    readonly_fields = fields
    verbose_name_plural = "mails"

    @display(description="Mail")
    def subject_link(self, obj: Any) -> str | SafeString:
        return link(obj, obj.subject or obj.get_kind_display())


@admin.register(Booking)
class BookingAdmin(Transfers, BookingActions):
    purpose = "Every meeting that was ever booked. Open one to move it, give it to another rep, or mark its outcome."
    list_display = ("day_and_time", "lead", "status_shown", "rep", "pool", "meeting_type", "outcome_shown")
    list_display_links = ("day_and_time",)
    list_filter = (WhenFilter, "status", "rep", "pool", "meeting_type", "outcome")
    list_select_related = ("lead", "rep", "pool", "meeting_type")
    search_fields = ("lead__name",)
    search_help_text = "The name or address of a lead or rep, or the number of a booking."
    date_hierarchy = None
    fields = (
        "when", "lead_link", "guest_zone", "rep_link", "pool_link", "meeting_type", "status_shown", "outcome_shown",
        "outcome_notes", "cancel_reason", "made_at", "run_link",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (MessageInline, SignalInline)

    def searched(self, term: str) -> Q:
        return Q(lead__in=leads_like(term)) | Q(rep__in=reps_like(term)) | numbered(term, "pk")

    @display(description="When", ordering="start_at")
    def day_and_time(self, obj: Any) -> str:
        start, end = timezone.localtime(obj.start_at), timezone.localtime(obj.end_at)
        return f"{start:%a} {instant(obj.start_at)}–{end:%H:%M}"

    @display(description="State", label=STATES, ordering="status")
    def status_shown(self, obj: Any) -> str:
        return str(obj.get_status_display())

    @display(description="Outcome", ordering="outcome", empty_value="—")
    def outcome_shown(self, obj: Any) -> str | None:
        return said(obj.outcome) or None

    @display(description="When")
    def when(self, obj: Any) -> str:
        return wording.span(obj.start_at, obj.end_at, timezone.get_current_timezone_name())

    @display(description="For the guest")
    def guest_zone(self, obj: Any) -> str:
        return wording.span(obj.start_at, obj.end_at, obj.time_zone or "UTC")

    @display(description="Lead")
    def lead_link(self, obj: Any) -> str | SafeString:
        return link(obj.lead)

    @display(description="Rep")
    def rep_link(self, obj: Any) -> str | SafeString:
        return link(obj.rep)

    @display(description="Pool")
    def pool_link(self, obj: Any) -> str | SafeString:
        return link(obj.pool)

    @display(description="Way of the lead")
    def run_link(self, obj: Any) -> str | SafeString:
        run = obj.enquiry.run
        return link(run, f"{run.version}, now in {said(run.stage).lower()}") if run else "—"

    def summary(self, obj: Any) -> str | SafeString:
        now = timezone.now()
        relative = wording.relative(now, obj.start_at)
        state = {
            Booking.Status.CONFIRMED: f"It begins {relative}."
            if obj.start_at > now
            else f"It began {relative}.",
            Booking.Status.CANCELLED: "It was cancelled.",
            Booking.Status.ATTENDED: "The guest was there.",
            Booking.Status.NO_SHOW: "The guest did not come.",
        }[obj.status]
        outcome = f" Outcome: {said(obj.outcome).lower()}." if obj.outcome else ""
        return format_html(
            "{} of {} with {}. {}{}", obj.meeting_type, link(obj.lead), link(obj.rep), state, outcome
        )

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        plan = render_to_string("admin/ordinus/plan.html", {"rows": plans.rows_of(obj)}, request)
        events = AuditEvent.objects.filter(run=obj.run_id, booking=obj.pk).order_by("-sequence")
        return plan + timeline.render(request, "What happened, newest first", events, in_tab=True)
