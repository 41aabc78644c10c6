"""The meeting, and what was seen of people attending it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from bookings.models.leads import Enquiry, Lead
from routing.models import Assignment, MeetingType, Pool, Rep


class BookingQuerySet(models.QuerySet["Booking"]):
    def confirmed(self) -> BookingQuerySet:
        return self.filter(status=Booking.Status.CONFIRMED)

    def upcoming(self, now: datetime) -> BookingQuerySet:
        return self.confirmed().filter(start_at__gt=now)

    def at_risk(self, now: datetime) -> BookingQuerySet:
        """Meetings ahead that something has come to stand against since they were booked."""
        return self.upcoming(now).filter(risks__isnull=False, risks__cleared_at=None).distinct()


class Booking(models.Model):
    """A meeting of a lead with a rep. A move keeps its id, UID and manage link and raises its revision."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        CANCELLED = "cancelled", "Cancelled"
        ATTENDED = "attended", "Attended"
        NO_SHOW = "no_show", "No-show"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="bookings")
    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="bookings")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="bookings")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="bookings")
    meeting_type = models.ForeignKey(MeetingType, on_delete=models.PROTECT, related_name="bookings")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64, help_text="The guest's.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CONFIRMED)
    revision = models.PositiveIntegerField(
        default=0, help_text="Rises with each move, cancellation and return."
    )
    uid = models.CharField(max_length=80, unique=True, help_text="Of the calendar invite, for life.")
    invite_sequence = models.PositiveIntegerField(default=0)
    clicked_revision = models.IntegerField(
        default=-1, help_text="The revision whose reschedule page was last opened."
    )
    reconfirmed_for = models.DateTimeField(
        null=True, blank=True, help_text="The start that the guest has said yes to once more."
    )
    outcome = models.CharField(max_length=64, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_notes = models.TextField(blank=True)
    cancel_reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["-start_at"]
        indexes = [
            models.Index(fields=["rep", "start_at"], name="booking_by_rep_and_start"),
            models.Index(fields=["lead", "status", "start_at"], name="booking_by_lead"),
            models.Index(fields=["status", "start_at"], name="booking_by_status"),
            # the list of all of them, and reports of a span of time
            models.Index(fields=["start_at"], name="booking_by_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="booking_has_length")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_type} with {self.rep}"

    @property
    def run_id(self) -> int:
        return self.enquiry.run_id or 0


class AttendanceSignal(models.Model):
    """Something that tells whether a party was there. Kept as it came; what it meant is in the audit."""

    class Party(models.TextChoices):
        GUEST = "guest", "Guest"
        HOST = "host", "Rep"

    class Signal(models.TextChoices):
        JOINED = "joined", "Joined"
        ATTENDED = "attended", "Attended"
        NO_SHOW = "no_show", "Did not come"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="signals")
    party = models.CharField(max_length=8, choices=Party.choices)
    signal = models.CharField(max_length=10, choices=Signal.choices)
    source = models.CharField(max_length=40)
    at = models.DateTimeField(help_text="When it happened, as the source says.")
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=40)

    class Meta:
        ordering = ["booking", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_party_display()}: {self.get_signal_display()}"
