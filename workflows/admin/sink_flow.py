"""Whether what a sink is to be told passes, and the buttons that try it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from workflows import circuits, delivering
from workflows.admin.announcing import actor_of
from workflows.admin.base import change_url, leave_dialog
from workflows.admin.words import counted, instant
from workflows.models import Delivery, Sink
from workflows.sinks.base import Misconfigured, adapter_of

FLOWING = {"closed": "On", "paused": "Pausing", "open": "Held back"}


class Flow:
    """For the admin of sinks: testing the connection, and sending again at once."""

    def has_check_connection_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request)  # type: ignore[attr-defined]

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
        closed = Q(circuit=Sink.CircuitState.CLOSED, look_up_circuit=Sink.CircuitState.CLOSED)
        held = Sink.objects.filter(pk=object_id).exclude(closed)
        return self.has_change_permission(request) and held.exists()  # type: ignore[attr-defined]

    @action(
        description="Try it now…",
        permissions=["try_now"],
        dialog={
            "title": "Send to it again at once?",
            "description": "What waits goes out now and leads are looked up again, whatever happened before. If it "
            "fails five times more, it is held back again.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Send",
        },
    )
    def try_now(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        sink = Sink.objects.get(pk=object_id)
        circuits.close(sink.pk, timezone.now(), actor_of(request))
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
        given_up = Delivery.objects.filter(sink=object_id)
        count = delivering.retry_all(given_up, timezone.now(), actor_of(request))
        messages.success(request, f"{counted(count, 'delivery', 'deliveries')} will be tried again at once.")
        return leave_dialog(request, change_url(Sink.objects.get(pk=object_id)))


def circuit_sentence(sink: Sink) -> SafeString:
    """Why nothing passes to the sink now, since when and until when, a line each; empty while everything does."""
    lines = []
    since, until = instant(sink.circuit_since), instant(sink.circuit_until)
    if sink.circuit == Sink.CircuitState.OPEN:
        lines.append(
            f"It failed {sink.failures} times in a row and is held back since {since}.{_last_trouble(sink)}"
        )
        lines.append(f"One delivery tries it again at {until}.")
    elif sink.circuit == Sink.CircuitState.PAUSED:
        lines.append(f"It asked for a pause until {until}.")
    if sink.look_up_circuit == Sink.CircuitState.OPEN:
        since, until = instant(sink.look_up_since), instant(sink.look_up_until)
        lines.append(
            f"It left {sink.look_up_failures} look-ups in a row unanswered: since {since} leads go on without it. "
            f"The first one after {until} tries it again."
        )
    return format_html_join("", "<br>{}", ((line,) for line in lines))


def _last_trouble(sink: Sink) -> str:
    """What the last delivery that failed came to."""
    failed = Delivery.objects.filter(sink=sink, attempts__isnull=False).exclude(reason="")
    reason = failed.order_by("-attempts__pk").values_list("reason", flat=True).first()
    return f" The last attempt: {reason}" if reason else ""
