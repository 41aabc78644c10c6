"""What has come to stand against a meeting that is booked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bookings.models.bookings import Booking


class RiskQuerySet(models.QuerySet["Risk"]):
    def present(self) -> RiskQuerySet:
        return self.filter(cleared_at=None)


class Risk(models.Model):
    """One cause, such as a day off, from when it was seen until it is no longer so. Figures, no free text."""

    class Code(models.TextChoices):
        INACTIVE = "inactive", "Rep not active"
        LEFT = "left", "Rep leaves before"
        OUTSIDE_HOURS = "outside_hours", "Outside working hours"
        DAY_OFF = "day_off", "Day off"
        PUBLIC_HOLIDAY = "public_holiday", "Public holiday"
        CLOSED = "closed", "Pool closed"
        BUSY = "busy", "Calendar taken"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="risks")
    code = models.CharField(max_length=16, choices=Code.choices)
    detail = models.JSONField(default=dict)
    since = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        ordering = ["booking", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "code"], condition=Q(cleared_at=None), name="risk_once_per_cause"
            )
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class AtRisk(Booking):
    """Meetings ahead that something stands against, as a list of their own."""

    class Meta:
        proxy = True
        ordering = ["start_at"]
        verbose_name = "meeting at risk"
        verbose_name_plural = "meetings at risk"
