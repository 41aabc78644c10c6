"""Who besides the authors of a workflow may edit single branches: rows on the workflow's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from workflows.admin.base import Rows
from workflows.admin.words import said
from workflows.models import Branch, BranchGrant, Workflow

EVERY_OUTCOME = ("", "All of its branches")


class GrantForm(forms.ModelForm):
    """Stages and outcomes of the published version and of the draft, by their names."""

    workflow: Workflow | None = None

    stage = forms.ChoiceField(
        label="Stage", widget=UnfoldAdminSelectWidget(), help_text="The stage whose branches they may edit."
    )
    outcome = forms.ChoiceField(
        label="Branch",
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="Only the branches of this outcome, or all of the stage.",
    )

    class Meta:
        model = BranchGrant
        fields = ("group", "user", "stage", "outcome")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        people = get_user_model()._default_manager.filter(Q(is_staff=True) | Q(pk=self.instance.user_id or 0))
        fields["user"].queryset = people.order_by("username")
        fields["user"].label_from_instance = lambda user: user.get_full_name() or user.get_username()
        ways = branches_of(self.workflow)
        stages = dict.fromkeys([*(stage for stage, _ in ways), *filter(None, [self.instance.stage])])
        outcomes = dict.fromkeys([*(outcome for _, outcome in ways), *filter(None, [self.instance.outcome])])
        fields["stage"].choices = [("", "Select value"), *((name, said(name)) for name in stages)]
        fields["outcome"].choices = [EVERY_OUTCOME, *((name, said(name)) for name in sorted(outcomes))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("group")) == bool(cleaned.get("user")):
            self.add_error("group", "Choose a group or a person, one of the two.")
        stage, outcome = cleaned.get("stage"), cleaned.get("outcome")
        ways = branches_of(self.workflow)
        if stage and outcome and (stage, outcome) not in ways:
            there = ", ".join(f"“{said(other)}”" for name, other in ways if name == stage) or "none"
            self.add_error("outcome", f"“{said(stage)}” has no such branch. Choose one of: {there}.")
        return cleaned


def branches_of(workflow: Workflow | None) -> list[tuple[str, str]]:
    """The stages and outcomes that the published version or the draft have branches for, in their order."""
    if workflow is None or workflow.pk is None:
        return []
    versions = [version.pk for version in (workflow.published, workflow.draft) if version]
    rows = Branch.objects.filter(stage__version__in=versions).order_by("stage__position", "outcome")
    return list(dict.fromkeys(rows.values_list("stage__name", "outcome")))


class GrantInline(Rows):
    """Whoever is named, or in the group, may edit these branches in a draft; that publishes nothing."""

    model = BranchGrant
    form = GrantForm
    tab = True
    hide_title = True
    fields = ("group", "user", "stage", "outcome")
    verbose_name = "right to edit a branch"
    verbose_name_plural = "who may edit single branches"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = type("GrantForm", (GrantForm,), {"workflow": obj})
        return super().get_formset(request, obj, **kwargs)
