"""The trace: one chain of events a run, the evidence they were based on, and anchors over all chains."""

from __future__ import annotations

from django.db import models

CONFIGURATION_CHAIN = 0


class AuditEvent(models.Model):
    """A fact, for good. The database refuses to change or remove it; what it refers to may be gone.

    Run, lead and booking are plain numbers, so the trace outlives its objects. `data` holds ids, slugs,
    codes, numbers and instants, never personal data or free text.
    """

    run = models.BigIntegerField(help_text="0 for facts that belong to no run.")
    sequence = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    lead = models.BigIntegerField(null=True, blank=True)
    booking = models.BigIntegerField(null=True, blank=True)
    workflow_version = models.BigIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null is part of the hash
    data = models.JSONField(default=dict)
    evidence_hash = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["run", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["run", "sequence"], name="audit_sequence_once_per_run")
        ]
        indexes = [
            models.Index(fields=["lead", "id"], name="audit_by_lead"),
            models.Index(fields=["verb", "at"], name="audit_by_verb"),
            models.Index(fields=["at"], name="audit_by_instant"),
            # the search for what happened to a meeting
            models.Index(
                fields=["booking"], condition=models.Q(booking__isnull=False), name="audit_by_booking"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} ({self.run}/{self.sequence})"


class Evidence(models.Model):
    """What a decision was based on. Bound to its event by a salted hash; erasing the row keeps the chain."""

    run = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    lead = models.BigIntegerField(null=True, blank=True, db_index=True)
    salt = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [models.UniqueConstraint(fields=["run", "sequence"], name="evidence_once_per_event")]

    def __str__(self) -> str:
        return f"Evidence of {self.run}/{self.sequence}"


class ChainHead(models.Model):
    """The newest event of a chain; locked by whoever appends, so a chain has one writer at a time."""

    run = models.BigIntegerField(primary_key=True)
    sequence = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64)
    anchored = models.PositiveIntegerField(default=0, help_text="Sequence that the latest anchor covers.")

    class Meta:
        indexes = [
            # the anchor's look for chains that grew since the last one
            models.Index(
                fields=["run"], condition=~models.Q(sequence=models.F("anchored")), name="head_not_anchored"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run}/{self.sequence}"


class Anchor(models.Model):
    """A Merkle root over the chain heads that changed since the last anchor, itself chained."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    root = models.CharField(max_length=64)
    heads = models.PositiveIntegerField(help_text="How many chain heads it covers.")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Anchor {self.number}"


class AnchoredHead(models.Model):
    """A leaf of an anchor: the head of one chain at that instant."""

    anchor = models.ForeignKey(Anchor, on_delete=models.PROTECT, related_name="leaves")
    run = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["anchor", "run"]
        constraints = [models.UniqueConstraint(fields=["anchor", "run"], name="head_once_per_anchor")]
        indexes = [models.Index(fields=["run", "sequence"], name="anchored_head_by_run")]

    def __str__(self) -> str:
        return f"{self.run}/{self.sequence}"
