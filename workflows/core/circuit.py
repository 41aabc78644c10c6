"""A circuit for each sink: one that fails again and again is left in peace, and tried with one delivery at a time.

Closed, everything passes. After THRESHOLD failures in a row it opens: nothing passes until an instant, then one
delivery does, the probe; its end closes the circuit or opens it for twice as long (Nygard, Release It!, 2007).
A receiver that asks for a pause is given it without being counted as failing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["closed", "paused", "open"]
Passage = Literal["all", "probe", "none"]

THRESHOLD = 5
FIRST = timedelta(seconds=30)
LONGEST = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True)
class Circuit:
    """`failures` in a row; since when it is not closed, and until when nothing passes."""

    state: State = "closed"
    failures: int = 0
    since: datetime | None = None
    until: datetime | None = None


def after_failure(circuit: Circuit, at: datetime, jitter: float) -> Circuit:
    """One more failure. Open, it waits 30 s, doubled with each failed probe, at most 15 min.

    The wait is shortened by up to half as `jitter` goes from 0 to 1. Raises ValueError for one outside [0, 1).
    """
    if not 0 <= jitter < 1:
        raise ValueError("the jitter must be at least 0 and below 1")
    failures = circuit.failures + 1
    if failures < THRESHOLD:
        return Circuit(circuit.state, failures, circuit.since, circuit.until)
    wait = min(FIRST * (1 << min(failures - THRESHOLD, 10)), LONGEST) * (1 - jitter / 2)
    since = circuit.since if circuit.state == "open" and circuit.since else at
    return Circuit("open", failures, min(since, at), at + wait)


def after_pause(circuit: Circuit, at: datetime, wait: timedelta) -> Circuit:
    """The other side asked for a pause: it works, and nothing is sent until the pause is over (6 h at most).

    A longer pause that it asked for before still counts.
    """
    until = at + min(wait, LONGEST_PAUSE)
    if circuit.state == "paused" and circuit.until and circuit.since and circuit.since <= at:
        until = max(until, circuit.until)
    return Circuit("paused", 0, at, until)


def passage(circuit: Circuit, at: datetime) -> Passage:
    """What passes at `at`. An instant before the circuit opened belongs to another clock and passes."""
    if circuit.state == "closed" or circuit.since is None or circuit.until is None or at < circuit.since:
        return "all"
    if at < circuit.until:
        return "none"
    return "probe" if circuit.state == "open" else "all"
