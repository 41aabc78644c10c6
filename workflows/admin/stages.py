"""A stage of a draft: what its kind lets one set, and where it leads."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget

from workflows.admin import conditions, setting_fields, stage_changes
from workflows.admin.base import OrdinusAdmin, Rows, change_url, link
from workflows.admin.branch_forms import BranchForm, put_in_order
from workflows.admin.editing import (
    BRANCH_FIELDS,
    SeenField,
    announce_rows,
    announce_settings,
    history,
    last_change,
    lock,
    stage_label,
    states,
)  # fmt: skip
from workflows.admin.stage_changes import STAGE_FIELDS, labels_of
from workflows.admin.words import kind_title, said
from workflows.granting import has_any
from workflows.models import Branch, Run, Stage, WorkflowVersion
from workflows.registry import KINDS


class BranchInline(Rows):
    """Where the stage leads. Of several branches for one outcome, the first whose conditions hold is taken."""

    model = Branch
    form = BranchForm
    fields = ("outcome", "to", "conditions_shown", "position", "seen")
    readonly_fields = ("conditions_shown",)
    ordering = ("outcome", "position", "pk")
    ordering_field = "position"
    hide_ordering_field = True
    verbose_name_plural = "branches"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = type("BranchForm", (BranchForm,), {"stage": obj, "stands_in_a_row": True})
        return super().get_formset(request, obj, **kwargs)

    @display(description="Only if")
    def conditions_shown(self, obj: Any) -> str | SafeString:
        if not obj.pk:
            return "Save first, then add conditions."
        words = conditions.group_words(conditions.groups_of(obj.conditions.all()))
        forks = Branch.objects.filter(stage=obj.stage_id, outcome=obj.outcome).exclude(pk=obj.pk).exists()
        return link(obj, ", or if ".join(words) or ("otherwise" if forks else "always"))


class AddStageForm(forms.ModelForm):
    """A new stage needs a name and a kind; the rest is set once it is known what it does."""

    kind = forms.ChoiceField(
        label="What it does", widget=UnfoldAdminRadioSelectWidget(), help_text="It cannot be changed later."
    )

    class Meta:
        model = Stage
        fields = ("version", "name", "kind")
        labels = {"version": "Draft"}
        help_texts = {"version": "Only drafts can get a stage; start one on the page of the workflow."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [
            (kind.name, f"{kind.title}: {kind.help}" if kind.help else kind.title) for kind in KINDS.values()
        ]
        drafts = WorkflowVersion.objects.filter(state=WorkflowVersion.State.DRAFT)
        fields["version"].queryset = drafts.select_related("workflow")


class StageForm(forms.ModelForm):
    """The settings of the stage's kind, each a field of its own; `get_form` adds them."""

    seen = SeenField()

    class Meta:
        model = Stage
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = _digests(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = KINDS.get(self.instance.kind)
        if kind and not self.errors:
            before = self.instance.settings
            wanted = setting_fields.settings_from(kind.fields, cleaned, before)
            self.instance.settings = self._beside_the_other(before, wanted, cleaned.get("seen") or "")
        return cleaned

    def _beside_the_other(self, now: dict[str, Any], wanted: dict[str, Any], text: str) -> dict[str, Any]:
        """The settings wanted, and of those that were left alone what somebody else may have made of them.

        A setting that both changed is an error that tells both values.
        """
        seen = dict(part.split(":", 1) for part in text.split() if ":" in part)
        kept = dict(wanted)
        for name in {**now, **wanted}:
            if name not in seen or _digest(now.get(name)) in (seen[name], _digest(wanted.get(name))):
                continue
            if _digest(wanted.get(name)) == seen[name]:
                kept.pop(name, None)
                kept |= {name: now[name]} if name in now else {}
            else:
                self._tell_of_the_other(name, now.get(name), wanted.get(name))
        return kept

    def _tell_of_the_other(self, name: str, theirs: Any, mine: Any) -> None:
        kind = KINDS[self.instance.kind]
        setting = next(each for each in kind.fields if each.name == name)
        there, here = (
            "nothing" if value is None else setting_fields.value_in_words(setting, value)
            for value in (theirs, mine)
        )
        start = last_change([stage_label(self.instance)])
        text = f"{start} while you had this page open. There it is now {there}; you wrote {here}. Load the page again "
        text += "to keep theirs, or save once more to put yours in its place."
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix("seen")] = _digests(self.instance)
        self.data = data
        self.add_error(setting_fields.PREFIX + name, text)


def _digests(stage: Stage) -> str:
    """What the page shows of each setting, in short, so that it is known later what was left alone."""
    kind = KINDS.get(stage.kind)
    names = {setting.name for setting in (kind.fields if kind else ())} | set(stage.settings)
    return " ".join(f"{name}:{_digest(stage.settings.get(name))}" for name in sorted(names))


def _digest(value: Any) -> str:
    empty = value in (None, "", [], {})
    shape = json.dumps(None if empty else value, sort_keys=True, default=str)
    return hashlib.sha256(shape.encode()).hexdigest()[:12]


@admin.register(Stage)
class StageAdmin(OrdinusAdmin):
    purpose = "A stage is a named step of one version of a workflow. Only those of a draft can be changed."
    list_display = ("title", "kind_shown", "version", "where_it_leads")
    list_display_links = ("title",)
    list_filter = ("version__workflow",)
    list_select_related = ("version__workflow",)
    search_fields = ("name",)
    inlines = (BranchInline,)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Stages are reached from their version; alone in a menu they would mean nothing."""
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("branches")

    @display(description="Stage", ordering="name")
    def title(self, obj: Any) -> str:
        return said(obj.name)

    @display(description="What it does", ordering="kind")
    def kind_shown(self, obj: Any) -> str:
        return kind_title(obj.kind)

    @display(description="Leads to")
    def where_it_leads(self, obj: Any) -> str:
        return ", ".join(dict.fromkeys(said(branch.to) for branch in obj.branches.all())) or "—"

    @display(description="Settings")
    def settings_shown(self, obj: Any) -> str | SafeString:
        kind = KINDS.get(obj.kind)
        pairs = setting_fields.in_words(kind.fields, obj.settings) if kind else []
        return format_html_join("", "<div>{}: {}</div>", pairs) or "Nothing to set."

    def summary(self, obj: Any) -> str | SafeString:
        waiting = Run.objects.waiting_in(obj.name).filter(version=obj.version).count()
        kind = KINDS.get(obj.kind)
        version = link(obj.version)
        what = f"{kind_title(obj.kind)}. {kind.help}" if kind else kind_title(obj.kind)
        state = "Published, so it stays as it is." if obj.version.is_published else "Part of a draft."
        waits = f" Waiting in it now: {waiting}." if waiting else ""
        return format_html("{} A stage of {}. {}{}", what, version, state, waits)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not obj.version.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.version.is_published)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        has_ways = obj is not None and not getattr(KINDS.get(obj.kind), "ends", False)
        return self.inlines if has_ways else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            return super().get_form(request, obj, change, **kwargs | {"form": AddStageForm, "fields": None})
        kind = KINDS.get(obj.kind)
        declared = setting_fields.fields_for(kind.fields, obj.settings) if kind else {}
        form = type("StageForm", (StageForm,), declared)
        return super().get_form(request, obj, change, **kwargs | {"form": form, "fields": ("name",)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("version", "name", "kind")})]
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": ("title", "kind_shown", "settings_shown")})]
        kind = KINDS.get(obj.kind)
        settings = tuple(setting_fields.PREFIX + setting.name for setting in kind.fields) if kind else ()
        return [(None, {"fields": ("name", *settings, "seen")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        can_edit = obj is None or self.has_change_permission(request, obj)
        return () if can_edit else ("title", "kind_shown", "settings_shown")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            highest = obj.version.stages.aggregate(highest=Max("position"))["highest"]
            obj.position = 0 if highest is None else highest + 1
        before = Stage.objects.get(pk=obj.pk).settings if change else {}
        super().save_model(request, obj, form, change)
        if not change:
            stage_changes.tell_added(request, obj)
        elif "name" in form.changed_data:
            stage_changes.rename(request, obj, form.initial["name"])
        announce_settings(request, obj, before)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        stage_changes.tell_gone(request, obj, states(obj))
        super().delete_model(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        before = states(formset.instance)
        put_in_order(formset)
        announce_rows(request, before, Stage.objects.get(pk=formset.instance.pk))

    def _changeform_view(
        self, request: HttpRequest, object_id: Any, form_url: Any, extra_context: Any
    ) -> Any:
        """One after the other: the form is held against what is there once the draft is ours."""
        stage = self.get_object(request, object_id) if request.method == "POST" and object_id else None
        if stage is not None:
            lock(stage.version)
        return super()._changeform_view(request, object_id, form_url, extra_context)

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        kind = KINDS.get(obj.kind)
        settings = kind.fields if kind else ()
        fields = STAGE_FIELDS | BRANCH_FIELDS | {setting.name: setting.label for setting in settings}
        rows = history(labels_of(obj), fields, settings)
        return render_to_string("admin/ordinus/changes.html", {"rows": rows}, request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or has_any(request.user)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(
            request, f"The stage “{said(obj.name)}” is there. Say what it does and where it leads."
        )
        return HttpResponseRedirect(change_url(obj))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A further stage is added from the version, which it must belong to."""
        extra_context = {**(extra_context or {}), "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return HttpResponseRedirect(f"{change_url(obj.version)}#stage-{obj.name}")

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        stage = self.get_object(request, object_id)
        response = super().delete_view(request, object_id, extra_context)
        is_done = stage is not None and response.status_code == 302
        return HttpResponseRedirect(change_url(stage.version)) if is_done else response
