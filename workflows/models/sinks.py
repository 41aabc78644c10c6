"""Where facts go: CRMs, warehouses and webhooks, and one delivery a fact and sink."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from workflows.models.outbox import Outgoing

UNLESS_NAMED = ("delivery.", "audit.")


class SinkQuerySet(models.QuerySet["Sink"]):
    def in_use(self) -> SinkQuerySet:
        return self.filter(is_enabled=True, retired_at=None)

    def taking(self, verb: str) -> list[Sink]:
        return [sink for sink in self.in_use() if sink.takes(verb)]

    def holding_back(self, at: datetime) -> SinkQuerySet:
        """Those to which nothing passes at `at`: they failed again and again, or asked for a pause."""
        return self._not_closed(at).filter(circuit_until__gt=at)

    def probing(self, at: datetime) -> SinkQuerySet:
        """Those to which one delivery at a time may pass, to see whether they work again."""
        return self._not_closed(at).filter(circuit=Sink.CircuitState.OPEN, circuit_until__lte=at)

    def _not_closed(self, at: datetime) -> SinkQuerySet:
        return self.exclude(circuit=Sink.CircuitState.CLOSED).filter(circuit_since__lte=at)


class Sink(models.Model):
    """A receiver of facts. Workflows never name one, except an action that pushes an event to all."""

    class CircuitState(models.TextChoices):
        CLOSED = "closed", "Passing"
        PAUSED = "paused", "Pausing as asked"
        OPEN = "open", "Held back"

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=120, help_text="Which adapter speaks to it.")
    is_enabled = models.BooleanField("enabled", default=True, help_text="Off: new facts are not kept for it.")
    look_up = models.BooleanField(
        default=False, help_text="Ask it who owns a lead and what it knows, before qualification."
    )
    config = models.JSONField(default=dict, blank=True)
    events = models.JSONField(default=list, blank=True, help_text="The facts it takes; * takes all.")
    mapping = models.JSONField(default=dict, blank=True, help_text="Their field, our fact.")
    reads = models.JSONField(
        default=dict, blank=True, help_text="Our fact crm.*, their field: what a look-up answers."
    )
    cache_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="How long what a look-up answered is used again."
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    circuit = models.CharField(
        max_length=8, choices=CircuitState.choices, default=CircuitState.CLOSED, editable=False,
        help_text="Whether deliveries pass.",
    )  # fmt: skip
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="Failed attempts in a row.")
    circuit_since = models.DateTimeField(null=True, blank=True, editable=False)
    circuit_until = models.DateTimeField(null=True, blank=True, editable=False)
    look_up_circuit = models.CharField(
        max_length=8, choices=CircuitState.choices, default=CircuitState.CLOSED, editable=False,
        help_text="Whether it is asked about leads.",
    )  # fmt: skip
    look_up_failures = models.PositiveIntegerField(
        default=0, editable=False, help_text="Look-ups in a row without an answer."
    )
    look_up_since = models.DateTimeField(null=True, blank=True, editable=False)
    look_up_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SinkQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name or self.slug

    def takes(self, verb: str) -> bool:
        """`*` takes every verb but those about deliveries, which would feed themselves, and the seals of the trace."""
        return verb in self.events or ("*" in self.events and not verb.startswith(UNLESS_NAMED))


class SinkAccess(models.Model):
    """The newest tokens by which a sink's other side lets us in; shared by all processes, renewed by one at a time."""

    sink = models.OneToOneField(Sink, on_delete=models.CASCADE, related_name="access")
    key = models.CharField(max_length=64, blank=True, help_text="A digest of the credentials they came from.")
    token = models.TextField(blank=True, help_text="The access token, sealed.")
    refresh_token = models.TextField(
        blank=True, help_text="Sealed; empty where the one that was entered stays good."
    )
    number = models.PositiveIntegerField(default=0, help_text="Of the last renewal.")
    lease_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Access to {self.sink}"


class SinkRecord(models.Model):
    """A record on the other side that belongs to one of our leads, runs or bookings.

    Our number is plain: the record outlives what it belongs to. An erasure removes the row.
    """

    class Subject(models.TextChoices):
        LEAD = "lead", "Lead"
        RUN = "run", "Run"
        BOOKING = "booking", "Booking"

    sink = models.ForeignKey(Sink, on_delete=models.CASCADE, related_name="records")
    subject = models.CharField(max_length=8, choices=Subject.choices)
    number = models.BigIntegerField(help_text="Of our lead, run or booking.")
    role = models.CharField(max_length=40, help_text="Which of their records it is, such as contact.")
    external_id = models.CharField(max_length=200)
    lead = models.BigIntegerField(null=True, blank=True, db_index=True, help_text="Whom it is about.")

    class Meta:
        ordering = ["sink", "subject", "number", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["sink", "subject", "number", "role"], name="one_record_a_role_and_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.subject} {self.number} in {self.sink}"


class Delivery(Outgoing):
    """One fact on its way to one sink."""

    sink = models.ForeignKey(Sink, on_delete=models.PROTECT, related_name="deliveries")
    booking = models.BigIntegerField(null=True, blank=True)
    verb = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField(help_text="Of the fact within its run.")
    at = models.DateTimeField(help_text="When the fact happened.")
    event = models.BigIntegerField(
        default=0, help_text="Number of the fact among all; one lead's facts go out in this order."
    )
    backfill = models.ForeignKey(
        "workflows.Backfill", null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    body = models.JSONField(null=True, blank=True, help_text="What is sent, written at the first attempt.")

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "deliveries"
        indexes = [
            # the sweep: waiting ones that are due, and those whose worker may have died
            models.Index(fields=["state", "due_at"], name="delivery_by_state_and_due"),
            # order per lead and sink: is an earlier one still open?
            models.Index(fields=["sink", "lead", "event"], name="delivery_by_sink_lead_event"),
        ]

    def __str__(self) -> str:
        return f"{self.verb.replace('.', ' ').replace('_', ' ').capitalize()} to {self.sink}"


class DeliveryAttempt(models.Model):
    """One try at a delivery and what the receiver answered, secrets and personal data masked."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=32, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["delivery", "number"]

    def __str__(self) -> str:
        return f"Attempt {self.number}: {self.status}"
