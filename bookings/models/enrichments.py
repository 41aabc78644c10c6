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
