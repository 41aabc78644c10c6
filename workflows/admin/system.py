"""What keeps the system going, to be looked at: recurring work, planned instants, and anchors of the trace."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.timesince import timesince
from unfold.decorators import display

from workflows.admin.base import ReadOnly
from workflows.admin.filters import NewestValuesFilter
from workflows.admin.searching import number_of, numbered
from workflows.admin.words import counted, said
from workflows.models import Anchor, Heartbeat, Run, Timer

LATE_MINUTES = 3


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    purpose = (
        "When each piece of recurring work last ran. The sweep runs every few seconds; if it is minutes old, "
        "reminders and mails wait."
    )
    list_display = ("work", "state", "at", "ago")
    list_display_links = ("work",)
    fields = ("work", "at", "ago")
    readonly_fields = fields

    @display(description="Work", ordering="name")
    def work(self, obj: Any) -> str:
        return said(obj.name)

    @display(description="State", label={"In time": "success", "Late": "danger"})
    def state(self, obj: Any) -> str:
        is_late = (timezone.now() - obj.at).total_seconds() > LATE_MINUTES * 60
        return "Late" if is_late else "In time"

    @display(description="Last ran")
    def ago(self, obj: Any) -> str:
        return f"{timesince(obj.at)} ago"

    def summary(self, obj: Any) -> str:
        return f"“{said(obj.name)}” last ran {timesince(obj.at)} ago."


@admin.register(Timer)
class TimerAdmin(ReadOnly):
    purpose = "Every instant at which something happens by itself: reminders, expiries, questions to reps."
    list_display = ("what", "state_shown", "due_at", "stage_shown", "workflow", "settled_at", "why")
    list_display_links = ("what",)
    list_filter = ("state", ("purpose", NewestValuesFilter), "run__version__workflow")
    list_select_related = ("run__version__workflow",)
    search_fields = ("booking",)
    search_help_text = "The number of a run, lead or booking."
    ordering = ("-due_at",)
    fields = ("what", "state_shown", "due_at", "expires_at", "stage_shown", "workflow", "settled_at", "why")
    readonly_fields = fields

    def searched(self, term: str) -> Q:
        runs = Run.objects.filter(lead=number_of(term) or 0).order_by().values_list("pk", flat=True)
        return Q(run__in=list(runs)) | numbered(term, "run", "booking")

    @display(description="What happens", ordering="purpose")
    def what(self, obj: Any) -> str:
        return said(obj.purpose)

    @display(
        description="State",
        label={"Planned": "info", "Done": "success", "Skipped": "warning", "Failed": "danger"},
        ordering="state",
    )
    def state_shown(self, obj: Any) -> str:
        return str(obj.get_state_display())

    @display(description="Stage", ordering="stage")
    def stage_shown(self, obj: Any) -> str:
        return said(obj.stage)

    @display(description="Workflow")
    def workflow(self, obj: Any) -> str:
        return str(obj.run.version)

    @display(description="Why", empty_value="—")
    def why(self, obj: Any) -> str | None:
        return said(obj.reason) or None

    def summary(self, obj: Any) -> str:
        return f"“{said(obj.purpose)}”, planned by the stage “{said(obj.stage)}” of {obj.run.version}."


@admin.register(Anchor)
class AnchorAdmin(ReadOnly):
    purpose = (
        "Every minute the trace is sealed: one number stands for all that was recorded until then. Keep a copy "
        "of the newest elsewhere, and nobody can rewrite what is older without being found out."
    )
    list_display = ("title", "at", "covers", "root")
    list_display_links = ("title",)
    ordering = ("-number",)
    fields = ("number", "at", "covers", "root", "previous", "hash")
    readonly_fields = fields

    @display(description="Anchor", ordering="number")
    def title(self, obj: Any) -> str:
        return f"No. {obj.number}"

    @display(description="Covers", ordering="heads")
    def covers(self, obj: Any) -> str:
        return counted(obj.heads, "run that grew", "runs that grew")

    def summary(self, obj: Any) -> str:
        return (
            f"It seals what was recorded until then in {counted(obj.heads, 'run')}. `verify_audit` checks it."
        )
