"""Telling a sink what happened before it was there: which facts, and how far it has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models

from workflows.models.sinks import Sink


class BackfillQuerySet(models.QuerySet[Any]):
    def under_way(self) -> BackfillQuerySet:
        return self.filter(state=Backfill.State.RUNNING)


class Backfill(models.Model):
    """Facts of the past for one sink: those up to `last_event`, each once, in the order in which they happened.

    `cursor` is the number of the last event that was looked at; a worker that dies goes on from there.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Collecting"
        COLLECTED = "collected", "Collected"
        STOPPED = "stopped", "Stopped"

    sink = models.ForeignKey(Sink, on_delete=models.CASCADE, related_name="backfills")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    since = models.DateTimeField(
        null=True, blank=True, help_text="Facts from then on; empty: from the first."
    )
    until = models.DateTimeField(null=True, blank=True, help_text="Facts before then; empty: all.")
    events = models.JSONField(default=list, help_text="Which facts; * takes all.")
    per_minute = models.PositiveIntegerField(default=600, help_text="At most so many are told in a minute.")
    cursor = models.BigIntegerField(default=0)
    last_event = models.BigIntegerField(help_text="What happens later is told as it happens.")
    total = models.PositiveIntegerField(default=0, help_text="Facts that fit, counted when it began.")
    seen = models.PositiveIntegerField(default=0, help_text="Of these, looked at so far.")
    written = models.PositiveIntegerField(
        default=0, help_text="Deliveries made; the sink was told the others before."
    )
    next_due_at = models.DateTimeField(help_text="When the next delivery may go out.")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=40)

    objects = BackfillQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sink"], condition=models.Q(state="running"), name="one_backfill_of_a_sink_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"Backfill of {self.sink}"

    def takes(self, verb: str) -> bool:
        """As a sink does: `*` takes every verb but those about deliveries."""
        return verb in self.events or ("*" in self.events and not verb.startswith("delivery."))

    def due_of(self, number: int, at: datetime) -> datetime:
        """When the delivery made as number `number` from now on may go out, so that the pace is kept."""
        return max(self.next_due_at, at) + timedelta(minutes=1) * number / self.per_minute
