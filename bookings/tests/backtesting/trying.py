"""What back-tests begin with: an organisation whose rules are about to change, and how to try them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bookings import past_leads
from bookings.backtesting import Move, Report, compare, version_named
from bookings.tests.organisation import NOW, STAGES
from routing.models import Segment
from workflows import publishing
from workflows.models import Workflow


def lower_the_bar(employees: int = 100) -> None:
    """Enterprise begins earlier from now on: a live segment, which no published version knows of yet."""
    Segment.objects.get(slug="enterprise").conditions.update(value=employees)


def draft_with(workflow: Workflow, **changes: dict[str, Any]) -> None:
    """A draft whose stages differ by these settings, named by their stages with _ for -."""
    draft = publishing.draft(workflow, now=NOW, actor="system")
    stages = [{**stage, **changes.get(stage["name"].replace("-", "_"), {})} for stage in STAGES]
    publishing.write(draft, stages)


def tried(
    workflow: Workflow, version: str | None = None, runs: Iterable[int] | None = None
) -> tuple[list[Move], Report]:
    report = Report()
    numbers = past_leads.runs_of(workflow, None) if runs is None else runs
    cases = (case for case in past_leads.recorded(numbers) if case)
    moves = list(compare(cases, version_named(workflow, version), now=NOW, report=report))
    return moves, report


def told(moves: list[Move]) -> list[str]:
    return [f"{move.name}: {move.before} -> {move.after}" for move in moves]
