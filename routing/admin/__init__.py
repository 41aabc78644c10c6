"""The admin of reps, pools, segments and of who was given what."""

from routing.admin import assignments, calendars, meeting_types, pools, reps, segments
from routing.models import Pool, Segment
from workflows.admin.naming import REFERENCE_LISTS, REFERENCE_NAMES

__all__ = ["assignments", "calendars", "meeting_types", "pools", "reps", "segments"]

REFERENCE_NAMES["pool"] = lambda: dict(
    Pool.objects.filter(retired_at__isnull=True).values_list("slug", "name")
)
REFERENCE_NAMES["segment"] = lambda: dict(
    Segment.objects.filter(retired_at__isnull=True).order_by("rank", "slug").values_list("slug", "name")
)
REFERENCE_LISTS["pool"] = ("Open the pools", "admin:routing_pool_changelist")
REFERENCE_LISTS["segment"] = ("Open the segments", "admin:routing_segment_changelist")
