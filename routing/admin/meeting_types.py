"""Meeting types: what guests book, how long it takes, and what is kept free around it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from unfold.decorators import display

from routing.models import MeetingType
from workflows.admin.fields import DaysField, MinutesField
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.words import counted
from workflows.core import durations


class MeetingTypeForm(forms.ModelForm):
    duration = MinutesField(label="Length", step=5, help_text="Such as 30m, in steps of 5 minutes.")
    step = MinutesField(
        label="Starts every",
        step=5,
        help_text="Starts are offered on this grid of the guest's clock: 15m gives :00, :15, …",
    )
    buffer_before = MinutesField(
        label="Free before", step=5, help_text="Kept free before it, such as 10m; 0m for none."
    )
    buffer_after = MinutesField(
        label="Free after", step=5, help_text="Kept free after it, such as 10m; 0m for none."
    )
    min_notice = MinutesField(
        label="Notice",
        step=5,
        help_text="The earliest start offered is this far ahead, so that reps are not surprised.",
    )
    horizon_days = DaysField(label="Bookable ahead", help_text="Such as 30d: how far ahead a guest may book.")

    class Meta:
        model = MeetingType
        fields = (
            "name", "slug", "duration", "step", "buffer_before", "buffer_after", "min_notice", "horizon_days",
        )  # fmt: skip


@admin.register(MeetingType)
class MeetingTypeAdmin(Retiring):
    purpose = "What guests book: how long it takes, on which grid it starts, and what is kept free around it."
    form = MeetingTypeForm
    announced_as = "meeting_type"
    list_display = ("name", "length", "grid", "buffers", "notice", "ahead", "pools_shown")
    list_filter = (InUseFilter,)
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        live = Q(pools__retired_at__isnull=True)
        return super().get_queryset(request).annotate(used_by=Count("pools", filter=live))

    @display(description="Length", ordering="duration")
    def length(self, obj: Any) -> str:
        return _words(obj.duration)

    @display(description="Starts every", ordering="step")
    def grid(self, obj: Any) -> str:
        return _words(obj.step)

    @display(description="Free before and after")
    def buffers(self, obj: Any) -> str:
        return f"{_words(obj.buffer_before)}, {_words(obj.buffer_after)}"

    @display(description="Notice", ordering="min_notice")
    def notice(self, obj: Any) -> str:
        return _words(obj.min_notice)

    @display(description="Bookable ahead", ordering="horizon_days")
    def ahead(self, obj: Any) -> str:
        return counted(obj.horizon_days, "day")

    @display(description="Pools", ordering="used_by")
    def pools_shown(self, obj: Any) -> int:
        return int(obj.used_by)

    def summary(self, obj: Any) -> str:
        pools = counted(obj.used_by, "pool books it", "pools book it")
        state = "Retired. " if obj.retired_at else ""
        return f"{state}{_words(obj.duration).capitalize()}, bookable {obj.horizon_days} days ahead; {pools}."

    def needed_by(self, obj: Any) -> str:
        pool = obj.pools.filter(retired_at__isnull=True).first()
        return f"The pool “{pool}” books it. Give that pool another meeting type first." if pool else ""

    def has_history(self, obj: Any) -> bool:
        return bool(obj.pools.exists())


def _words(minutes: int) -> str:
    return durations.in_words(durations.from_minutes(minutes)) if minutes else "none"
