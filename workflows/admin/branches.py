"""A branch: on which outcome, to which stage, and only under which conditions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from workflows.admin.base import OrdinusAdmin, change_url, link
from workflows.admin.conditions import ConditionInline, group_words, groups_of
from workflows.admin.words import said
from workflows.models import Branch, BranchCondition, Stage
from workflows.registry import KINDS

OUT_OF_THE_WAY = 10_000


class BranchForm(forms.ModelForm):
    """Outcomes are those of the stage's kind, targets the stages of the same version."""

    stage: Stage | None = None

    position = forms.IntegerField(required=False, help_text="Set by drawing the rows into order.")
    outcome = forms.ChoiceField(
        label="On the outcome",
        widget=UnfoldAdminSelectWidget(),
        help_text="What must have come of the stage.",
    )
    to = forms.ChoiceField(
        label="Leads to", widget=UnfoldAdminSelectWidget(), help_text="The stage the lead enters next."
    )

    class Meta:
        model = Branch
        fields = ("position", "outcome", "to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = self.stage or (self.instance.stage if self.instance.stage_id else None)
        if stage is not None and "outcome" in self.fields:
            fields: dict[str, Any] = self.fields
            fields["outcome"].choices = _outcomes(stage, self.instance.outcome)
            fields["to"].choices = _targets(stage, self.instance.to)

    def clean_position(self) -> int:
        return self.cleaned_data.get("position") or 0

    def _get_validation_exclusions(self) -> set[str]:
        """Positions are given when all branches are saved; half-way they may well meet."""
        return super()._get_validation_exclusions() | {"position"}  # type: ignore[misc]


def put_in_order(formset: Any) -> None:
    """Saves the branches of a stage and numbers those of each outcome in the order they were put in.

    Two steps, since each number may be held once only, at any moment.
    """
    formset.save(commit=False)
    for branch in formset.deleted_objects:
        branch.delete()
    changed = [form for form in formset.forms if form not in formset.deleted_forms and _is_kept(form)]
    changed.sort(key=lambda form: (form.cleaned_data.get("position") or 0, formset.forms.index(form)))
    for number, form in enumerate(changed):
        form.instance.stage = formset.instance
        form.instance.position = OUT_OF_THE_WAY + number
        form.instance.save()
    counts: Counter[str] = Counter()
    for form in changed:
        branch = form.instance
        Branch.objects.filter(pk=branch.pk).update(position=counts[branch.outcome])
        counts[branch.outcome] += 1


def _is_kept(form: Any) -> bool:
    return form.instance.pk is not None or form.has_changed()


def _outcomes(stage: Stage, current: str) -> list[tuple[str, str]]:
    kind = KINDS.get(stage.kind)
    known = kind.required_outcomes(stage.settings) | kind.further_outcomes(stage.settings) if kind else set()
    names = sorted({*known, *([current] if current else ())})
    return [("", "Select value"), *((name, said(name)) for name in names)]


def _targets(stage: Stage, current: str) -> list[tuple[str, str]]:
    names = list(stage.version.stages.order_by("position", "pk").values_list("name", flat=True))
    gone = [(current, f"{said(current)} (no longer there)")] if current and current not in names else []
    return [("", "Select value"), *((name, said(name)) for name in names), *gone]


class BranchConditions(ConditionInline):
    model = BranchCondition


@admin.register(Branch)
class BranchAdmin(OrdinusAdmin):
    purpose = "A branch leads from a stage to the next one. Only those of a draft can be changed."
    form = BranchForm
    fields = ("outcome", "to")
    list_display = ("title", "stage_shown", "conditions_shown")
    list_display_links = ("title",)
    list_filter = ("stage__version__workflow",)
    list_select_related = ("stage__version__workflow",)
    inlines = (BranchConditions,)
    suggests_facts = True

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

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.stage.version.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not obj.stage.version.is_published)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = type("BranchForm", (BranchForm,), {"stage": obj.stage if obj else None})
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A branch that changes its outcome goes to the end of those of the new one."""
        if "outcome" in form.changed_data:
            taken = Branch.objects.filter(stage=obj.stage, outcome=obj.outcome).exclude(pk=obj.pk)
            obj.position = (taken.aggregate(highest=models.Max("position"))["highest"] or 0) + 1
        super().save_model(request, obj, form, change)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return HttpResponseRedirect(change_url(obj.stage))
