"""Where facts about a lead's company come from."""

from __future__ import annotations

from django.db import models


class Enrichment(models.Model):
    """A source asked before the segments; later ones do not overwrite earlier facts."""

    slug = models.SlugField(max_length=64, unique=True)
    kind = models.CharField(max_length=16)
    position = models.PositiveIntegerField(default=0, help_text="The lowest is asked first.")
    key = models.CharField(
        max_length=120, blank=True, help_text="The fact that is looked up, such as lead.email_domain."
    )
    url = models.CharField(max_length=1000, blank=True)
    timeout_ms = models.PositiveIntegerField(default=2000, help_text="Milliseconds waited for an answer.")
    token = models.CharField(max_length=500, blank=True)
    sink = models.CharField(
        max_length=64, blank=True, help_text="The short name of the sink whose CRM is asked."
    )
    mapping = models.JSONField(
        default=dict, blank=True, help_text="Their path or field, and the name of our fact."
    )
    cache_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="How long an answer is used again."
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.slug


class EnrichmentRow(models.Model):
    """One line of a table: the facts known for one key."""

    enrichment = models.ForeignKey(Enrichment, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=254)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["enrichment", "key"]
        constraints = [
            models.UniqueConstraint(fields=["enrichment", "key"], name="row_once_per_enrichment_key")
        ]

    def __str__(self) -> str:
        return self.key


class CachedAnswer(models.Model):
    """What a source said to a question, used again until it expires. It may be lost without harm.

    Question and lead are keyed hashes: the table tells of nobody whom the answer does not name, and an erasure
    finds what was asked about somebody.
    """

    source = models.CharField(max_length=80, help_text="Such as enrichment:provider or sink:crm.")
    question = models.CharField(max_length=64)
    lead = models.CharField(max_length=64, db_index=True)
    facts = models.JSONField(default=dict)
    code = models.CharField(max_length=40, blank=True, help_text="Why there were no facts: not_found.")
    asked_at = models.DateTimeField()
    # housekeeping removes what has expired
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["source", "question"]
        constraints = [
            models.UniqueConstraint(fields=["source", "question"], name="answer_once_per_source_and_question")
        ]

    def __str__(self) -> str:
        return f"Answer of {self.source}"
