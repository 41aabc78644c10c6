"""Roll-ups: how far each run came, kept beside its facts so that a report reads one row a run, not its trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from bookings.core.progress import STEPS, TELLING, Progress
from bookings.models import Enquiry, RunProgress
from workflows.models import AuditEvent, Run, WorkflowVersion
from workflows.transactions import atomically

COLUMNS = ("began_at", "qualified_at", "routed_at", "shown_at", "booked_at", "held_at", "marked_at")
"""The column of each step's instant, in the order of STEPS."""
assert len(COLUMNS) == len(STEPS)
SAME = (
    "furthest", "reason", "segment", "pool", "rep", "acknowledged_at", "in_sla", "meets_at", "missed_at",
    "won_back_at", "changed_at",
)  # fmt: skip
BEGINNING = ("workflow_id", "form", "lead", "source", "is_synthetic")
BATCH = 500
OTHER = "other"
PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)


def keep(events: Sequence[AuditEvent]) -> None:
    """Afterwards the progress of the events' runs is what their traces tell, these events included."""
    of_run: dict[int, list[AuditEvent]] = {}
    for event in events:
        if event.run and event.verb in TELLING:
            of_run.setdefault(event.run, []).append(event)
    rows = RunProgress.objects.in_bulk(of_run) if of_run else {}
    if beginning := [run for run in of_run if run not in rows]:
        RunProgress.objects.bulk_create(_rows(beginning))
    for run, row in rows.items():
        _note(row, of_run[run])


def _note(row: RunProgress, events: Sequence[AuditEvent]) -> None:
    progress = progress_of(row)
    for event in events:
        progress.note(event.verb, event.at, event.data)
    values = _columns(progress)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)


def source_of(utm: Any) -> str:
    """Where a lead came from, as a plain word: anything else a visitor's address may hold is “other”."""
    source = utm.get("source") if isinstance(utm, dict) else None
    if not isinstance(source, str) or not source.strip():
        return ""
    word = source.strip().lower()
    return word if PLAIN.fullmatch(word) else OTHER


def rebuild(tell: Callable[[int], None] = lambda done: None) -> int:
    """Write the progress of every run anew from its trace; returns how many were not as they should be."""
    wrong, done = 0, 0
    for runs in _batches():
        wrong += _rebuild(runs)
        done += len(runs)
        tell(done)
    return wrong


def differing(runs: Sequence[int]) -> list[RunProgress]:
    """The progress of these runs as their traces tell it, where what is kept tells otherwise or is missing."""
    kept = RunProgress.objects.in_bulk(runs)
    return [row for row in _rows(runs) if row.pk not in kept or not _is_same(row, kept[row.pk])]


def check() -> Iterator[int]:
    """The runs whose progress is not what their trace tells. Nothing is written."""
    for runs in _batches():
        yield from (row.pk for row in differing(runs))


@atomically
def _rebuild(runs: Sequence[int]) -> int:
    list(Run.objects.select_for_update().filter(pk__in=runs).order_by("pk").values_list("pk"))
    wrong = differing(runs)
    names = [*BEGINNING, *COLUMNS, *SAME, "outcomes"]
    fields = ["workflow" if name == "workflow_id" else name for name in names]
    RunProgress.objects.bulk_create(wrong, update_conflicts=True, update_fields=fields, unique_fields=["run"])
    return len(wrong)


def _batches() -> Iterator[list[int]]:
    numbers = Run.objects.order_by("pk").values_list("pk", flat=True).iterator()
    while batch := list(islice(numbers, BATCH)):
        yield batch


def _rows(runs: Sequence[int]) -> list[RunProgress]:
    told = (
        AuditEvent.objects.filter(run__in=runs, verb__in=TELLING)
        .order_by("run", "sequence")
        .values_list("run", "verb", "at", "data", "lead", "workflow_version")
    )
    workflows = dict(WorkflowVersion.objects.values_list("pk", "workflow"))
    sources = dict(Enquiry.objects.filter(run__in=runs).values_list("run", "utm"))
    made = []
    for run, facts in groupby(told.iterator(), key=lambda fact: fact[0]):
        first, *rest = list(facts)
        _, verb, at, data, lead, version = first
        if verb != "lead.submitted" or version not in workflows:
            continue
        row = RunProgress(
            run=run, lead=lead, workflow_id=workflows[version], form=data["form"], began_at=at,
            is_synthetic=bool(data.get("synthetic")), source=source_of(sources.get(run)),
        )  # fmt: skip
        progress = Progress()
        for _, verb, at, data, _, _ in [first, *rest]:
            progress.note(verb, at, data)
        for name, value in _columns(progress).items():
            setattr(row, name, value)
        made.append(row)
    return made


def progress_of(row: RunProgress) -> Progress:
    progress = Progress(**{name: getattr(row, name) for name in SAME})
    progress.reached = [getattr(row, name) for name in COLUMNS]
    progress.outcomes = row.outcomes.split()
    return progress


def _columns(progress: Progress) -> dict[str, Any]:
    values = {name: getattr(progress, name) for name in SAME}
    values |= dict(zip(COLUMNS, progress.reached, strict=True))
    return values | {"outcomes": " ".join(progress.outcomes)}


def _is_same(one: RunProgress, other: RunProgress) -> bool:
    names = (*BEGINNING, *COLUMNS, *SAME, "outcomes")
    return all(getattr(one, name) == getattr(other, name) for name in names)
