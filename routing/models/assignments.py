"""Who was given which meeting, what it cost of whose turn, and the guard against meeting twice at once."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from routing.models.pools import Pool
from routing.models.reps import Rep


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def reserved(self) -> AssignmentQuerySet:
        return self.filter(state=Assignment.State.RESERVED)


class Assignment(models.Model):
    """A rep given to a meeting. Times are whole minutes since the Unix epoch; none until one is picked."""

    class State(models.TextChoices):
        DRAWN = "drawn", "Drawn, no time yet"
        RESERVED = "reserved", "Reserved"
        RELEASED = "released", "Released"

    FINAL = (State.RELEASED,)

    class Manner(models.TextChoices):
        DRAW = "draw", "By turn"
        OWNER = "owner", "Owner of the lead"
        KEPT = "kept", "Kept on moving"
        NAMED = "named", "Named by staff"

    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="assignments")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="assignments")
    manner = models.CharField(max_length=8, choices=Manner.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    reference = models.BigIntegerField(
        null=True, blank=True, db_index=True, help_text="Number of the booking it serves."
    )
    start = models.BigIntegerField(null=True, blank=True)
    end = models.BigIntegerField(null=True, blank=True)
    buffer_before = models.PositiveIntegerField(default=0)
    buffer_after = models.PositiveIntegerField(default=0)
    has_turn = models.BooleanField(
        default=False, help_text="Whether it now holds a turn of the pool (false: none paid, or given back)."
    )
    made_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            # slot computing and caps: a rep's reservations of some weeks
            models.Index(
                fields=["rep", "end", "start"],
                condition=Q(state="reserved"),
                name="reserved_by_rep_and_time",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="reserved")
                | Q(start__isnull=False, end__isnull=False, end__gt=F("start"), reference__isnull=False),
                name="reserved_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rep} from {self.pool}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def present(self, now: datetime) -> HoldQuerySet:
        return self.filter(expires_at__gt=now)


class Hold(models.Model):
    """A start that somebody is about to press, kept for them by a lease. Whole minutes since the Unix epoch."""

    holder = models.BigIntegerField(
        unique=True, help_text="Number of the run; one holds one start at a time."
    )
    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="+")
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="+")
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    buffer_before = models.PositiveIntegerField(default=0)
    buffer_after = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="hold_has_length")]

    def __str__(self) -> str:
        return f"{self.rep_id}: {self.start}-{self.end}"


class ReservedSpan(models.Model):
    """The guard: two rows a reservation, kind 0 the meeting, kind 1 the meeting with its buffers.

    The database refuses a row of one kind that overlaps another booking's row of the other kind for the
    same rep, which keeps between two meetings the larger of the buffers that face each other.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="spans")
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="+")
    booking = models.BigIntegerField()
    kind = models.SmallIntegerField()
    start = models.BigIntegerField()
    end = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["rep", "kind", "end", "start"], name="span_by_rep_and_time")]

    def __str__(self) -> str:
        return f"{self.rep_id}: {self.start}-{self.end}"


class LedgerEntry(models.Model):
    """A turn taken, a credit or a correction of one member's balance, and why. Never changed."""

    class Kind(models.TextChoices):
        TURN = "turn", "Turn taken"
        CREDIT = "credit", "Turn given back"
        CORRECTION = "correction", "Correction"

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="ledger")
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.FloatField(help_text="Meetings; below 0 when a turn was taken.")
    assignment = models.ForeignKey(
        Assignment, null=True, blank=True, on_delete=models.SET_NULL, related_name="ledger"
    )
    booking = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "ledger entries"
        indexes = [models.Index(fields=["pool", "rep", "kind"], name="ledger_by_pool_and_rep")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.rep} {self.amount:+g}"
