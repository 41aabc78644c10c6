"""What happens to one enquiry: its run through a version, and the instants it waits for."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from workflows.models.definitions import WorkflowVersion


class RunQuerySet(models.QuerySet["Run"]):
    def under_way(self) -> RunQuerySet:
        return self.filter(state=Run.State.ACTIVE)

    def on_a_virtual_clock(self) -> RunQuerySet:
        return self.filter(is_virtual=True)

    def waiting_in(self, stage: str) -> RunQuerySet:
        return self.under_way().filter(stage=stage)


class Run(models.Model):
    """One lead's way through one version. Only the engine moves it, holding the row's lock."""

    class State(models.TextChoices):
        ACTIVE = "active", "Under way"
        COMPLETED = "completed", "Completed"
        SUPERSEDED = "superseded", "Superseded by a newer enquiry"
        FAILED = "failed", "Stopped by a fault"

    FINAL = (State.COMPLETED, State.SUPERSEDED)

    version = models.ForeignKey(WorkflowVersion, on_delete=models.PROTECT, related_name="runs")
    lead = models.BigIntegerField(db_index=True, help_text="Number of the lead; the trace outlives it.")
    booking = models.BigIntegerField(null=True, blank=True, help_text="Number of the current booking.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    stage = models.CharField(max_length=64, help_text="Where it is, or where it ended.")
    visit = models.PositiveIntegerField(default=0, help_text="Counts each entry into a stage.")
    carried = models.JSONField(default=dict, blank=True)
    presses = models.PositiveIntegerField(default=0, help_text="Counts what people pressed in this run.")
    undo = models.JSONField(null=True, blank=True)
    is_synthetic = models.BooleanField(
        default=False, help_text="Made by simulation; nothing leaves for real."
    )
    is_virtual = models.BooleanField(
        default=False, help_text="A simulation is moving it on its own clock; the sweep leaves it alone."
    )
    started_at = models.DateTimeField()
    entered_at = models.DateTimeField(help_text="When the present stage was entered.")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            # the sweep: whose work it leaves to a simulation under way
            models.Index(fields=["id"], condition=models.Q(is_virtual=True), name="run_on_virtual_clock"),
            # live counts of runs waiting in each stage, and the engine's look for superseded runs
            models.Index(fields=["version", "state", "stage"], name="run_by_version_state_stage"),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} of {self.version}"

    @property
    def is_under_way(self) -> bool:
        return self.state == self.State.ACTIVE


class TimerQuerySet(models.QuerySet["Timer"]):
    def due(self, at: datetime) -> TimerQuerySet:
        return self.filter(state=Timer.State.WAITING, due_at__lte=at).order_by("due_at", "pk")

    def waiting(self) -> TimerQuerySet:
        return self.filter(state=Timer.State.WAITING)


class Timer(models.Model):
    """An instant at which a run acts by itself. Its key makes planning the same thing twice impossible."""

    class State(models.TextChoices):
        WAITING = "waiting", "Planned"
        FIRED = "fired", "Done"
        SKIPPED = "skipped", "Skipped"
        WITHDRAWN = "withdrawn", "Withdrawn"
        FAILED = "failed", "Failed"

    FINAL = (State.FIRED, State.SKIPPED, State.WITHDRAWN, State.FAILED)

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="timers")
    key = models.CharField(max_length=160, unique=True)
    purpose = models.CharField(max_length=32, help_text="What happens then, in the words of the stage kind.")
    stage = models.CharField(max_length=64, help_text="The stage that planned it.")
    visit = models.PositiveIntegerField(
        null=True, blank=True, help_text="Set when it belongs to one stay in a stage and goes with it."
    )
    booking = models.BigIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(null=True, blank=True)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Later than this it is skipped.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=64, blank=True, help_text="Why it was skipped or withdrawn.")
    details = models.JSONField(default=dict, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = TimerQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            # the sweep: waiting timers that are due, oldest first
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="timer_waiting_by_due"),
            # a booking's plan of reminders, newest due first
            models.Index(fields=["booking", "state"], name="timer_by_booking"),
            # the list of all of them
            models.Index(fields=["due_at"], name="timer_by_due"),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    def __str__(self) -> str:
        purpose = self.purpose.replace("_", " ").capitalize()
        return f"{purpose} on {self.due_at:%d %B %Y, %H:%M} UTC"


class Heartbeat(models.Model):
    """When a recurring piece of work last ran; its age is what readiness and the dashboard show."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name.replace("_", " ").replace("-", " ").capitalize()
