"""The form of a branch, on its own page and in the rows of its stage, and the order of those rows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from workflows.admin.editing import Seen, SeenField, described, label_of, last_change
from workflows.admin.words import said
from workflows.models import Branch, Stage
from workflows.registry import KINDS

OUT_OF_THE_WAY = 10_000


class BranchForm(forms.ModelForm):
    """Outcomes are those of the stage's kind, targets the stages of the same version."""

    stage: Stage | None = None
    stands_in_a_row = False

    is_untouched = False
    """Whether whoever sent the form left this branch as it was when the page was opened."""

    seen = SeenField()
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
        if self.instance.pk:
            self.initial["seen"] = str(Seen.of(self.instance))
        stage = self.stage or (self.instance.stage if self.instance.stage_id else None)
        if stage is not None and "outcome" in self.fields:
            fields: dict[str, Any] = self.fields
            fields["outcome"].choices = _outcomes(stage, self.instance.outcome)
            fields["to"].choices = _targets(stage, self.instance.to)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen = Seen.read(cleaned.get("seen") or "")
        if self.instance.pk and seen and "outcome" in cleaned and "to" in cleaned:
            now = Seen.of(self.instance)
            wanted = cleaned["outcome"], cleaned["to"]
            self.is_untouched = self.stands_in_a_row and wanted == (seen.outcome, seen.to)
            if self.is_untouched:
                cleaned["outcome"], cleaned["to"] = now.outcome, now.to
            elif now != seen:
                self._tell_of_the_other(seen, now, *wanted)
        return cleaned

    def _tell_of_the_other(self, seen: Seen, now: Seen, outcome: str, to: str) -> None:
        """Says what both want. Saved once more, the page overwrites what it has now told of."""
        branch = self.instance
        labels = {label_of(Branch(stage=branch.stage, outcome=each)) for each in (seen.outcome, now.outcome)}
        text = f"{last_change(labels)} while you had this page open. There it now leads {described(branch)}; you "
        text += f"chose on “{said(outcome)}” to “{said(to)}”. Load the page again to keep theirs, or save once more to "
        text += "put yours in its place."
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix("seen")] = str(now)
        self.data = data
        self.add_error("to", text)

    def clean_position(self) -> int:
        return self.cleaned_data.get("position") or 0

    def _get_validation_exclusions(self) -> set[str]:
        """Positions are given when all branches are saved; half-way they may well meet."""
        return super()._get_validation_exclusions() | {"position"}  # type: ignore[misc]


def put_in_order(formset: Any) -> None:
    """Saves the branches of a stage and numbers those of each outcome in the order they were put in.

    Branches that somebody else added meanwhile come last. Two steps, since each number may be held once only,
    at any moment.
    """
    formset.save(commit=False)
    for branch in formset.deleted_objects:
        branch.delete()
    kept = [form for form in formset.forms if form not in formset.deleted_forms and _is_kept(form)]
    kept.sort(key=lambda form: (form.cleaned_data.get("position") or 0, formset.forms.index(form)))
    branches = [form.instance for form in kept]
    others = formset.instance.branches.exclude(pk__in=[branch.pk for branch in branches if branch.pk])
    for number, branch in enumerate([*branches, *others.order_by("outcome", "position")]):
        branch.stage = formset.instance
        branch.position = OUT_OF_THE_WAY + number
        branch.save()
    counts: Counter[str] = Counter()
    for branch in formset.instance.branches.order_by("position"):
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
