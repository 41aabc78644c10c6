"""Leads as they were when they were qualified, read from the trail and its evidence, for back-tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from bookings import facts as known
from bookings.backtesting import Case
from bookings.models import Enquiry
from workflows.models import AuditEvent, Evidence, Run, Workflow
from workflows.versions import LoadedVersion, load

EVALUATED = "qualification.evaluated"
AT_ONCE = 500


def runs_of(workflow: Workflow, since: datetime | None) -> list[int]:
    """The numbers of the workflow's runs, or of those that began then or later, ascending."""
    runs = Run.objects.filter(version__workflow=workflow)
    if since is not None:
        runs = runs.filter(started_at__gte=since)
    return list(runs.order_by("pk").values_list("pk", flat=True))


def recorded(runs: Iterable[int]) -> Iterator[Case | None]:
    """Each run's lead with the facts its first qualification was based on; None where those were erased.

    A run that was never qualified goes by what its enquiry tells now.
    """
    numbers = iter(runs)
    versions: dict[int, LoadedVersion] = {}
    while chunk := list(islice(numbers, AT_ONCE)):
        for run, facts, version in _read(chunk):
            if facts is None:
                yield None
                continue
            if version not in versions:
                versions[version] = load(version)
            yield Case(f"lead {run.lead} (run {run.pk})", facts, versions[version], run.pk)


def _read(chunk: list[int]) -> Iterator[tuple[Run, Mapping[str, Any] | None, int]]:
    """Each run with its facts and the version that it was qualified by; four queries in all, most often."""
    events: dict[int, AuditEvent] = {}
    for event in AuditEvent.objects.filter(run__in=chunk, verb=EVALUATED).order_by("run", "sequence"):
        events.setdefault(event.run, event)
    evidence = _evidence(events)
    runs = Run.objects.in_bulk(chunk)
    unqualified = _enquiries([number for number in chunk if number not in events])
    for number in chunk:
        found = events.get(number)
        facts = evidence.get(number) if found else unqualified.get(number)
        yield runs[number], facts, (found and found.workflow_version) or runs[number].version_id


def _evidence(events: Mapping[int, AuditEvent]) -> dict[int, Mapping[str, Any]]:
    """The facts that lie under each run's event."""
    sequences = {event.sequence for event in events.values()}
    rows = Evidence.objects.filter(run__in=list(events), sequence__in=sequences)
    return {row.run: row.content["facts"] for row in rows if row.sequence == events[row.run].sequence}


def _enquiries(runs: list[int]) -> dict[int, Mapping[str, Any]]:
    found = Enquiry.objects.filter(run__in=runs, lead__erased_at=None).select_related("lead", "form")
    return {enquiry.run_id or 0: known.of_enquiry(enquiry) for enquiry in found}
