"""What the public side remembers about requests: answers to repeat, and counts to limit."""

from __future__ import annotations

from django.db import models


class IdempotentAnswer(models.Model):
    """The answer given to an Idempotency-Key, repeated for 24 hours."""

    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True, blank=True)
    lead = models.BigIntegerField(null=True, blank=True, db_index=True)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key


class RateCount(models.Model):
    """How often something was done within one window of time."""

    key = models.CharField(max_length=200)
    window = models.BigIntegerField(help_text="Number of the window since the epoch.")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_count_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
