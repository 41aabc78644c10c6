"""Workflows: what new leads enter, what is being drafted, and who is on the way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from workflows import publishing
from workflows.admin import overview, picture
from workflows.admin.announcing import actor_of
from workflows.admin.base import change_url, leave_dialog, link
from workflows.admin.comparing import difference_url
from workflows.admin.grants import GrantInline
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.stage_changes import DRAFT, tell
from workflows.admin.version_pages import next_links
from workflows.admin.words import counted, said, who
from workflows.changes import Change
from workflows.granting import has_any
from workflows.models import Run, Workflow, WorkflowVersion

USED_BY: list[Any] = []
"""Filled from above: each tells, as a sentence, what still starts a workflow; empty when nothing does."""


MOST_ADVICE = 3


@admin.register(Workflow)
class WorkflowAdmin(Retiring):
    purpose = (
        "A workflow is the way of a lead from the form to the outcome. Leads follow the published version; "
        "a draft changes nothing until you publish it."
    )
    announced_as = "workflow"
    announced_related = ("grants",)
    inlines = (GrantInline,)
    fields = ("name", "slug")
    list_display = ("name", "published_version", "draft_state", "runs_under_way", "last_published")
    list_filter = (InUseFilter,)
    search_fields = ("name", "slug")
    actions_detail = ("start_draft", "publish_draft", "retire", "bring_back")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        drafts = WorkflowVersion.objects.filter(state=WorkflowVersion.State.DRAFT)
        under_way = Q(versions__runs__state=Run.State.ACTIVE)
        return (
            super()
            .get_queryset(request)
            .select_related("published")
            .annotate(under_way=Count("versions__runs", filter=under_way))
            .prefetch_related(Prefetch("versions", drafts, to_attr="drafts"))
        )

    @display(description="Published", label={"none yet": "warning"}, ordering="published__number")
    def published_version(self, obj: Any) -> str:
        return f"version {obj.published.number}" if obj.published else "none yet"

    @display(description="Draft", label="info", empty_value="—")
    def draft_state(self, obj: Any) -> str | None:
        return f"version {obj.drafts[0].number}" if obj.drafts else None

    @display(description="Runs under way", ordering="under_way")
    def runs_under_way(self, obj: Any) -> int:
        return int(obj.under_way)

    @display(description="Last published", ordering="published__published_at", empty_value="—")
    def last_published(self, obj: Any) -> Any:
        return obj.published.published_at if obj.published else None

    def summary(self, obj: Any) -> str | SafeString:
        draft = obj.draft
        parts = [_published_sentence(obj)]
        if draft:
            link = format_html('<a class="ord-link" href="{}">draft {}</a>', change_url(draft), draft.number)
            parts.append(format_html("A {} is being worked on.", link))
        running = Run.objects.under_way().filter(version__workflow=obj).count()
        parts.append(f"{counted(running, 'run')} under way.")
        if obj.retired_at:
            parts.append("It is retired: no form may start it.")
        return format_html_join(" ", "{}", ((part,) for part in parts))

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        versions = obj.versions.annotate(
            under_way=Count("runs", filter=Q(runs__state=Run.State.ACTIVE)), all_runs=Count("runs")
        ).order_by("-number")
        rows = [
            {
                "version": version,
                "url": change_url(version),
                "difference_url": difference_url(version),
                "author": who(version.published_by),
            }
            for version in versions
        ]
        context = {"rows": rows, "workflow": obj, "picture": _picture(obj, request)}
        return render_to_string("admin/ordinus/versions.html", context, request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            publishing.draft(obj, now=timezone.now(), actor=actor_of(request))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, f"“{obj}” is there, with an empty draft. Add its stages, then publish it.")
        return HttpResponseRedirect(change_url(obj.draft))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or has_any(request.user)

    def needed_by(self, obj: Any) -> str:
        return next((sentence for tell in USED_BY if (sentence := tell(obj))), "")

    def has_history(self, obj: Any) -> bool:
        return obj.published_id is not None

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        for version in obj.versions.all():
            version.delete()
        super().delete_model(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its unpublished draft goes with it, which the check for protected rows cannot know."""
        return [str(obj) for obj in objs], {"workflows": len(objs)}, set(), []

    def has_start_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        has_draft = WorkflowVersion.objects.filter(workflow=object_id, state="draft").exists()
        return not has_draft and self.has_change_permission(request)

    def has_publish_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        has_draft = WorkflowVersion.objects.filter(workflow=object_id, state="draft").exists()
        return has_draft and self.has_change_permission(request)

    @action(
        description="Start a draft…",
        permissions=["start_draft"],
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Start a draft?",
            "description": "It begins as a copy of the published version. Leads notice nothing of it until "
            "you publish it.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Start the draft",
        },
    )
    def start_draft(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        workflow = Workflow.objects.get(pk=object_id)
        with transaction.atomic():
            draft = publishing.draft(workflow, now=timezone.now(), actor=actor_of(request))
            tell(request, f"workflow:{workflow.slug}", Change(DRAFT, None, draft.number))
        return leave_dialog(request, change_url(draft))

    @action(
        description="Publish the draft…",
        permissions=["publish_draft"],
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Publish the draft?",
            "description": "New leads enter it from now on. Those already on the way finish on their version. Its "
            "page shows what changed and what will change.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Publish",
        },
    )
    def publish_draft(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        draft = WorkflowVersion.objects.get(workflow=object_id, state=WorkflowVersion.State.DRAFT)
        return leave_dialog(request, publish(request, draft))


def publish(request: HttpRequest, draft: WorkflowVersion) -> str:
    """Publish the draft or say what stands against it; gives the page to go to."""
    previous = draft.workflow.published
    advice = overview.advice_on(draft)
    try:
        with transaction.atomic():
            version = publishing.publish(draft, actor=actor_of(request), now=timezone.now())
    except publishing.NotPublishable as refused:
        count = counted(len(refused.problems), "thing keeps", "things keep")
        messages.error(
            request, f"Not published: {count} this draft from working. Each is told beside its stage."
        )
        return change_url(draft)
    text = "Version {} is published. New leads enter it from now on.{}{}"
    messages.success(request, format_html(text, version.number, next_links(version), _way_back(previous)))
    for each in advice[:MOST_ADVICE]:
        messages.warning(request, f"{each.text} {each.cure}")
    return change_url(version)


def _way_back(previous: WorkflowVersion | None) -> str | SafeString:
    if previous is None:
        return ""
    return format_html(" To go back, publish {} again.", link(previous, f"version {previous.number}"))


def _picture(workflow: Workflow, request: HttpRequest) -> str | SafeString:
    """What is published, with who waits where and what happened in the last days."""
    version = workflow.published
    if version is None:
        return ""
    flow = overview.flow_of(version, request, timezone.now())
    return picture.draw(version, counts=flow.waiting, traffic=flow.traffic)


def _published_sentence(workflow: Any) -> str | SafeString:
    version = workflow.published
    if version is None:
        return "Nothing is published yet: no lead can enter this workflow."
    link = format_html('<a class="ord-link" href="{}">version {}</a>', change_url(version), version.number)
    first = version.stages.order_by("position", "pk").first()
    enters = f", at the stage “{said(first.name)}”" if first else ""
    return format_html("New leads enter {}{}.", link, enters)
