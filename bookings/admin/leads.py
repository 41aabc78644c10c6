"""Leads: where each is now, and the path that led there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from bookings.admin import story
from bookings.admin.enquiries import where_now
from bookings.admin.erasure import Erasure
from bookings.admin.reports.behind import BehindFilter
from bookings.core import wording
from bookings.models import Booking, BookingForm, Enquiry, Lead, LeadTag
from routing.models import Pool, Segment
from workflows.admin.base import link
from workflows.admin.filters import newest_values
from workflows.admin.words import LEAD_LINKS, instant, said
from workflows.models import AuditEvent, Run


class WhereFilter(admin.SimpleListFilter):
    """By the stage of runs under way, as the stages of published workflows are called."""

    title = "where they are"
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        stages = Run.objects.under_way().order_by("stage").values_list("stage", flat=True).distinct()
        return [(stage, f"In {said(stage).lower()}") for stage in stages]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        stage = self.value()
        if not stage:
            return queryset
        return queryset.filter(pk__in=Run.objects.waiting_in(stage).values("lead"))


class FormFilter(admin.SimpleListFilter):
    """By a form they submitted. Among leads, not among leads joined with enquiries, which would all be sorted."""

    title = "form"
    parameter_name = "form"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (str(pk), name) for pk, name in BookingForm.objects.order_by("name").values_list("pk", "name")
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        value = self.value() or ""
        if not value.isdecimal():
            return queryset
        return queryset.filter(pk__in=Enquiry.objects.filter(form=int(value)).order_by().values("lead"))


class TagFilter(admin.SimpleListFilter):
    """By a tag they bear."""

    title = "tag"
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(tag, said(tag)) for tag in newest_values(LeadTag, "tag")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        tag = self.value()
        tagged = LeadTag.objects.filter(tag=tag).order_by().values("lead")
        return queryset.filter(pk__in=tagged) if tag else queryset


class TroubleFilter(admin.SimpleListFilter):
    """Leads that somebody should look after."""

    title = "needs somebody"
    parameter_name = "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unroutable", "No rep could take them (7 days)"), ("failed", "Stopped by a fault")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "unroutable":
            return queryset.filter(pk__in=unroutable_leads(timezone.now()))
        if self.value() == "failed":
            failed = Run.objects.filter(state=Run.State.FAILED).values("lead")
            return queryset.filter(pk__in=failed)
        return queryset


def unroutable_leads(now: datetime) -> models.QuerySet[Any]:
    """Numbers of leads whom no pool could take within the last seven days."""
    decided = AuditEvent.objects.filter(verb="routing.decided", at__gte=now - timedelta(days=7))
    return decided.filter(data__outcome="unroutable").values("lead")


@admin.register(Lead)
class LeadAdmin(Erasure):
    purpose = "Everybody who asked for a meeting, where they are now, and the whole path that led there."
    list_display = ("person", "where", "segment", "pool", "rep", "meeting_at", "first_seen_at")
    list_display_links = ("person",)
    list_filter = (BehindFilter, WhereFilter, TroubleFilter, FormFilter, TagFilter, "is_synthetic")
    search_fields = ("name", "email")
    fields = ("person_name", "address", "time_zone_shown", "language", "first_seen_at", "kind")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        latest = Enquiry.objects.filter(lead=OuterRef("pk")).order_by("-submitted_at", "-pk")
        meeting = Booking.objects.filter(lead=OuterRef("pk")).order_by("-start_at")
        return (
            super()
            .get_queryset(request)
            .annotate(
                latest_enquiry=Subquery(latest.values("pk")[:1]),
                latest_booking=Subquery(meeting.values("pk")[:1]),
            )
        )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        gather(changelist.result_list)
        for each in changelist.filter_specs:
            if isinstance(each, BehindFilter) and each.lookup_choices:
                changelist.title = changelist.behind = each.lookup_choices[0][1]
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Without what the list tells of each: the story knows it better."""
        return Lead.objects.filter(pk=object_id).first() if object_id.isdecimal() else None

    @display(description="Lead", header=True, ordering="email")
    def person(self, obj: Any) -> tuple[str, str]:
        return (obj.name, obj.email) if obj.name else (str(obj), "")

    @display(
        description="Where now",
        label={"Nowhere": "default", "Superseded": "default", "Stopped by a fault": "danger", "Won": "success",
               "Lost": "warning"},
    )  # fmt: skip
    def where(self, obj: Any) -> str:
        return where_now(obj.run_now)

    @display(description="Segment", empty_value="—")
    def segment(self, obj: Any) -> str | None:
        return obj.segment_now

    @display(description="Pool", empty_value="—")
    def pool(self, obj: Any) -> str | None:
        return obj.pool_now

    @display(description="Rep", empty_value="—")
    def rep(self, obj: Any) -> str | None:
        return obj.booking_now.rep.name if obj.booking_now else None

    @display(description="Meeting", ordering="latest_booking", empty_value="—")
    def meeting_at(self, obj: Any) -> str | None:
        return instant(obj.booking_now.start_at) if obj.booking_now else None

    @display(description="Name", empty_value="—")
    def person_name(self, obj: Any) -> str | None:
        return obj.name or None

    @display(description="E-mail")
    def address(self, obj: Any) -> str:
        return str(obj.email)

    @display(description="Time zone")
    def time_zone_shown(self, obj: Any) -> str:
        return wording.city(obj.time_zone) if obj.time_zone else "—"

    @display(description="Kind")
    def kind(self, obj: Any) -> str:
        return "Made by simulation; nothing leaves for real" if obj.is_synthetic else "A real person"

    def _told(self, lead: Lead, run: Run | None) -> str | SafeString:
        """Who it is and where they are, above the story."""
        if lead.erased_at:
            return "This person was erased: who it was is gone for good, what was done stays on record."
        if run is None:
            return format_html("{}, {}. No enquiry yet.", lead, lead.email)
        since = wording.relative(timezone.now(), run.finished_at or run.entered_at)
        flow = run.version.workflow
        if run.is_under_way:
            state = format_html("waiting in “{}”, entered {}", said(run.stage).lower(), since)
        else:
            state = format_html("ended in “{}” {}", said(run.stage).lower(), since)
        who = f"{lead.name}, {lead.email}" if lead.name else lead.email
        return format_html("{} · in {}, {}.", who, link(flow), state)

    def get_urls(self) -> list[URLPattern]:
        way = path("<int:pk>/way/<int:run>/", self.admin_site.admin_view(self.way), name="bookings_lead_way")
        return [way, *super().get_urls()]

    def way(self, request: HttpRequest, pk: int, run: int) -> HttpResponse:
        """The picture of the way that one run took: a part of the lead's page, which asks for it once it is there."""
        lead = self.get_object(request, str(pk))
        if not self.has_view_permission(request, lead):
            raise PermissionDenied
        taken = get_object_or_404(Run.objects.select_related("version__workflow"), pk=run, lead=pk)
        context = {"picture": story.way_of(taken), "lead": lead}
        if request.headers.get("HX-Request"):
            return HttpResponse(context["picture"])
        context |= {**self.admin_site.each_context(request), "title": "The way it took", "opts": self.opts}
        return TemplateResponse(request, "admin/ordinus/way.html", context)

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """A lead's page is its story; there is no form to fill in."""
        lead = self.get_object(request, unquote(object_id or ""))
        if object_id is None or request.method == "POST" or not self.has_view_permission(request, lead):
            raise PermissionDenied
        if lead is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        enquiries = story.enquiries_of(lead)
        context = {
            **self.admin_site.each_context(request),
            "title": f"View {self.opts.verbose_name}",
            "subtitle": str(lead),
            "opts": self.opts,
            "original": lead,
            "object_id": object_id,
            "media": self.media,
            "change": True,
            "has_view_permission": True,
            "summary": self._told(lead, enquiries[0].run if enquiries else None),
            "about": self._about(lead),
            **story.context_of(request, lead, enquiries),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/ordinus/story.html", context)

    def _about(self, lead: Any) -> list[tuple[str, Any]]:
        tags = ", ".join(said(tag) for tag in lead.tags.order_by("tag").values_list("tag", flat=True))
        rows = [
            ("Name", self.person_name(lead)), ("E-mail", self.address(lead)), ("Tags", tags),
            ("Time zone", self.time_zone_shown(lead)), ("Language", lead.language),
            ("First seen", instant(lead.first_seen_at)), ("Kind", self.kind(lead)),
        ]  # fmt: skip
        return [(name, value or "—") for name, value in rows]


def gather(leads: Iterable[Any]) -> None:
    """Gives each lead its latest run, booking, segment and pool; four queries for any number of leads."""
    leads = list(leads)
    enquiries = Enquiry.objects.select_related("run__version__workflow").in_bulk(
        {lead.latest_enquiry for lead in leads}
    )
    bookings = Booking.objects.select_related("rep").in_bulk({lead.latest_booking for lead in leads})
    segments = dict(Segment.objects.values_list("slug", "name"))
    pools = dict(Pool.objects.values_list("slug", "name"))
    for lead in leads:
        enquiry = enquiries.get(lead.latest_enquiry)
        lead.run_now = enquiry.run if enquiry else None
        carried: dict[str, Any] = lead.run_now.carried if lead.run_now else {}
        segment, pool = carried.get("segment") or "", carried.get("pool") or ""
        lead.booking_now = bookings.get(lead.latest_booking)
        lead.segment_now = segments.get(segment, said(segment)) or None
        lead.pool_now = pools.get(pool, said(pool)) or None


def lead_links(numbers: set[int]) -> dict[int, str]:
    """Links to leads by their numbers, for pages that know no more of them."""
    return {pk: link(lead) for pk, lead in Lead.objects.in_bulk(numbers).items()}


LEAD_LINKS.append(lead_links)
