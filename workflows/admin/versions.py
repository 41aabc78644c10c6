"""One version of a workflow: its stages as an overview, their order, and publishing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from workflows import publishing
from workflows.admin import comparing, overview, picture, stage_changes
from workflows.admin.announcing import actor_of
from workflows.admin.base import change_url, leave_dialog, link
from workflows.admin.moving import MovesRuns
from workflows.admin.version_pages import further_urls, next_links, pages_of
from workflows.admin.words import counted, kind_title, said, who
from workflows.admin.workflows import publish
from workflows.changes import Change
from workflows.granting import has_any
from workflows.models import Run, Stage, WorkflowVersion


class StageOrder(TabularInline):
    """The stages of a draft, to be put in order; each is edited on its own page."""

    model = Stage
    extra = 0
    tab = True
    fields = ("title", "kind_shown", "leads_to", "position")
    readonly_fields = ("title", "kind_shown", "leads_to")
    ordering = ("position", "pk")
    ordering_field = "position"
    hide_ordering_field = True
    hide_title = True
    verbose_name = "stage"
    verbose_name_plural = "order of stages"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Stage")
    def title(self, obj: Any) -> str | SafeString:
        return link(obj, said(obj.name))

    @display(description="What it does")
    def kind_shown(self, obj: Any) -> str:
        return kind_title(obj.kind)

    @display(description="Leads to")
    def leads_to(self, obj: Any) -> str:
        return ", ".join(dict.fromkeys(said(branch.to) for branch in obj.branches.all())) or "—"


@admin.register(WorkflowVersion)
class WorkflowVersionAdmin(MovesRuns):
    purpose = (
        "Every edition of every workflow. A published one never changes; leads finish on the version they "
        "began with."
    )
    fields = ("note",)
    list_display = ("title", "state_shown", "published_at", "author", "runs_under_way", "note")
    list_display_links = ("title",)
    list_filter = ("workflow", "state")
    search_fields = ("workflow__name", "note")
    list_select_related = ("workflow",)
    inlines = (StageOrder,)
    actions_detail = (
        "what_changed",
        "publish_it",
        "start_draft_from",
        "replace_draft",
        "publish_again",
        "move_runs",
    )

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(comparing.difference)
        difference = path("<path:object_id>/difference/", page, name="workflows_workflowversion_difference")
        return [difference, *further_urls(self.admin_site), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        under_way = Count("runs", filter=Q(runs__state=Run.State.ACTIVE))
        return super().get_queryset(request).annotate(under_way=under_way)

    @display(description="Version", ordering=("workflow__name"))
    def title(self, obj: Any) -> str:
        return str(obj)

    @display(description="State", label={"Draft": "warning", "Published": "success"}, ordering="state")
    def state_shown(self, obj: Any) -> str:
        return str(obj.get_state_display())

    @display(description="Published by", empty_value="—")
    def author(self, obj: Any) -> str | None:
        return who(obj.published_by) or None

    @display(description="Runs under way", ordering="under_way")
    def runs_under_way(self, obj: Any) -> int:
        return int(obj.under_way)

    def summary(self, obj: Any) -> str | SafeString:
        workflow = link(obj.workflow)
        if not obj.is_published:
            return format_html(
                "A draft of {}: nothing of it happens until it is published. Open a stage to change it.",
                workflow,
            )
        is_current = obj.workflow.published_id == obj.pk
        state = "New leads enter it." if is_current else "Another version has taken its place."
        counts = overview.counts_in_words(obj)
        text = "Version {} of {}, published and for good as it is. {} {}"
        return format_html(text, obj.number, workflow, state, counts)

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        problems, advice = overview.problems_of(obj), overview.advice_on(obj)
        flow = overview.flow_of(obj, request, timezone.now())
        bad = [problem.stage for problem in problems if problem.stage]
        context = {
            "version": obj,
            "picture": picture.draw(obj, counts=flow.waiting, traffic=flow.traffic, bad=bad),
            "periods": overview.periods(flow.days) if obj.is_published else [],
            "has_traffic": flow.traffic is not None,
            "cards": overview.cards_of(obj, problems, flow, advice),
            "general_problems": [problem for problem in problems if problem.stage is None],
            "problem_count": counted(len(problems), "thing keeps", "things keep"),
            "has_problems": bool(problems),
            "problem_places": overview.places_of(problems),
            "advice_places": overview.places_of(advice),
            "advice_count": counted(len(advice), "thing looks", "things look") if advice else "",
            "can_edit": self.has_change_permission(request, obj),
            "add_url": reverse("admin:workflows_stage_add") + f"?version={obj.pk}",
            "pages": pages_of(obj, request),
        }
        return render_to_string("admin/ordinus/overview.html", context, request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or has_any(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_published)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if obj is None or obj.is_published else self.inlines

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        stages = [
            f"Stage “{said(name)}”"
            for name in Stage.objects.filter(version__in=objs).values_list("name", flat=True)
        ]
        return [*(str(obj) for obj in objs), stages], {"drafts": len(objs), "stages": len(stages)}, set(), []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = stage_changes.order_of(form.instance)
        super().save_related(request, form, formsets, change)
        stage_changes.tell_order(request, form.instance, before)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        gone = Change(stage_changes.DRAFT, obj.number, None)
        stage_changes.tell(request, f"workflow:{obj.workflow.slug}", gone)
        super().delete_model(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, f"The draft {obj_display} is gone. What is published stays as it is.")
        return HttpResponseRedirect(reverse("admin:workflows_workflow_changelist"))

    def has_publish_it_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        version = WorkflowVersion.objects.filter(pk=object_id).first()
        return version is not None and self.has_change_permission(request, version)

    @action(
        description="Publish…",
        permissions=["publish_it"],
        variant=ActionVariant.PRIMARY,
        url_path="publish",
        dialog={
            "title": "Publish this draft?",
            "description": "New leads enter it from now on. Those already on the way finish on their version. "
            "What is published cannot be changed, only replaced by a newer version.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Publish",
        },
    )
    def publish_it(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        return leave_dialog(request, publish(request, WorkflowVersion.objects.get(pk=object_id)))

    def has_what_changed_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        version = self._version(object_id)
        return version is not None and version.workflow.versions.count() > 1

    @action(description="What changed", permissions=["what_changed"], icon="difference")
    def what_changed(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        return HttpResponseRedirect(comparing.difference_url(WorkflowVersion.objects.get(pk=object_id)))

    def has_start_draft_from_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_copy(request, object_id, has_draft=False)

    def has_replace_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_copy(request, object_id, has_draft=True)

    def has_publish_again_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        version = self._version(object_id)
        is_earlier = (
            version is not None and version.is_published and version.workflow.published_id != version.pk
        )
        return is_earlier and super().has_change_permission(request)

    def _version(self, object_id: Any) -> WorkflowVersion | None:
        return WorkflowVersion.objects.select_related("workflow").filter(pk=object_id).first()

    def _may_copy(self, request: HttpRequest, object_id: Any, *, has_draft: bool) -> bool:
        version = self._version(object_id)
        if version is None or not version.is_published or not super().has_change_permission(request):
            return False
        return (version.workflow.draft is not None) == has_draft

    @action(
        description="Start a draft from this version…",
        permissions=["start_draft_from"],
        dialog={
            "title": "Start a draft from this version?",
            "description": "The draft begins as a copy of it. Leads notice nothing until you publish the draft.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Start the draft",
        },
    )
    def start_draft_from(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        return self._copy(request, object_id)

    @action(
        description="Replace the draft by this version…",
        permissions=["replace_draft"],
        variant=ActionVariant.DANGER,
        dialog={
            "title": "Throw the present draft away?",
            "description": "A workflow has one draft. What was changed in the present one is lost; it becomes a "
            "copy of this version. Leads notice nothing until you publish it.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Replace the draft",
        },
    )
    def replace_draft(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        return self._copy(request, object_id)

    def _copy(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        version = WorkflowVersion.objects.get(pk=object_id)
        draft = publishing.draft_from(version, now=timezone.now(), actor=actor_of(request))
        messages.success(request, f"The draft is now as version {version.number} is.")
        return leave_dialog(request, change_url(draft))

    @action(
        description="Publish this version again…",
        permissions=["publish_again"],
        variant=ActionVariant.DANGER,
        dialog={
            "title": "Publish this version again?",
            "description": "New leads enter it from now on, with the segments as it froze them. Leads on the way "
            "finish on their version. You can go back the same way.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Publish it again",
        },
    )
    def publish_again(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        version = WorkflowVersion.objects.get(pk=object_id)
        try:
            publishing.publish_again(version, actor=actor_of(request), now=timezone.now())
        except publishing.NotPublishable as refused:
            told = " ".join(f"{problem.text} {problem.cure}" for problem in refused.problems[:5])
            messages.error(
                request, f"Not published: version {version.number} would not work any more. {told}"
            )
        else:
            text = "New leads enter version {} again.{}"
            messages.success(request, format_html(text, version.number, next_links(version)))
        return leave_dialog(request, change_url(version))
