"""A branch: on which outcome, to which stage, and only under which conditions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from workflows import publishing
from workflows.admin.announcing import actor_of
from workflows.admin.base import OrdinusAdmin, change_url, leave_dialog, link
from workflows.admin.branch_forms import BranchForm
from workflows.admin.conditions import ConditionInline, group_words, groups_of
from workflows.admin.editing import BRANCH_FIELDS, announce_branch, history, label_of, lock, told
from workflows.admin.stage_changes import DRAFT, labels_of_branch, tell
from workflows.admin.words import said
from workflows.changes import Change, announce_changes, differences
from workflows.granting import has_any, may_edit
from workflows.models import Branch, BranchCondition, Stage

SHOWN = ("outcome_shown", "target_shown", "conditions_shown")


class BranchConditions(ConditionInline):
    """Whoever may edit the branch may edit its conditions."""

    model = BranchCondition

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and may_edit(request.user, obj) and not obj.stage.version.is_published

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Branch)
class BranchAdmin(OrdinusAdmin):
    purpose = "A branch leads from a stage to the next one. Only those of a draft can be changed."
    form = BranchForm
    fields = ("outcome", "to", "seen")
    list_display = ("title", "stage_shown", "conditions_shown")
    list_display_links = ("title",)
    list_filter = ("stage__version__workflow",)
    list_select_related = ("stage__version__workflow",)
    inlines = (BranchConditions,)
    suggests_facts = True
    actions_detail = ("edit_in_draft",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Branches are reached from their stage; alone in a menu they would mean nothing."""
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("conditions")

    @display(description="Branch", ordering="outcome")
    def title(self, obj: Any) -> str:
        return f"{said(obj.outcome)} → {said(obj.to)}"

    @display(description="Of the stage")
    def stage_shown(self, obj: Any) -> str:
        return f"{said(obj.stage.name)}, {obj.stage.version}"

    @display(description="Only if")
    def conditions_shown(self, obj: Any) -> str:
        return ", or if ".join(group_words(groups_of(obj.conditions.all()))) or "always"

    def summary(self, obj: Any) -> str | SafeString:
        words = ", or if ".join(group_words(groups_of(obj.conditions.all())))
        condition = f", if {words}" if words else ""
        text = "When {} ends in “{}”, the lead goes on to “{}”{}. Of several branches for the same outcome the first "
        text += "whose conditions hold is taken; the last must have none."
        stage = link(obj.stage, f"“{said(obj.stage.name)}”")
        return format_html(text, stage, said(obj.outcome), said(obj.to), condition)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or has_any(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return not obj.stage.version.is_published and may_edit(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not obj.stage.version.is_published)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = type("BranchForm", (BranchForm,), {"stage": obj.stage if obj else None})
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        can_edit = obj is not None and self.has_change_permission(request, obj)
        return [(None, {"fields": ("outcome", "to", "seen") if can_edit else SHOWN})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        can_edit = obj is not None and self.has_change_permission(request, obj)
        return () if can_edit else SHOWN

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        can_edit = obj is not None and self.has_change_permission(request, obj)
        return self.inlines if can_edit else ()

    @display(description="On the outcome")
    def outcome_shown(self, obj: Any) -> str:
        return said(obj.outcome)

    @display(description="Leads to")
    def target_shown(self, obj: Any) -> str | SafeString:
        target = Stage.objects.filter(version=obj.stage.version_id, name=obj.to).first()
        return link(target, said(obj.to)) if target else f"{said(obj.to)} (no such stage)"

    def _changeform_view(
        self, request: HttpRequest, object_id: Any, form_url: Any, extra_context: Any
    ) -> Any:
        """One after the other: the form is held against what is there once the draft is ours."""
        branch = self.get_object(request, object_id) if request.method == "POST" else None
        if branch is not None:
            lock(branch.stage.version)
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A branch that changes its outcome goes to the end of those of the new one."""
        before = Branch.objects.select_related("stage__version__workflow").get(pk=obj.pk)
        form.told_before = label_of(before), told(before)
        if "outcome" in form.changed_data:
            taken = Branch.objects.filter(stage=obj.stage, outcome=obj.outcome).exclude(pk=obj.pk)
            obj.position = (taken.aggregate(highest=models.Max("position"))["highest"] or 0) + 1
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        branch = Branch.objects.get(pk=form.instance.pk)
        label, before = form.told_before
        announce_branch(request, label, before, branch)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            gone = differences(told(obj), {})
            announce_changes(label_of(obj), gone, actor=actor_of(request), at=timezone.now())
            super().delete_model(request, obj)

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        return render_to_string(
            "admin/ordinus/changes.html", {"rows": history(labels_of_branch(obj), BRANCH_FIELDS)}, request
        )

    def has_edit_in_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        branch = self.get_queryset(request).filter(pk=object_id).first()
        return branch is not None and branch.stage.version.is_published and may_edit(request.user, branch)

    @action(
        description="Change it in a draft…",
        permissions=["edit_in_draft"],
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Change this branch in a draft?",
            "description": "What is published stays as it is. The branch opens in the draft of the workflow, which "
            "is started if there is none. Leads notice nothing until the draft is published.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Open it in the draft",
        },
    )
    def edit_in_draft(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        branch = Branch.objects.select_related("stage__version__workflow").get(pk=object_id)
        workflow = branch.stage.version.workflow
        with transaction.atomic():
            is_new = workflow.draft is None
            draft = publishing.draft(workflow, now=timezone.now(), actor=actor_of(request))
            if is_new:
                tell(request, f"workflow:{workflow.slug}", Change(DRAFT, None, draft.number))
        same = Branch.objects.filter(
            stage__version=draft, stage__name=branch.stage.name, outcome=branch.outcome
        ).order_by("position")
        found = same.filter(position=branch.position).first() or same.first()
        if found is None:
            messages.warning(request, "The draft has no such branch any more.")
            return leave_dialog(request, change_url(draft))
        return leave_dialog(request, change_url(found))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return HttpResponseRedirect(change_url(obj.stage))
