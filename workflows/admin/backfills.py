"""Backfills: how far the past has been told, and a way to stop."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from workflows import backfilling
from workflows.admin.announcing import actor_of
from workflows.admin.base import ReadOnly, change_url, leave_dialog, link, list_url
from workflows.admin.words import counted, instant, said
from workflows.models import Backfill, Delivery

STATES = {"Collecting": "info", "Under way": "info", "Told": "success", "Stopped": "warning"}
OPEN = [Delivery.State.WAITING, Delivery.State.SENDING]


@admin.register(Backfill)
class BackfillAdmin(ReadOnly):
    purpose = (
        "A backfill tells a sink what happened before it was there, in the order of what happened, each fact once. "
        "Begin one on the page of the sink."
    )
    list_display = ("title", "state_shown", "told", "waiting_shown", "dead_shown", "created_at", "pace")
    list_display_links = ("title",)
    list_filter = ("sink", "state")
    list_select_related = ("sink",)
    fields = (
        "sink",
        "state_shown",
        "period",
        "facts",
        "told",
        "before",
        "waiting_shown",
        "dead_shown",
        "pace",
    )
    readonly_fields = fields
    actions_detail = ("stop",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        def count(**wanted: Any) -> Count:
            return Count("deliveries", filter=Q(**wanted))

        return (
            super()
            .get_queryset(request)
            .annotate(
                waiting=count(deliveries__state__in=OPEN),
                sent=count(deliveries__state=Delivery.State.SENT),
                dead=count(deliveries__state=Delivery.State.DEAD),
            )
        )

    @display(description="Backfill")
    def title(self, obj: Any) -> str:
        return str(obj)

    @display(description="State", label=STATES)
    def state_shown(self, obj: Any) -> str:
        if obj.state != Backfill.State.COLLECTED:
            return str(obj.get_state_display())
        return "Under way" if obj.waiting else "Told"

    @display(description="Told")
    def told(self, obj: Any) -> str:
        return f"{obj.sent} of {obj.total}"

    @display(description="Told before")
    def before(self, obj: Any) -> int:
        return int(obj.seen - obj.written)

    @display(description="Waiting")
    def waiting_shown(self, obj: Any) -> int:
        return int(obj.waiting + (obj.total - obj.seen if obj.state == Backfill.State.RUNNING else 0))

    @display(description="Given up", empty_value="—")
    def dead_shown(self, obj: Any) -> str | SafeString | None:
        url = list_url(Delivery, f"backfill__id__exact={obj.pk}&state__exact=dead")
        return format_html('<a class="ord-link" href="{}">{}</a>', url, obj.dead) if obj.dead else None

    @display(description="Pace")
    def pace(self, obj: Any) -> str:
        return f"{obj.per_minute} a minute"

    @display(description="Period")
    def period(self, obj: Any) -> str:
        since, until = instant(obj.since), instant(obj.until)
        begin = f"from {since}" if since else "from the first fact"
        return f"{begin} {f'until {until}' if until else f'up to {instant(obj.created_at)}'}"

    @display(description="Facts")
    def facts(self, obj: Any) -> str:
        if "*" in obj.events:
            return "Everything (all but what is told about deliveries)"
        return ", ".join(said(verb.replace(".", " ")) for verb in obj.events)

    def summary(self, obj: Any) -> str | SafeString:
        done = obj.sent + obj.dead + obj.seen - obj.written
        share = round(100 * done / obj.total) if obj.total else 100
        left = f" About {_left(obj)} to go." if self.waiting_shown(obj) and obj.state != "stopped" else ""
        return format_html(
            "{} is told of {}; {}% are settled.{}", link(obj.sink), counted(obj.total, "fact"), share, left
        )

    def has_stop_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        backfill = (
            self.get_queryset(request).filter(pk=object_id).exclude(state=Backfill.State.STOPPED).first()
        )
        is_open = backfill is not None and bool(backfill.waiting or backfill.state == Backfill.State.RUNNING)
        return is_open and request.user.has_perm("workflows.change_sink")

    @action(
        description="Stop…",
        permissions=["stop"],
        variant=ActionVariant.DANGER,
        dialog={
            "title": "Stop telling the past?",
            "description": "What waits is taken back. What was told stays told, and a later backfill tells the rest.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Stop",
        },
    )
    def stop(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        backfill = Backfill.objects.get(pk=object_id)
        count = backfilling.stop(backfill, now=timezone.now(), actor=actor_of(request))
        messages.success(request, f"Stopped; {counted(count, 'fact')} taken back.")
        return leave_dialog(request, change_url(backfill))


def _left(obj: Any) -> str:
    minutes = -(-(obj.waiting + obj.total - obj.seen) // obj.per_minute)
    return counted(minutes, "minute") if minutes < 120 else counted(round(minutes / 60), "hour")
