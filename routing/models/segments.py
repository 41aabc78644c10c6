"""Kinds of leads, told apart by conditions on facts; tried by rank, the first that matches wins."""

from __future__ import annotations

from django.db import models

from routing.models.pools import Pool
from workflows.models.definitions import ConditionRow


class Segment(models.Model):
    """A live segment. Publishing a workflow freezes a copy of those it uses; changes take effect then."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    rank = models.PositiveIntegerField(default=50, help_text="The lowest is tried first.")
    is_qualified = models.BooleanField(
        "qualified", default=True, help_text="Off: its leads take the “disqualified” branch."
    )
    pool = models.ForeignKey(
        Pool, null=True, blank=True, on_delete=models.PROTECT, help_text="Where its leads are routed first."
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["rank", "slug"]

    def __str__(self) -> str:
        return self.name


class SegmentCondition(ConditionRow):
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="conditions")

    class Meta:
        ordering = ["segment", "group", "pk"]

    def __str__(self) -> str:
        return f"{self.fact} {self.operator} {self.value}"
