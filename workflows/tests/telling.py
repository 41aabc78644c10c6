"""What tests of the trace and of deliveries begin with: a run that facts are announced of, and sinks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from workflows.models import Delivery, Run, Sink, Workflow, WorkflowVersion
from workflows.signals import announce

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_run(lead: int = 7, *, carried: dict[str, Any] | None = None, is_synthetic: bool = False) -> Run:
    """A run that stands somewhere; nothing of it has been told yet."""
    workflow, _ = Workflow.objects.get_or_create(slug="inbound", defaults={"name": "Inbound"})
    version, _ = WorkflowVersion.objects.get_or_create(
        workflow=workflow, number=1, defaults={"created_at": NOW}
    )
    return Run.objects.create(
        version=version,
        lead=lead,
        stage="offer",
        carried=carried or {},
        is_synthetic=is_synthetic,
        started_at=NOW,
        entered_at=NOW,
    )


def tell(run: Run | None, verb: str = "stage.entered", **news: Any) -> None:
    """Announce a fact of the run, or of none."""
    news = {"at": NOW, "actor": "system", "data": {"kind": "offer", "visit": 1}} | news
    with transaction.atomic():
        announce(verb, run=run.pk if run else 0, lead=run.lead if run else None, **news)


def a_sink(
    slug: str = "warehouse", *, kind: str = "webhook", events: Any = ("stage.entered",), **more: Any
) -> Sink:
    return Sink.objects.create(slug=slug, kind=kind, events=list(events), **more)


def only_delivery() -> Delivery:
    return Delivery.objects.get()


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)
