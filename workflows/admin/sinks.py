"""Sinks: who is told what, and in whose words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from workflows.admin import drift_page, mapping_page, setting_fields
from workflows.admin.announcing import Snapshot, fingerprint
from workflows.admin.base import change_url, list_url
from workflows.admin.events_field import EVERYTHING, USUAL
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.rotating import Rotating
from workflows.admin.sink_flow import FLOWING, Flow, circuit_sentence
from workflows.admin.sink_forms import AddSinkForm, SinkForm, kind_title
from workflows.admin.sink_moving import Moving
from workflows.admin.words import counted
from workflows.models import Delivery, Sink
from workflows.sinks.base import SINK_KINDS


@admin.register(Sink)
class SinkAdmin(Rotating, Flow, Moving, Retiring):
    purpose = (
        "A sink is a system that is told what happens: a CRM, a warehouse, a webhook. Each fact is delivered "
        "once, tried again while the other side is down, and kept here when it gives up."
    )
    announced_as = "sink"
    helps = {"name": "What your people call it, such as “Warehouse”."}
    plain_fields = frozenset({"events", "mapping", "reads"})
    list_display = ("title", "kind_shown", "state", "takes_shown", "waiting_shown", "dead_shown", "last_sent")
    list_display_links = ("title",)
    list_filter = (InUseFilter, "is_enabled", "circuit")
    search_fields = ("slug", "name")
    actions_detail = (
        "fields_page",
        "drift_report",
        "check_connection",
        "try_now",
        "retry_dead",
        "backfill",
        "switch",
        "new_secret",
        "end_former",
        "retire",
        "bring_back",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        state = Delivery.State
        return (
            super()
            .get_queryset(request)
            .annotate(
                waiting=Count("deliveries", filter=Q(deliveries__state__in=[state.WAITING, state.SENDING])),
                dead=Count("deliveries", filter=Q(deliveries__state=state.DEAD)),
                last=Max("deliveries__settled_at", filter=Q(deliveries__state=state.SENT)),
            )
        )

    @display(description="Sink", ordering="slug")
    def title(self, obj: Any) -> str:
        return str(obj)

    @display(description="Kind", ordering="kind")
    def kind_shown(self, obj: Any) -> str:
        return kind_title(obj.kind)

    @display(
        description="State",
        label={
            "On": "success",
            "Off": "warning",
            "Pausing": "warning",
            "Held back": "danger",
            "Retired": "danger",
            "Adapter missing": "danger",
        },
    )
    def state(self, obj: Any) -> str:
        if obj.retired_at:
            return "Retired"
        if obj.kind not in SINK_KINDS:
            return "Adapter missing"
        if not obj.is_enabled:
            return "Off"
        return FLOWING[obj.circuit]

    @display(description="Takes")
    def takes_shown(self, obj: Any) -> str:
        return (
            "everything"
            if EVERYTHING in obj.events
            else counted(len(obj.events), "kind of fact", "kinds of facts")
        )

    @display(description="Waiting", ordering="waiting")
    def waiting_shown(self, obj: Any) -> int:
        return int(obj.waiting)

    @display(description="Given up", ordering="dead", empty_value="—")
    def dead_shown(self, obj: Any) -> str | SafeString | None:
        url = list_url(Delivery, f"sink__id__exact={obj.pk}&state__exact=dead")
        return format_html('<a class="ord-link" href="{}">{}</a>', url, obj.dead) if obj.dead else None

    @display(description="Last delivered", ordering="last", empty_value="—")
    def last_sent(self, obj: Any) -> Any:
        return obj.last

    def summary(self, obj: Any) -> str | SafeString:
        url = list_url(Delivery, f"sink__id__exact={obj.pk}")
        if obj.kind not in SINK_KINDS:
            return "Nothing installed speaks to this kind of sink any more; its deliveries wait."
        what = "It is told nothing: it is switched off." if not obj.is_enabled else self._state_sentence(obj)
        ask = " It is also asked who owns a lead, before qualification." if obj.look_up else ""
        text = '{}: {}{} <a class="ord-link" href="{}">Its deliveries</a>{}'
        trouble = circuit_sentence(obj) if obj.is_enabled else ""
        return format_html(text, kind_title(obj.kind), what, ask, url, trouble)

    def _state_sentence(self, obj: Any) -> SafeString:
        counts = self.get_queryset_counts(obj)
        url = list_url(Delivery, f"sink__id__exact={obj.pk}&state__exact=dead")
        dead = (
            format_html(' and <a class="ord-link" href="{}">{} given up</a>', url, counts["dead"])
            if counts["dead"]
            else ""
        )
        waiting = f"{counts['waiting']} waiting to go out" if counts["waiting"] else "Nothing waits to go out"
        return format_html("{}{}.", waiting, dead)

    def get_queryset_counts(self, obj: Any) -> dict[str, int]:
        waiting = Q(state__in=[Delivery.State.WAITING, Delivery.State.SENDING])
        dead = Q(state=Delivery.State.DEAD)
        return Delivery.objects.filter(sink=obj).aggregate(
            waiting=Count("pk", filter=waiting), dead=Count("pk", filter=dead)
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            return super().get_form(request, obj, change, **kwargs | {"form": AddSinkForm, "fields": None})
        adapter = SINK_KINDS.get(obj.kind)
        declared = setting_fields.fields_for(adapter.fields, obj.config) if adapter else {}
        form = type("SinkForm", (SinkForm,), declared)
        return super().get_form(
            request, obj, change, **kwargs | {"form": form, "fields": SinkForm.Meta.fields}
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("name", "slug", "kind")})]
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": ("name", "state", "takes_shown", "settings_shown")})]
        adapter = SINK_KINDS.get(obj.kind)
        own = tuple(setting_fields.PREFIX + setting.name for setting in adapter.fields) if adapter else ()
        connection = [("Connection", {"fields": own})] if own else []
        asked = obj.look_up or getattr(adapter, "can_look_up", False)
        return [
            (None, {"fields": ("name", "is_enabled")}),
            *connection,
            ("What it is told", {"fields": ("events", "mapping")}),
            *([("What it is asked", {"fields": ("look_up", "reads", "cache_minutes")})] if asked else []),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return ()
        return ("name", "state", "takes_shown", "settings_shown")

    @display(description="Connection")
    def settings_shown(self, obj: Any) -> str:
        adapter = SINK_KINDS.get(obj.kind)
        pairs = setting_fields.in_words(adapter.fields, obj.config) if adapter else []
        return "; ".join(f"{label}: {value}" for label, value in pairs) or "Nothing to set."

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, f"“{obj}” is there, switched off. Say how to reach it and what it is told.")
        return HttpResponseRedirect(change_url(obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.is_enabled = False
            obj.events = list(USUAL)
            obj.mapping = dict(SINK_KINDS[obj.kind].default_mapping)
            obj.reads = dict(SINK_KINDS[obj.kind].default_reads)
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[Any]:
        return [*mapping_page.urls(self), *drift_page.urls(self), *super().get_urls()]

    def has_fields_page_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request)

    def has_drift_report_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        can = drift_page.can_compare(Sink.objects.filter(pk=object_id).first())
        may_see = request.user.has_perm("workflows.view_delivery")
        return can and may_see and self.has_change_permission(request)

    @action(description="Drift…", permissions=["drift_report"], url_path="drift-report")
    def drift_report(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:workflows_sink_drift", args=[object_id]))

    @action(description="Fields…", permissions=["fields_page"], url_path="fields-page")
    def fields_page(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:workflows_sink_mapping", args=[object_id]))

    def snapshot(self, obj: Any) -> Snapshot:
        """Its settings one by one, of secrets only whether they changed."""
        fields = super().snapshot(obj)
        fields.pop("config", None)
        adapter = SINK_KINDS.get(obj.kind)
        shown = {setting.name for setting in adapter.fields if setting.type != "secret"} if adapter else set()
        for name, value in obj.config.items():
            told = (value, True) if name in shown else (fingerprint(str(value)), False)
            fields[f"config.{name}"] = told
        return fields

    def secrets_of(self, obj: Any) -> tuple[str, str] | None:
        rotates = getattr(SINK_KINDS.get(obj.kind), "rotates", False)
        return (obj.config.get("secret", ""), obj.config.get("former_secret", "")) if rotates else None

    def keep_secrets(self, obj: Any, secret: str, former: str) -> None:
        both = {"secret": secret, "former_secret": former}
        kept = {name: value for name, value in obj.config.items() if name not in both}
        obj.config = kept | {name: value for name, value in both.items() if value}

    def has_history(self, obj: Any) -> bool:
        return obj.deliveries.exists()
