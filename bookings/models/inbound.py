"""Who may tell us something: meeting services about attendance, CRMs about outcomes."""

from __future__ import annotations

from django.db import models


class InboundSource(models.Model):
    """A sender of signed webhooks, at an address of its own."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20)
    is_enabled = models.BooleanField("enabled", default=True, help_text="Off: whatever it sends is refused.")
    secret = models.CharField(max_length=1000, blank=True)
    former_secret = models.CharField(max_length=1000, blank=True)
    private_key = models.TextField(blank=True)
    account = models.CharField(max_length=254, blank=True)
    field = models.CharField(max_length=120, blank=True)
    outcomes = models.JSONField(default=dict, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name or self.slug


class InboundNews(models.Model):
    """One thing that a source told, once: its key keeps it from counting again. Holds no personal data."""

    class State(models.TextChoices):
        RECEIVED = "received", "Being weighed"
        RECORDED = "recorded", "Recorded"
        KNOWN = "known", "Known already"
        UNMATCHED = "unmatched", "No meeting found"
        REFUSED = "refused", "Not awaited"

    source = models.ForeignKey(InboundSource, on_delete=models.PROTECT, related_name="news")
    key = models.CharField(max_length=64, help_text="A digest of the message's id.")
    content = models.CharField(
        max_length=64, blank=True, help_text="A digest of the message, if its id is its own."
    )
    what = models.CharField(max_length=80, help_text="Such as guest joined, or an outcome.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    code = models.CharField(max_length=40, blank=True, help_text="Why it was refused.")
    booking = models.BigIntegerField(null=True, blank=True, db_index=True)
    person = models.CharField(max_length=64, blank=True, help_text="A digest of a participant's number.")
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name_plural = "inbound news"
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="news_once_per_source")]

    def __str__(self) -> str:
        return f"{self.what} from {self.source}"
