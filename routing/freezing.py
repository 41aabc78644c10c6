"""Live segments as the frozen specifications that a published version keeps."""

from __future__ import annotations

from collections.abc import Sequence

from routing.core.matching import SegmentSpec
from routing.models import Segment
from workflows.core.conditions import Condition


def segment_specs(slugs: Sequence[str]) -> list[SegmentSpec]:
    """The named segments as they are now, by rank; names of none are left out."""
    rows = Segment.objects.filter(slug__in=slugs).select_related("pool").prefetch_related("conditions")
    return [spec_of(row) for row in rows.order_by("rank", "slug")]


def spec_of(row: Segment) -> SegmentSpec:
    groups: dict[int, list[Condition]] = {}
    for condition in row.conditions.all():
        groups.setdefault(condition.group, []).append(condition.as_condition())
    return SegmentSpec(
        slug=row.slug,
        name=row.name,
        rank=row.rank,
        qualified=row.is_qualified,
        pool=row.pool.slug if row.pool else None,
        when=tuple(tuple(groups[number]) for number in sorted(groups)),
    )
