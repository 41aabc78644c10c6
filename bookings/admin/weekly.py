"""Weekly reports: who gets the week's numbers by mail, and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from bookings.core.answers import normalise_email
from bookings.models import WeeklyReport
from routing.admin.fields import TimeZoneField
from workflows.admin.fields import MIDNIGHT, ClockField, Lines, LinesField
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.words import counted
from workflows.models import Workflow

MOST_RECIPIENTS = 50


class WeeklyReportForm(forms.ModelForm):
    recipients = LinesField(
        label="Recipients",
        widget=Lines("head-of-sales@acme.example", rows=4),
        help_text="E-mail addresses, one a line. They need no login; the links in the mail ask for one.",
    )
    minute = ClockField(label="At", help_text="Such as 08:00, on the clock of the time zone.")
    time_zone = TimeZoneField(
        label="Time zone", help_text="Its week is counted, and its clock tells when to send."
    )

    class Meta:
        model = WeeklyReport
        fields = ("name", "slug", "workflow", "recipients", "weekday", "minute", "time_zone", "is_active")

    def clean_recipients(self) -> list[str]:
        found = [_address(line) for line in self.cleaned_data["recipients"]]
        if len(found) > MOST_RECIPIENTS:
            raise ValidationError(f"Name at most {MOST_RECIPIENTS} people.")
        return list(dict.fromkeys(found))

    def clean_minute(self) -> int:
        minute: int = self.cleaned_data["minute"]
        if minute >= MIDNIGHT:
            raise ValidationError("A day begins before 24:00. Write 00:00 on the next day.")
        return minute


@admin.register(WeeklyReport)
class WeeklyReportAdmin(Retiring):
    purpose = (
        "Once a week the numbers of the last seven days go out by mail, beside those of the week before: how far "
        "leads came, meetings missed, and what waits for somebody."
    )
    form = WeeklyReportForm
    announced_as = "weekly_report"
    list_display = ("name", "of", "goes_to", "when", "is_active", "sent_until")
    list_filter = (InUseFilter,)
    list_select_related = ("workflow",)
    search_fields = ("name", "slug")
    labels = {"weekday": "Day", "is_active": "Sent"}
    helps = {"weekday": "The week that ends then is told."}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.since is None:
            obj.since = timezone.now()
        super().save_model(request, obj, form, change)

    def has_history(self, obj: Any) -> bool:
        return obj.sent_until is not None

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Workflow.objects.filter(retired_at=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description="Leads of")
    def of(self, obj: Any) -> str:
        return str(obj.workflow) if obj.workflow else "All workflows"

    @display(description="Goes to")
    def goes_to(self, obj: Any) -> str:
        return counted(len(obj.recipients), "person", "people")

    @display(description="When")
    def when(self, obj: Any) -> str:
        clock = f"{obj.minute // 60:02}:{obj.minute % 60:02}"
        return (
            f"{obj.get_weekday_display()}s at {clock} ({obj.time_zone.rpartition('/')[2].replace('_', ' ')})"
        )

    def summary(self, obj: Any) -> str:
        if obj.retired_at or not obj.is_active:
            return "It is not sent."
        return f"It goes to {self.goes_to(obj)}, on {self.when(obj)}."


def _address(line: str) -> str:
    try:
        return normalise_email(line)
    except ValueError:
        raise ValidationError(f"“{line}” is no e-mail address. Write one such as ana@acme.example.") from None
