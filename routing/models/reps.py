"""The people who take meetings: their hours, days off, calendars and busy times."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from routing.core import public_holidays

WEEKDAYS = [(0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"), (4, "Friday"),
            (5, "Saturday"), (6, "Sunday")]  # fmt: skip


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            f"“{name}” is not a time zone. Use a name such as Europe/Berlin or America/New_York."
        )


def validate_holidays(code: str) -> None:
    if not public_holidays.is_known(code):
        raise ValidationError(
            f"The public holidays of “{code}” are not known. Use a country such as DE, or one of its regions such "
            "as DE-BY."
        )


class RepQuerySet(models.QuerySet["Rep"]):
    def taking_turns(self) -> RepQuerySet:
        """Who takes new meetings, today or on some day to come."""
        return self.filter(is_active=True, left_at=None)


class Rep(models.Model):
    """Somebody who takes meetings, known everywhere by e-mail address."""

    email = models.EmailField(unique=True, help_text="Invites and notices go there; files name reps by it.")
    name = models.CharField(max_length=120, help_text="As guests see it.")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="rep",
        help_text="The login that opens this rep's own screen.",
    )
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text="Working hours are read on this zone's clock.",
    )
    meeting_url = models.URLField(
        max_length=500, blank=True, help_text="Where this rep's meetings take place."
    )
    attributes = models.JSONField(
        default=dict, blank=True, help_text="What pools may match on, such as languages or region."
    )
    daily_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="Most meetings a day over all pools; empty for no limit."
    )
    weekly_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="Most meetings a week over all pools; empty for no limit."
    )
    is_active = models.BooleanField(
        "active", default=True, help_text="Off: no new meetings; those already booked stay."
    )
    holidays = models.CharField(
        "public holidays",
        max_length=40,
        blank=True,
        validators=[validate_holidays],
        help_text="A country, or a country and its region, such as DE or DE-BY, whose public holidays are days off.",
    )
    leaves_on = models.DateField(
        "last day",
        null=True,
        blank=True,
        help_text="The rep leaves after this day: nothing can be booked later than it.",
    )
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    unreviewed_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        db_index=True,
        help_text="What this rep can take has changed, and the meetings ahead have not been looked through since.",
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RepQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_taking_turns(self) -> bool:
        return self.is_active and self.left_at is None


class WorkingHours(models.Model):
    """An interval of a weekday on the rep's wall clock; an end past midnight runs into the next day."""

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    start_minute = models.PositiveSmallIntegerField(help_text="Minutes since local midnight.")
    end_minute = models.PositiveSmallIntegerField(
        help_text="Minutes since local midnight; above 1440: next day."
    )

    class Meta:
        ordering = ["rep", "weekday", "start_minute"]
        verbose_name_plural = "working hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(start_minute__lt=1440) & Q(end_minute__gt=F("start_minute")),
                name="hours_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(end_minute__lte=F("start_minute") + 1440), name="hours_at_most_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {clock_span(self.start_minute, self.end_minute)}"


def clock_span(start_minute: int, end_minute: int) -> str:
    """`09:00-17:30`, `22:00-02:00`, `18:00-24:00`, as configuration files write it."""
    end = end_minute if end_minute <= 1440 else end_minute - 1440
    return f"{start_minute // 60:02}:{start_minute % 60:02}-{end // 60:02}:{end % 60:02}"


class TimeOff(models.Model):
    """Whole local days on which a rep takes no meetings, both ends included."""

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="time_off")
    start_on = models.DateField("first day")
    end_on = models.DateField("last day")
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["rep", "start_on"]
        verbose_name_plural = "time off"
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="time_off_ends_after_start")
        ]

    def __str__(self) -> str:
        return f"{self.start_on} to {self.end_on}"


class CalendarQuerySet(models.QuerySet["Calendar"]):
    def due(self, at: datetime) -> CalendarQuerySet:
        return self.filter(rep__is_active=True, next_read_at__lte=at).order_by("next_read_at", "pk")


class Calendar(models.Model):
    """A feed of a rep's busy times. Unreadable: the last ones read count, until `stale_after`."""

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="calendars")
    kind = models.CharField(max_length=32, default="ics")
    url = models.CharField(max_length=1000, help_text="Address of the feed, as the calendar shows it.")
    stale_after_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Unread for longer, the rep takes no new meetings; empty: never."
    )
    etag = models.CharField(max_length=300, blank=True, editable=False)
    modified = models.CharField(max_length=100, blank=True, editable=False)
    added_at = models.DateTimeField(editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Last read with success.")
    next_read_at = models.DateTimeField(editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        ordering = ["rep", "pk"]
        constraints = [models.UniqueConstraint(fields=["rep", "url"], name="calendar_once_per_rep")]

    def __str__(self) -> str:
        return f"{self.kind} calendar of {self.rep}"


class BusyTime(models.Model):
    """A half-open interval [start, end) in whole minutes since the Unix epoch, as a calendar told it.

    Integers, because slots are computed from them at each request and dates cost four times the reading.
    """

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="busy_times")
    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="busy_times")
    start = models.BigIntegerField(help_text="Minutes since the Unix epoch, UTC.")
    end = models.BigIntegerField(help_text="Minutes since the Unix epoch, UTC.")

    class Meta:
        ordering = ["rep", "start"]
        indexes = [
            # slot computing: one covering range read a pool
            models.Index(fields=["rep", "end", "start"], name="busy_by_rep_and_time"),
        ]
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="busy_end_after_start")]

    def __str__(self) -> str:
        return f"{self.rep}: {self.start}-{self.end}"
