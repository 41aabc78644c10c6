"""Who is where in a version, and by which ways they came: counts from runs and from the trace. Read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count
from django.db.models.fields.json import KT

from workflows.models import AuditEvent, Run, WorkflowVersion

Way = tuple[str, str, int]
"""A branch: the stage's name, the outcome, and the place among the branches of that outcome, from 0."""


@dataclass(frozen=True)
class Traffic:
    """How often each stage was entered and each way out of it was taken in a period."""

    entered: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[Way, int] = field(default_factory=dict)

    def leaving(self, stage: str) -> int:
        """How often the stage was left, by whichever way."""
        return sum(number for way, number in self.left.items() if way[0] == stage)

    def share(self, way: Way) -> float | None:
        """The part of those leaving the stage that took this way; None when nobody left it."""
        leaving = self.leaving(way[0])
        return self.left.get(way, 0) / leaving if leaving else None


def waiting_in(version: WorkflowVersion) -> dict[str, int]:
    """Runs under way by the stage they are in now. Reads the index on version, state and stage alone."""
    counted = Run.objects.under_way().filter(version=version).values_list("stage").annotate(Count("pk"))
    return dict(counted.order_by())


def traffic_of(version: WorkflowVersion, since: datetime, until: datetime) -> Traffic:
    """What happened on this version in the period, its end left out. Two queries over the index on verb and
    instant, counted in the database.
    """
    events = AuditEvent.objects.filter(workflow_version=version.pk, at__gte=since, at__lt=until).order_by()
    entered = events.filter(verb="stage.entered").values_list("stage").annotate(Count("pk"))
    left = events.filter(verb="stage.left").annotate(outcome=KT("data__outcome"), place=KT("data__branch"))
    rows = left.values_list("stage", "outcome", "place").annotate(number=Count("pk"))
    return Traffic(
        {stage or "": number for stage, number in entered},
        {(stage or "", outcome, int(place or 0)): number for stage, outcome, place, number in rows},
    )
