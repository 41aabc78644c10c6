"""The buttons with which a company moves from one system to another: tell the past, ask the new one."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSingleDateWidget

from workflows import backfilling, switching
from workflows.admin.announcing import actor_of
from workflows.admin.base import change_url, leave_dialog
from workflows.admin.days import DayField
from workflows.admin.events_field import EventsField
from workflows.admin.words import counted
from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS


class BackfillForm(BaseDialogForm):
    """The period and the facts; left empty, everything that the sink takes."""

    since = DayField(
        label="From", required=False, widget=UnfoldAdminSingleDateWidget(),
        help_text="The first day, in UTC. Empty: from the first fact.",
    )  # fmt: skip
    until = DayField(
        label="To", required=False, widget=UnfoldAdminSingleDateWidget(),
        help_text="The last day. Empty: up to now.",
    )  # fmt: skip
    per_minute = forms.IntegerField(
        label="Facts a minute", initial=600, min_value=1, max_value=60_000, widget=UnfoldAdminDecimalFieldWidget(),
        help_text="No more than the other side bears beside its daily work.",
    )  # fmt: skip
    events = EventsField(
        label="Facts", required=False, is_open=False, help_text="None ticked: those that the sink takes."
    )


class Moving:
    """For the admin of sinks."""

    def has_backfill_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        in_use = Sink.objects.filter(pk=object_id, retired_at=None, is_enabled=True)
        return in_use.exists() and self.has_change_permission(request)  # type: ignore[attr-defined]

    @action(
        description="Tell it the past…",
        permissions=["backfill"],
        dialog={
            "title": "Tell it what happened before?",
            "description": "Facts of the past are sent in their order, each once: what it was told already is left "
            "out. What happens meanwhile waits until all are collected.",
            "form_class": BackfillForm,
            "form_submit_text": "Begin",
        },
    )
    def backfill(self, request: HttpRequest, form: BackfillForm, object_id: Any) -> HttpResponse:
        sink = Sink.objects.get(pk=object_id)
        chosen = form.cleaned_data
        until = chosen["until"] + timedelta(days=1) if chosen["until"] else None
        try:
            begun = backfilling.start(
                sink,
                now=timezone.now(),
                actor=actor_of(request),
                since=_midnight(chosen["since"]),
                until=_midnight(until),
                events=chosen["events"],
                per_minute=chosen["per_minute"],
            )
        except backfilling.Refused as refusal:
            messages.error(request, str(refusal))
            return leave_dialog(request, change_url(sink))
        messages.success(
            request, f"{counted(begun.total, 'fact')} will be told. This page shows how far it is."
        )
        return leave_dialog(request, change_url(begun))

    def has_switch_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        sink = Sink.objects.filter(pk=object_id, retired_at=None, is_enabled=True, look_up=False).first()
        can = sink is not None and getattr(SINK_KINDS.get(sink.kind), "can_look_up", False)
        return bool(can) and self.has_change_permission(request)  # type: ignore[attr-defined]

    @action(
        description="Move look-ups here…",
        permissions=["switch"],
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Ask this system from now on?",
            "description": "Who owns a lead and what is known of it is asked here instead, from the next lead on. "
            "The system asked until now goes on being told. You can move look-ups back in the same way.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Move them",
        },
    )
    def switch(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        sink = Sink.objects.get(pk=object_id)
        try:
            before = switching.switch_look_ups(sink, now=timezone.now(), actor=actor_of(request))
        except switching.CannotSwitch as refusal:
            messages.error(request, str(refusal))
        else:
            names = ", ".join(f"“{each}”" for each in before)
            instead = f" {names} is no longer asked." if names else ""
            messages.success(request, f"“{sink}” answers from now on.{instead}")
        return leave_dialog(request, change_url(sink))


def _midnight(day: Any) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=UTC) if day else None
