"""Groups of reps that share out meetings: their rules, their hours, and each member's share."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from routing.models.reps import WEEKDAYS, Rep, clock_span, validate_time_zone


class MeetingType(models.Model):
    """The shape of a meeting. All lengths are minutes; those of a meeting are multiples of 5."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120, help_text="As guests see it.")
    duration = models.PositiveIntegerField(default=30, help_text="Minutes.")
    step = models.PositiveIntegerField(default=15, help_text="Minutes between offered starts.")
    buffer_before = models.PositiveIntegerField(default=0, help_text="Minutes kept free before it.")
    buffer_after = models.PositiveIntegerField(default=0, help_text="Minutes kept free after it.")
    min_notice = models.PositiveIntegerField(
        default=0, help_text="Minutes between booking and the earliest start."
    )
    horizon_days = models.PositiveIntegerField(default=30, help_text="How many days ahead can be booked.")
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(duration__gt=0) & Q(step__gt=0), name="meeting_has_length")
        ]

    def __str__(self) -> str:
        return self.name


class Pool(models.Model):
    """A group of reps that leads of a segment are shared out to."""

    class AssignmentRule(models.TextChoices):
        AT_BOOKING = "at_booking", "When a time is picked: all free reps' times are offered"
        AT_ROUTING = "at_routing", "When the lead is routed: only that rep's times are offered"

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    meeting_type = models.ForeignKey(MeetingType, on_delete=models.PROTECT, related_name="pools")
    sla_minutes = models.PositiveIntegerField(
        "SLA",
        null=True,
        blank=True,
        help_text="A lead must be offered a time within this many minutes (open minutes, if hours are "
        "given); otherwise the next pool is tried. Empty: any time within the horizon will do.",
    )
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text="Of the hours and closed days.",
    )
    assignment = models.CharField(
        max_length=12, choices=AssignmentRule.choices, default=AssignmentRule.AT_BOOKING
    )
    keep_rep_on_reschedule = models.BooleanField(
        default=False, help_text="A guest who moves keeps the rep, if that rep is free."
    )
    owner_from = models.JSONField(
        default=list,
        blank=True,
        help_text="Facts that may hold the e-mail address of the rep who owns the lead, best first.",
    )
    fallback = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Tried when nobody here can take the lead in time.",
    )
    catch_up = models.PositiveIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Most meetings a rep can be owed or owe, so that nobody is flooded after an absence.",
    )
    fairness_group = models.SlugField(
        max_length=64,
        blank=True,
        help_text="Pools with the same word here share one account of turns for each rep. Empty: one of its own.",
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PoolHours(models.Model):
    """When the clock of the SLA runs, on the pool's wall clock."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pool", "weekday", "start_minute"]
        verbose_name_plural = "pool hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(start_minute__lt=1440)
                & Q(end_minute__gt=F("start_minute"))
                & Q(end_minute__lte=F("start_minute") + 1440),
                name="pool_hours_end_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {clock_span(self.start_minute, self.end_minute)}"


class PoolClosure(models.Model):
    """A date on which the pool holds no meetings and its SLA stands still."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="closed")
    on = models.DateField()

    class Meta:
        ordering = ["pool", "on"]
        constraints = [models.UniqueConstraint(fields=["pool", "on"], name="closed_once_per_day")]

    def __str__(self) -> str:
        return str(self.on)


class Match(models.Model):
    """Only members whose attribute fits a fact of the lead take part; a missing fact filters nobody."""

    class Operator(models.TextChoices):
        IS = "==", "is"
        CONTAINS = "contains", "contains"
        IN = "in", "is one of"

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="matches")
    attribute = models.CharField(max_length=64, help_text="Of the rep, such as languages.")
    operator = models.CharField(max_length=16, choices=Operator.choices, default=Operator.CONTAINS)
    fact = models.CharField(max_length=120, help_text="Of the lead, such as answers.language.")

    class Meta:
        ordering = ["pool", "pk"]
        verbose_name_plural = "matches"

    def __str__(self) -> str:
        return f"{self.attribute} {self.get_operator_display()} {self.fact}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def taking_turns(self) -> MembershipQuerySet:
        """The members among whom balances sum to zero, in a pool of no group or once for each rep of a group."""
        return self.filter(is_active=True, rep__is_active=True, rep__left_at=None)


class Membership(models.Model):
    """A rep's place in a pool: the weight of the share and the balance of turns owed."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="members")
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="memberships")
    weight = models.PositiveIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="A weight of 3 gets three meetings for each one of a weight of 1.",
    )
    daily_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="Most meetings a day from this pool."
    )
    weekly_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="Most meetings a week from this pool."
    )
    is_active = models.BooleanField(default=True, editable=False)
    balance = models.FloatField(
        default=0.0,
        editable=False,
        help_text="Meetings this rep is owed (above 0) or ahead by (below 0); in all pools of a group the same.",
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pool", "pk"]
        constraints = [models.UniqueConstraint(fields=["pool", "rep"], name="member_once_per_pool")]

    def __str__(self) -> str:
        return f"{self.rep} in {self.pool}"
