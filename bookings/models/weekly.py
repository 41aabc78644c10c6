"""Reports that are mailed once a week."""

from __future__ import annotations

from django.db import models

from routing.models.reps import WEEKDAYS, validate_time_zone
from workflows.models import Workflow


class WeeklyReport(models.Model):
    """Who gets the week's numbers by mail, of which workflow, and when."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120, help_text="The mail’s subject begins with it.")
    workflow = models.ForeignKey(
        Workflow,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: the leads of all workflows.",
    )
    recipients = models.JSONField(default=list, help_text="E-mail addresses.")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS, default=0)
    minute = models.PositiveSmallIntegerField(default=480, help_text="Of the day, on the wall clock.")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    is_active = models.BooleanField("sent", default=True, help_text="Off: it is kept and not sent.")
    since = models.DateTimeField(editable=False, help_text="Weeks that ended before are not sent.")
    sent_until = models.DateTimeField(null=True, editable=False, help_text="The end of the last week sent.")
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
