"""Moving many runs to another version: which, and how far it has come."""

from __future__ import annotations

from django.db import models

from workflows.models.definitions import Workflow, WorkflowVersion


class RunMoveQuerySet(models.QuerySet["RunMove"]):
    def under_way(self) -> RunMoveQuerySet:
        return self.filter(state=RunMove.State.RUNNING)


class RunMove(models.Model):
    """Runs that wait at some places of other versions, moved one by one in the order of their numbers.

    `cursor` is the number of the run that was looked at last; a worker that dies goes on from there.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="moves")
    version = models.ForeignKey(WorkflowVersion, on_delete=models.CASCADE, related_name="moves")
    places = models.JSONField(help_text="Lists of a version's number, a stage of it, and the stage there.")
    only = models.JSONField(default=list, help_text="The runs that are meant, in order; none: all.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    cursor = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="Runs that waited there, counted when it began.")
    moved = models.PositiveIntegerField(default=0)
    stayed = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict, help_text="Why runs stayed: a sentence, and how many.")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=40)

    objects = RunMoveQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "move of runs"
        verbose_name_plural = "moves of runs"
        constraints = [
            models.UniqueConstraint(
                fields=["workflow"],
                condition=models.Q(state="running"),
                name="one_move_of_a_workflow_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Moving runs to {self.version}"
