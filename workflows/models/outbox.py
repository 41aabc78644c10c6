"""What leaves the machine: one abstract row and one claim for mail, deliveries and whatever comes later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

LEASE = timedelta(minutes=2)


class OutgoingQuerySet(models.QuerySet[Any]):
    def due(self, at: datetime, clock: datetime) -> Self:
        """Rows to work on: waiting ones due at `at`, and those whose worker's lease ran out by `clock`."""
        waiting = Q(state=Outgoing.State.WAITING, due_at__lte=at)
        orphaned = Q(state=Outgoing.State.SENDING, lease_until__lt=clock)
        return self.filter(waiting | orphaned).order_by("due_at", "pk")

    def claim(self, pk: int, at: datetime, clock: datetime, lease: timedelta = LEASE) -> int | None:
        """Take the row for one attempt. Returns the attempt's number, the fence of all that follows it.

        None when somebody else has it or nothing is to be done. One conditional UPDATE; no lock is kept.
        """
        taken = (
            self.due(at, clock)
            .order_by()
            .filter(pk=pk)
            .update(state=Outgoing.State.SENDING, attempt=F("attempt") + 1, lease_until=clock + lease)
        )
        if not taken:
            return None
        return int(self.values_list("attempt", flat=True).get(pk=pk))

    def retry(self, now: datetime) -> int:
        """Those that were given up wait again, with the same text and key; the count of attempts goes on."""
        dead = self.order_by().filter(state=Outgoing.State.DEAD)
        return dead.update(
            state=Outgoing.State.WAITING, due_at=now, lease_until=None, settled_at=None, reason=""
        )

    def finish(self, pk: int, attempt: int, **changes: Any) -> bool:
        """Write the end of an attempt, fenced: false when the lease was lost and another has it now."""
        return bool(
            self.filter(pk=pk, attempt=attempt, state=Outgoing.State.SENDING).update(
                lease_until=None, **changes
            )
        )


class Outgoing(models.Model):
    """An effect on the outside world, written in the transaction of its cause."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        DEAD = "dead", "Given up"
        WITHDRAWN = "withdrawn", "Withdrawn"

    FINAL = (State.SENT, State.WITHDRAWN)

    key = models.CharField(max_length=160, unique=True, help_text="The same effect is never written twice.")
    run = models.BigIntegerField(null=True, blank=True, db_index=True)
    lead = models.BigIntegerField(null=True, blank=True, db_index=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it failed or was withdrawn.")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    is_recorded_only = models.BooleanField(
        default=False, help_text="Kept here and never sent: made by simulation."
    )

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        abstract = True
