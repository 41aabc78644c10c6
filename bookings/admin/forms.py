"""Forms: what visitors are asked, and which workflow their answers start."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget

from bookings.models import BookingForm, Enquiry, Question
from workflows.admin.base import link, list_url
from workflows.admin.fields import DaysField, Lines, LinesField
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.viewing import Viewable
from workflows.admin.words import counted
from workflows.models import Workflow

TYPES = {
    "text": "Text, one line", "textarea": "Text, several lines", "email": "E-mail address",
    "phone": "Phone number", "number": "Number", "select": "One of several choices",
    "multiselect": "Any of several choices", "checkbox": "A box to tick", "consent": "Consent, must be ticked",
    "hidden": "Hidden, filled by your page",
}  # fmt: skip
WITH_CHOICES = ("select", "multiselect")


class QuestionForm(forms.ModelForm):
    type = forms.ChoiceField(
        label="Kind of answer",
        choices=list(TYPES.items()),
        widget=UnfoldAdminSelectWidget(),
        help_text="It decides how the question looks and what is checked.",
    )
    choices = LinesField(
        label="Choices",
        required=False,
        widget=Lines("US\nCA\nDE", rows=3),
        help_text="For “one of” and “any of several choices”: one a line, as visitors see them.",
    )
    minimum = forms.FloatField(label="Smallest number", required=False, help_text="Only for numbers.")
    maximum = forms.FloatField(label="Largest number", required=False, help_text="Only for numbers.")

    class Meta:
        model = Question
        fields = (
            "position", "label", "name", "type", "is_required", "choices", "minimum", "maximum", "help_text",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, choices = cleaned.get("type"), cleaned.get("choices")
        if kind in WITH_CHOICES and not choices and "choices" not in self.errors:
            self.add_error("choices", "Write at least one choice, or choose another kind of answer.")
        if kind not in WITH_CHOICES and choices:
            self.add_error("choices", "Only “one of” and “any of several choices” have these. Remove them.")
        low, high = cleaned.get("minimum"), cleaned.get("maximum")
        if kind != "number" and (low is not None or high is not None):
            self.add_error("minimum", "Only numbers have a smallest and a largest. Remove them.")
        elif low is not None and high is not None and low > high:
            self.add_error("maximum", "The largest number is below the smallest.")
        return cleaned


class QuestionFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        """A lead is known by an e-mail address: without a question for it nothing could be booked."""
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form not in self.deleted_forms and hasattr(form, "cleaned_data") and form.cleaned_data
        ]
        asks = {row.get("name"): row for row in kept}.get("email", {})
        if kept and not (asks.get("type") == "email" and asks.get("is_required")):
            raise ValidationError(
                "Ask for an e-mail address, in a required question with the name “email”: a lead is known by it."
            )


class QuestionInline(Viewable, StackedInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    extra = 0
    tab = True
    collapsible = True
    labels = {"name": "Name of the fact", "label": "Question", "help_text": "Hint"}
    helps = {
        "position": "The lowest comes first.",
        "is_required": "The form cannot be sent without it.",
    }
    ordering = ("position", "pk")
    ordering_field = "position"
    hide_ordering_field = True
    fields = (
        "position",
        ("label", "name"),
        ("type", "is_required"),
        "choices",
        ("minimum", "maximum"),
        "help_text",
    )


class BookingFormForm(forms.ModelForm):
    retain_days = DaysField(
        label="Keep personal data for",
        required=False,
        help_text="Such as 90d, counted from the last step of an enquiry. Then answers, mails and notes go for "
        "good, and the person as well unless another enquiry is kept; meetings, outcomes and the trail stay, "
        "without telling who it was. Empty: they stay until somebody erases them.",
    )

    class Meta:
        model = BookingForm
        fields = ("name", "slug", "intro", "workflow", "active_bookings", "retain_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "workflow" in self.fields:
            current = Q(pk=self.instance.workflow_id) if self.instance.workflow_id else Q()
            workflow: Any = self.fields["workflow"]
            workflow.queryset = Workflow.objects.filter(Q(retired_at__isnull=True) | current)

    def clean_retain_days(self) -> int | None:
        days: int | None = self.cleaned_data["retain_days"]
        if days == 0:
            raise ValidationError("Use one day at least, such as 90d, or leave it empty.")
        return days


@admin.register(BookingForm)
class BookingFormAdmin(Retiring):
    purpose = "A form is where a visitor becomes a lead: its answers start a workflow."
    form = BookingFormForm
    announced_as = "form"
    labels = {"active_bookings": "Meetings at a time"}
    helps = {"workflow": "What begins when somebody submits this form."}
    announced_related = ("questions",)
    plain_fields = frozenset({"choices"})
    list_display = ("name", "address", "workflow", "questions_shown", "leads_shown", "active_bookings")
    list_filter = (InUseFilter, "workflow")
    list_select_related = ("workflow",)
    search_fields = ("name", "slug")
    inlines = (QuestionInline,)
    fieldsets = ((None, {"fields": ("name", "slug", "intro", "workflow", "active_bookings", "retain_days")}),)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        since = timezone.now() - timedelta(days=30)
        recent = Q(enquiries__submitted_at__gte=since)
        return (
            super()
            .get_queryset(request)
            .annotate(
                asked=Count("questions", distinct=True), recent=Count("enquiries", recent, distinct=True)
            )
        )

    @display(description="Page", ordering="slug")
    def address(self, obj: Any) -> SafeString:
        return format_html('<a class="ord-link" href="{0}" target="_blank">{0}</a>', form_path(obj))

    @display(description="Questions", ordering="asked")
    def questions_shown(self, obj: Any) -> int:
        return int(obj.asked)

    @display(description="Leads in 30 days", ordering="recent")
    def leads_shown(self, obj: Any) -> int:
        return int(obj.recent)

    def summary(self, obj: Any) -> str | SafeString:
        if obj.retired_at:
            return "Retired: visitors find no form at its address any more."
        if obj.workflow.published_id is None:
            return format_html(
                "Not open yet: publish {} first, so that leads have a way.", link(obj.workflow)
            )
        leads = counted(obj.recent, "lead")
        address = self.address(obj)
        text = "Visitors find it at {}. Their answers start {}; {} in the last 30 days."
        return format_html(text, address, link(obj.workflow), leads)

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        links = [
            ("What was answered", list_url(Enquiry, f"form__id__exact={obj.pk}")),
            ("Route a test lead", f"{reverse('admin:test_lead')}?form={obj.pk}"),
        ]
        return render_to_string("admin/ordinus/links.html", {"links": links}, request)

    def has_history(self, obj: Any) -> bool:
        return bool(obj.enquiries.exists())


def form_path(form: BookingForm) -> str:
    """Where visitors find the form."""
    return f"/book/{form.slug}/"
