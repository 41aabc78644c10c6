"""Events of a run as the story reads them, written down briefly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bookings.story import Names

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MEETING = {
    "start": "2026-03-05T09:00:00Z",
    "end": "2026-03-05T09:30:00Z",
    "rep": 3,
    "pool": "enterprise",
    "revision": 0,
}
ON = "Thursday 5 March, 10:00 (Berlin)"
NAMES = Names(
    zone="Europe/Berlin",
    reps={3: "Ana Silva", 4: "Ben Okoro", 5: "Cy Lund"},
    staff={1: "Olga Ops"},
    pools={"enterprise": "Enterprise AEs", "general": "Everyone"},
    segments={"student": "Student", "enterprise": "Enterprise"},
    facts={"answers.employees": "Company size"},
)


@dataclass
class Happened:
    verb: str
    data: Any = field(default_factory=dict)
    stage: str | None = "offer"
    actor: str = "system"
    run: int = 1
    sequence: int = 0
    at: datetime = START
    booking: int | None = None


def tale(*events: Happened) -> list[Happened]:
    """The events, numbered, an hour apart."""
    for number, event in enumerate(events, 1):
        event.sequence, event.at = number, START + timedelta(hours=number - 1)
    return list(events)


def enters(stage: str, kind: str, **data: Any) -> Happened:
    return Happened("stage.entered", {"kind": kind, "visit": 1, **data}, stage)


def leaves(stage: str, outcome: str) -> Happened:
    return Happened("stage.left", {"outcome": outcome, "branch": 0, "next": "next"}, stage)


def ends(stage: str = "lost", **data: Any) -> list[Happened]:
    return [enters(stage, "end"), Happened("run.completed", {"end": stage, **data}, stage)]
