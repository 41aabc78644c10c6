"""The recurring work of Celery Beat: what it is is given, how often it is done is up to the operator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.decorators import display

from workflows.admin.base import OrdinusAdmin

for model in (PeriodicTask, IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class PeriodicTaskForm(forms.ModelForm):
    class Meta:
        model = PeriodicTask
        fields = ("enabled", "interval", "crontab", "expire_seconds")
        help_texts = {
            "enabled": "Off: this work is not done any more. Without the sweep no reminder and no mail goes out.",
            "interval": "Done again and again after this time. Choose this or the times below, not both.",
            "crontab": "Done at these times.",
            "expire_seconds": "Not begun within so many seconds it is dropped, since the next one comes anyway.",
        }


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(OrdinusAdmin):
    purpose = "How often the recurring work is done. The sweep should run every few seconds, the anchor every minute."
    form = PeriodicTaskForm
    fields = ("name", "enabled", "interval", "crontab", "expire_seconds")
    readonly_fields = ("name",)
    list_display = ("name", "state", "how_often", "last_run_at")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab")

    @display(description="State", label={"On": "success", "Off": "danger"}, ordering="enabled")
    def state(self, obj: Any) -> str:
        return "On" if obj.enabled else "Off"

    @display(description="How often")
    def how_often(self, obj: Any) -> str:
        return str(obj.interval or obj.crontab or "—")

    def summary(self, obj: Any) -> str:
        state = "" if obj.enabled else " It is switched off."
        return f"{obj.description or 'Recurring work.'}{state}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(IntervalSchedule)
class IntervalAdmin(OrdinusAdmin):
    purpose = "Intervals at which recurring work can be done."


@admin.register(CrontabSchedule)
class CrontabAdmin(OrdinusAdmin):
    purpose = "Times of the day or week at which recurring work can be done, as cron writes them."
