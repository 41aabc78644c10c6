"""Roll-ups that reports read: how far each run came, and how often each form was looked at."""

from __future__ import annotations

from django.db import models

from bookings.models.forms import BookingForm
from workflows.models import Workflow


class RunProgress(models.Model):
    """How far one run came, kept true in the transaction of each fact; `rebuild_reports` makes it anew.

    It holds nothing that the trace does not tell, except the source, which is cleared with the person.
    """

    run = models.BigIntegerField(primary_key=True)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=64)
    lead = models.BigIntegerField(null=True, db_index=True)
    source = models.CharField(max_length=40, blank=True, help_text="utm_source, cut to a plain word.")
    is_synthetic = models.BooleanField(default=False)
    segment = models.CharField(max_length=64, blank=True)
    pool = models.CharField(max_length=64, blank=True)
    rep = models.BigIntegerField(null=True)
    furthest = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=64, blank=True)
    outcomes = models.TextField(blank=True, help_text="Slugs with spaces between, in their order.")
    began_at = models.DateTimeField()
    qualified_at = models.DateTimeField(null=True)
    routed_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    in_sla = models.BooleanField(null=True)
    meets_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    won_back_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "run progress"
        indexes = [
            # every report of a span of time, of one workflow or of all
            models.Index(fields=["workflow", "began_at"], name="progress_by_workflow_and_start"),
            models.Index(fields=["began_at"], name="progress_by_start"),
            # which sources there are
            models.Index(fields=["source"], condition=~models.Q(source=""), name="progress_by_source"),
            # no-shows won back, by when they were missed
            models.Index(
                fields=["missed_at"], condition=models.Q(missed_at__isnull=False), name="progress_by_miss"
            ),
        ]

    def __str__(self) -> str:
        return f"Progress of run {self.run}"


class FormViews(models.Model):
    """How often a form's page was asked for on a day (UTC), by what the address says of the source. Who looked is not
    known."""

    form = models.ForeignKey(BookingForm, on_delete=models.CASCADE, related_name="views")
    day = models.DateField()
    source = models.CharField(max_length=40, blank=True, help_text="utm_source, cut to a plain word.")
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["form", "day"]
        verbose_name_plural = "form views"
        constraints = [
            models.UniqueConstraint(
                fields=["form", "day", "source"], name="form_views_once_per_day_and_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} on {self.day}"
