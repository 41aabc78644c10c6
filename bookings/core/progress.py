"""How far a run came, why no further, and when: its facts folded one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

STEPS = ("submitted", "qualified", "routed", "slots_shown", "booked", "held", "outcome")
SUBMITTED, QUALIFIED, ROUTED, SHOWN, BOOKED, HELD, MARKED = range(len(STEPS))

WAITING = {
    SUBMITTED: "not_evaluated",
    QUALIFIED: "not_routed",
    ROUTED: "not_seen",
    SHOWN: "not_booked",
    BOOKED: "not_held_yet",
    HELD: "not_marked_yet",
}
"""What is said of a run that came no further than a step, unless something in its trace says more."""

REASONS_OF_LEAVING = {
    "abandoned": "offer_expired",
    "no_show": "no_show",
    "host_no_show": "host_no_show",
    "unmarked": "unmarked",
}
TELLING = frozenset(
    (
        "lead.submitted", "qualification.evaluated", "routing.decided", "slots.shown", "booking.made",
        "booking.rescheduled", "booking.reassigned", "booking.cancelled", "booking.restored", "stage.left",
        "no_show.reversed", "outcome.recorded", "outcome.withdrawn", "outcome.corrected", "run.superseded",
        "run.failed", "delivery.delivered",
    )
)  # fmt: skip
BOOKINGS = ("booking.made", "booking.rescheduled", "booking.reassigned", "booking.restored")
OUTCOMES = ("outcome.recorded", "outcome.corrected")


@dataclass
class Progress:
    """One run, as its facts tell it in their order; `note` takes the next one.

    `furthest` is a place in STEPS, and `reached` the instant of each step that was taken. Pool and rep are
    those of the first meeting: what comes after it was held belongs to others. `in_sla` tells whether the
    pool tried first could offer a time within its SLA, None where it has none.
    """

    furthest: int = SUBMITTED
    reason: str = ""
    reached: list[datetime | None] = field(default_factory=lambda: [None] * len(STEPS))
    outcomes: list[str] = field(default_factory=list)
    acknowledged_at: datetime | None = None
    segment: str = ""
    pool: str = ""
    rep: int | None = None
    in_sla: bool | None = None
    meets_at: datetime | None = None
    missed_at: datetime | None = None
    won_back_at: datetime | None = None
    changed_at: datetime | None = None

    def note(self, verb: str, at: datetime, data: Mapping[str, Any]) -> None:
        """Afterwards the progress is what the run's facts up to this one tell."""
        if verb not in TELLING:
            return
        self.changed_at = max(self.changed_at or at, at)
        if verb == "lead.submitted":
            self.reached[SUBMITTED] = self.reached[SUBMITTED] or at
        elif verb == "qualification.evaluated":
            self._qualify(at, data)
        elif verb == "routing.decided":
            self._route(at, data)
        elif verb == "slots.shown":
            self._reach(SHOWN, at)
        elif verb in BOOKINGS:
            self._book(verb, at, data)
        elif verb == "delivery.delivered":
            if data.get("verb") in OUTCOMES:
                self.acknowledged_at = self.acknowledged_at or at
        elif verb.startswith("outcome."):
            self._mark(verb, at, str(data.get("outcome")))
        else:
            self._end(verb, at, data)

    @property
    def why(self) -> str:
        """Why the run came no further than it did; empty when it came all the way."""
        return self.reason or WAITING.get(self.furthest, "")

    def _reach(self, step: int, at: datetime) -> None:
        """The furthest step stays, those on the way are taken; what was lost before is forgotten."""
        self.reason = ""
        self.reached[: step + 1] = [before or at for before in self.reached[: step + 1]]
        self.furthest = max(self.furthest, step)

    def _qualify(self, at: datetime, data: Mapping[str, Any]) -> None:
        self.segment = str(data.get("segment") or "")
        if data.get("qualified"):
            self._reach(QUALIFIED, at)
        else:
            self.reason = "disqualified"

    def _route(self, at: datetime, data: Mapping[str, Any]) -> None:
        outcome, tried = str(data.get("outcome")), data.get("tried") or []
        first = tried[0] if tried else {}
        if self.in_sla is None and self.furthest < ROUTED and first.get("sla"):
            self.in_sla = bool(first.get("fits"))
        if self.furthest < HELD:
            self.pool = str(data.get("pool") or first.get("pool") or self.pool)
        if outcome in ("routed", "fallback"):
            self._reach(ROUTED, at)
        elif self.furthest < ROUTED:
            self._reach(QUALIFIED, at)
            self.reason = outcome

    def _book(self, verb: str, at: datetime, data: Mapping[str, Any]) -> None:
        if self.furthest < HELD:
            rep = data.get("rep")
            self.rep = rep if isinstance(rep, int) else self.rep
            start = data.get("start")
            self.meets_at = datetime.fromisoformat(start) if isinstance(start, str) else self.meets_at
        if verb == "booking.reassigned":
            return
        if verb == "booking.made" and self.missed_at and not self.won_back_at:
            self.won_back_at = at
        self._reach(BOOKED, at)

    def _mark(self, verb: str, at: datetime, outcome: str) -> None:
        if verb != "outcome.recorded" and self.outcomes:
            self.outcomes.pop()
        if verb != "outcome.withdrawn":
            self.outcomes.append(outcome)
            self._reach(MARKED, at)
        elif not self.outcomes:
            self.furthest = min(self.furthest, HELD)
            self.reached[MARKED] = None

    def _end(self, verb: str, at: datetime, data: Mapping[str, Any]) -> None:
        outcome = str(data.get("outcome"))
        if verb == "booking.cancelled":
            self.reason = "cancelled"
        elif verb in ("run.superseded", "run.failed"):
            self.reason = verb.removeprefix("run.")
        elif verb == "no_show.reversed":
            self.missed_at = None
            self._reach(HELD, at)
        elif outcome == "attended":
            self._reach(HELD, at)
        elif outcome in REASONS_OF_LEAVING:
            self.reason = REASONS_OF_LEAVING[outcome]
            if outcome == "no_show":
                self.missed_at = self.missed_at or at
