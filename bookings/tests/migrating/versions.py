"""Further versions of the example workflow, and runs that stand at its stages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bookings.tests.organisation import NOW, STAGES, Organisation
from workflows import publishing
from workflows.core import chain
from workflows.models import AuditEvent, Run, WorkflowVersion
from workflows.receivers import hashed_fields


def version_of(acme: Organisation, now: datetime = NOW, **changes: dict[str, Any]) -> WorkflowVersion:
    """The next version of the example: its stages with these settings changed, published."""
    stages = [stage | changes.get(stage["name"].replace("-", "_"), {}) for stage in STAGES]
    return published(acme, stages, now)


def published(acme: Organisation, stages: Iterable[dict[str, Any]], now: datetime = NOW) -> WorkflowVersion:
    draft = publishing.draft(acme.workflow, now=now, actor="system")
    publishing.write(draft, list(stages))
    version = publishing.publish(draft, actor="system", now=now)
    acme.workflow.refresh_from_db()
    acme.form.workflow.refresh_from_db()
    return version


def renamed(stages: Iterable[dict[str, Any]], **names: str) -> list[dict[str, Any]]:
    """The stages under other names, and every branch with them."""
    new = {old.replace("_", "-"): name for old, name in names.items()}

    def name_in(value: Any) -> Any:
        if isinstance(value, list):
            return [{**way, "to": new.get(way["to"], way["to"])} for way in value]
        return new.get(value, value)

    return [
        stage
        | {"name": new.get(stage["name"], stage["name"])}
        | (
            {"branches": {o: name_in(to) for o, to in stage["branches"].items()}}
            if "branches" in stage
            else {}
        )
        for stage in stages
    ]


def is_chained(run: Run) -> bool:
    events = AuditEvent.objects.filter(run=run.pk).order_by("sequence")
    return not chain.verify((hashed_fields(event), event.previous, event.hash) for event in events)
