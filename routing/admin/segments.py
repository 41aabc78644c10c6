"""Segments: which kind of lead it is, by conditions on what is known, and where it goes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.views import ChangeList

from routing.admin.pools import offer
from routing.models import Pool, Segment, SegmentCondition
from workflows.admin import usage
from workflows.admin.base import link
from workflows.admin.conditions import ConditionInline, group_words, groups_of
from workflows.admin.known import never_asked
from workflows.admin.retiring import InUseFilter, Retiring


class SegmentConditions(ConditionInline):
    model = SegmentCondition


class SegmentList(ChangeList):
    """The segments, each with the stages that try it."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        users = usage.users_of("segment")
        for segment in self.result_list:
            segment.stages = users.get(segment.slug, [])


@admin.register(Segment)
class SegmentAdmin(Retiring):
    purpose = (
        "Segments tell leads apart. They are tried by rank, and the first whose conditions hold wins. A new one "
        "is tried once a workflow's qualification stage lists it; a new or changed one reaches new leads when that "
        "workflow is published again."
    )
    announced_as = "segment"
    helps = {"name": "What your people call these leads."}
    announced_related = ("conditions",)
    suggests_facts = True
    list_display = ("rank", "name", "verdict", "pool", "conditions_shown", "tried_in")
    list_display_links = ("name",)
    list_filter = (InUseFilter, "is_qualified", "pool")
    list_select_related = ("pool",)
    search_fields = ("name", "slug", "conditions__fact")
    ordering = ("rank", "slug")
    inlines = (SegmentConditions,)
    fields = ("name", "slug", "rank", "is_qualified", "pool")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("conditions")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        offer(form, "pool", Pool.objects.filter(retired_at__isnull=True), obj.pool_id if obj else None)
        return form

    @display(
        description="Verdict",
        label={"Qualified": "success", "Disqualified": "warning"},
        ordering="is_qualified",
    )
    def verdict(self, obj: Any) -> str:
        return "Qualified" if obj.is_qualified else "Disqualified"

    @display(description="If")
    def conditions_shown(self, obj: Any) -> str:
        return ", or if ".join(group_words(groups_of(obj.conditions.all()))) or "always"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SegmentList

    @display(description="Tried in")
    def tried_in(self, obj: Any) -> str:
        published = [stage.version.workflow for stage in obj.stages if stage.version.is_published]
        drafts = [stage.version for stage in obj.stages if not stage.version.is_published]
        names = [str(each) for each in dict.fromkeys(published)]
        names += [f"{each} (draft)" for each in dict.fromkeys(drafts) if each.workflow not in published]
        return ", ".join(names) or "no workflow yet"

    def next_step(self, obj: Any) -> str | SafeString:
        return "" if obj.retired_at else usage.asked_for_by("segment", obj.slug)

    def summary(self, obj: Any) -> str | SafeString:
        if obj.retired_at:
            return "Retired: workflows published from now on cannot use it."
        words = ", or if ".join(group_words(groups_of(obj.conditions.all())))
        condition = f"if {words}" if words else "always, since it has no conditions"
        where = format_html("goes to {}", link(obj.pool)) if obj.pool else "is turned down"
        groups = groups_of(obj.conditions.all())
        slips = [f"No form asks “{fact}”. {cure}" for fact, cure in never_asked(groups)]
        note = "Published workflows keep the conditions they were published with."
        return format_html("A lead belongs here {}, and {}. {} {}", condition, where, note, " ".join(slips))

    def needed_by(self, obj: Any) -> str:
        return usage.needed_sentence("segment", obj.slug)

    def has_history(self, obj: Any) -> bool:
        return bool(self.needed_by(obj))
