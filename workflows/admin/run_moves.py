"""Moves of many runs: how far each has come, what stayed and why, and a way to stop."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from workflows import moving
from workflows.admin.announcing import actor_of
from workflows.admin.base import ReadOnly, change_url, leave_dialog, link
from workflows.admin.words import counted, instant, who
from workflows.models import RunMove


@admin.register(RunMove)
class RunMoveAdmin(ReadOnly):
    purpose = (
        "Moving runs under way to another version. Begin one on the page of that version; workers go on with it, "
        "run by run."
    )
    list_display = ("title", "state_shown", "progress", "stayed", "begun", "author")
    list_display_links = ("title",)
    list_filter = ("workflow", "state")
    list_select_related = ("version__workflow",)
    fields = ("state_shown", "progress", "stayed", "begun", "ended", "author")
    readonly_fields = fields
    actions_detail = ("stop",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Reached from the version that runs are moved to."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm("workflows.change_run")

    @display(description="Move")
    def title(self, obj: Any) -> str:
        return str(obj)

    @display(description="State", label={"Under way": "info", "Done": "success", "Stopped": "warning"})
    def state_shown(self, obj: Any) -> str:
        return str(obj.get_state_display())

    @display(description="Moved")
    def progress(self, obj: Any) -> str:
        return f"{obj.moved} of {obj.total}"

    @display(description="Begun")
    def begun(self, obj: Any) -> str | None:
        return instant(obj.created_at)

    @display(description="Ended", empty_value="not yet")
    def ended(self, obj: Any) -> str | None:
        return instant(obj.finished_at)

    @display(description="Begun by")
    def author(self, obj: Any) -> str:
        return who(obj.started_by)

    def summary(self, obj: Any) -> str | SafeString:
        text = "Moving runs to {}: {}. {} moved, {} stayed.{}"
        moved, stayed = counted(obj.moved, "run"), counted(obj.stayed, "run")
        return format_html(
            text, link(obj.version), obj.get_state_display().lower(), moved, stayed, _still(obj)
        )

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        looked_at = obj.moved + obj.stayed
        context = {
            "move": obj,
            "looked_at": looked_at,
            "most": max(obj.total, looked_at, 1),
            "reasons": sorted(obj.reasons.items(), key=lambda pair: (-pair[1], pair[0])),
            "is_under_way": obj.state == RunMove.State.RUNNING,
        }
        return render_to_string("admin/ordinus/run_move.html", context, request)

    def has_stop_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        is_open = RunMove.objects.under_way().filter(pk=object_id).exists()
        return is_open and request.user.has_perm("workflows.change_run")

    @action(
        description="Stop…",
        permissions=["stop"],
        variant=ActionVariant.DANGER,
        dialog={
            "title": "Stop moving runs?",
            "description": "Those that were moved stay where they are now; the others finish on their version.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Stop",
        },
    )
    def stop(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        move = RunMove.objects.get(pk=object_id)
        moving.stop(move, now=timezone.now(), actor=actor_of(request))
        messages.success(request, "Stopped. No further run is moved.")
        return leave_dialog(request, change_url(move))


def _still(move: RunMove) -> str:
    """What is to be known of runs that are neither moved nor stayed."""
    left = move.total - move.moved - move.stayed
    if left <= 0:
        return ""
    if move.state == RunMove.State.RUNNING:
        return f" {counted(left, 'run')} to go. You can leave this page: it goes on without you."
    if move.state == RunMove.State.STOPPED:
        return f" {counted(left, 'run')} not looked at."
    return f" {counted(left, 'run')} had gone on meanwhile, to a stage that was not chosen or to the end."
