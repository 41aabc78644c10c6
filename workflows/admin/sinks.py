"""Sinks: who is told what, and in whose words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from workflows import circuits, delivering
from workflows.admin import setting_fields
from workflows.admin.announcing import Snapshot, fingerprint
from workflows.admin.base import change_url, leave_dialog, list_url
from workflows.admin.fields import Lines, RowsField
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.words import counted, instant, said
from workflows.core import reads
from workflows.models import Delivery, Sink
from workflows.registry import VERBS
from workflows.sinks.base import SINK_KINDS, Misconfigured, adapter_of

EVERYTHING = "*"
UNTAKEN = "delivery."
FLOWING = {"closed": "On", "paused": "Pausing", "open": "Held back"}


def _event_choices() -> list[tuple[str, str]]:
    named = [(verb, verb_title(verb)) for verb in sorted(VERBS) if not verb.startswith(UNTAKEN)]
    deliveries = [(verb, verb_title(verb)) for verb in sorted(VERBS) if verb.startswith(UNTAKEN)]
    return [(EVERYTHING, "Everything (all but what is told about deliveries)"), *named, *deliveries]


class EventsField(forms.MultipleChoiceField):
    """The facts a sink takes; “everything” takes all but those about deliveries."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_event_choices, **kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        return [EVERYTHING] if EVERYTHING in chosen else chosen


class ReadsField(RowsField):
    """What a look-up answers, each line checked as the file checks it."""

    def read(self, text: str) -> dict[str, Any]:
        rows = super().read(text)
        problems = [found for fact, field in rows.items() if (found := reads.problem(fact, field))]
        if problems:
            raise forms.ValidationError(problems)
        return rows


class AddSinkForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label="Kind",
        widget=UnfoldAdminSelectWidget(),
        help_text="What speaks to it. It cannot be changed later.",
    )

    class Meta:
        model = Sink
        fields = ("name", "slug", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(name, _title(name)) for name in SINK_KINDS]


class SinkForm(forms.ModelForm):
    """The adapter's settings, each a field of its own (`get_form` adds them), and what the sink takes."""

    events = EventsField(
        label="Takes",
        required=False,
        help_text="Each of these facts is sent once, in the order of what happened to a lead. None: nothing is sent.",
    )
    mapping = RowsField(
        label="Fields",
        required=False,
        widget=Lines("email = lead.email\ncompany_size = answers.employees", rows=6),
        help_text="Their field = our fact, one a line. These values go along with each fact.",
    )

    reads = ReadsField(
        label="Answers",
        required=False,
        widget=Lines("crm.owner_email = owner.email\ncrm.is_customer = lifecyclestage = customer", rows=6),
        help_text="Our fact = their field, one a line. A yes or no can name the values that mean yes: "
        "crm.is_customer = lifecyclestage = customer, evangelist. Segments and pools see these facts.",
    )

    class Meta:
        model = Sink
        fields = ("name", "is_enabled", "look_up", "events", "mapping", "reads")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        adapter = SINK_KINDS.get(self.instance.kind)
        if adapter is not None and not self.errors:
            kept = {
                name: value
                for name, value in self.instance.config.items()
                if name not in {setting.name for setting in adapter.fields}
            }
            own = setting_fields.settings_from(adapter.fields, cleaned, self.instance.config)
            self.instance.config = kept | own
        return cleaned


@admin.register(Sink)
class SinkAdmin(Retiring):
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
    actions_detail = ("check_connection", "try_now", "retry_dead", "retire", "bring_back")

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
        return _title(obj.kind)

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
        text = '{}: {}{} <a class="ord-link" href="{}">Its deliveries</a>'
        return format_html(text, _title(obj.kind), what, ask, url)

    def _state_sentence(self, obj: Any) -> str:
        counts = self.get_queryset_counts(obj)
        dead = f" and {counts['dead']} given up" if counts["dead"] else ""
        return f"{counts['waiting']} waiting to go out{dead}.{circuit_sentence(obj)}"

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
            *([("What it is asked", {"fields": ("look_up", "reads")})] if asked else []),
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
            obj.mapping = dict(SINK_KINDS[obj.kind].default_mapping)
            obj.reads = dict(SINK_KINDS[obj.kind].default_reads)
        super().save_model(request, obj, form, change)

    def has_check_connection_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request)

    @action(
        description="Test connection…",
        permissions=["check_connection"],
        dialog={
            "title": "Test the connection?",
            "description": "The other side is asked whether it can be reached as set up here. It is told nothing.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Test",
        },
    )
    def check_connection(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        sink = Sink.objects.get(pk=object_id)
        try:
            finding = adapter_of(sink).check()
            tell = messages.success if finding.ok else messages.error
            tell(request, finding.sentence)
        except Misconfigured as problem:
            messages.error(request, problem.sentence)
        return leave_dialog(request, change_url(sink))

    def has_try_now_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        held = Sink.objects.filter(pk=object_id).exclude(circuit=Sink.CircuitState.CLOSED)
        return self.has_change_permission(request) and held.exists()

    @action(
        description="Try it now…",
        permissions=["try_now"],
        dialog={
            "title": "Send to it again at once?",
            "description": "What waits goes out now, whatever happened before. If it fails five times more, it is "
            "held back again.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Send",
        },
    )
    def try_now(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        sink = Sink.objects.get(pk=object_id)
        circuits.close(sink.pk)
        messages.success(request, f"What waits for “{sink}” goes out now.")
        return leave_dialog(request, change_url(sink))

    def has_retry_dead_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        dead = Delivery.objects.filter(sink=object_id, state=Delivery.State.DEAD)
        return request.user.has_perm("workflows.change_delivery") and dead.exists()

    @action(
        description="Try again what was given up…",
        permissions=["retry_dead"],
        dialog={
            "title": "Try again all that was given up?",
            "description": "Each delivery to this sink that was given up is sent again, with the same bytes. The "
            "receiver knows a repetition by its number.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Try again",
        },
    )
    def retry_dead(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        count = delivering.retry_all(Delivery.objects.filter(sink=object_id), timezone.now())
        messages.success(request, f"{counted(count, 'delivery', 'deliveries')} will be tried again at once.")
        return leave_dialog(request, change_url(Sink.objects.get(pk=object_id)))

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

    def has_history(self, obj: Any) -> bool:
        return obj.deliveries.exists()


def circuit_sentence(sink: Sink) -> str:
    """Why nothing passes to the sink now, and until when; empty while everything does."""
    since, until = instant(sink.circuit_since), instant(sink.circuit_until)
    if sink.circuit == Sink.CircuitState.OPEN:
        return (
            f" It failed {sink.failures} times in a row and is held back since {since}; it is tried again with "
            f"one delivery at {until}."
        )
    if sink.circuit == Sink.CircuitState.PAUSED:
        return f" It asked for a pause until {until}."
    return ""


def _title(kind: str) -> str:
    adapter = SINK_KINDS.get(kind)
    return str(getattr(adapter, "title", "") or said(kind.rpartition(".")[2]))


def verb_title(verb: str) -> str:
    """A verb and the first sentence of what it means: “booking.made: A meeting was booked”."""
    meaning = VERBS.get(verb, "").partition(" data:")[0].rstrip(".")
    return f"{said(verb.replace('.', ' '))}: {meaning}" if meaning else said(verb.replace(".", " "))
