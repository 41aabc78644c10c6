"""A circuit opens after failures in a row, lets one probe pass after each wait, and closes by an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.core.circuit import (
    LONGEST,
    LONGEST_PAUSE,
    THRESHOLD,
    Circuit,
    after_failure,
    after_pause,
    passage,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CLOSED = Circuit()
CHANCES = st.floats(0, 1, exclude_max=True)


def failed(times: int, circuit: Circuit = CLOSED, jitter: float = 0.0) -> Circuit:
    """After so many failures, each as soon as one may pass."""
    for _ in range(times):
        circuit = after_failure(circuit, circuit.until or NOW, jitter)
    return circuit


def test_it_stays_closed_until_failures_come_in_a_row():
    assert passage(failed(THRESHOLD - 1), NOW) == "all"
    assert passage(failed(THRESHOLD), NOW) == "none"


def test_after_the_wait_a_probe_passes():
    opened = failed(THRESHOLD)
    assert passage(opened, NOW + 29 * SECOND) == "none"
    assert passage(opened, NOW + 30 * SECOND) == "probe"


@given(st.integers(THRESHOLD, 60), CHANCES)
def test_waits_never_shrink_below_half_of_the_last_doubling_and_never_exceed_the_longest(times, jitter):
    before, after = failed(times - 1, jitter=jitter), failed(times, jitter=jitter)
    began = before.until or NOW
    full = min(30 * SECOND * 2 ** min(times - THRESHOLD, 20), LONGEST)
    assert full / 2 < after.until - began + timedelta(microseconds=2)
    assert after.until - began <= full <= LONGEST
    assert after.since == NOW and after.failures == times


def test_a_pause_that_was_asked_for_holds_everything_and_then_lets_everything_pass():
    paused = after_pause(failed(3), NOW, timedelta(minutes=2))
    assert passage(paused, NOW + 119 * SECOND) == "none"
    assert passage(paused, NOW + 120 * SECOND) == "all"
    assert paused.failures == 0


def test_a_shorter_pause_does_not_cut_a_longer_one():
    longer = after_pause(Circuit(), NOW, timedelta(hours=1))
    assert after_pause(longer, NOW + SECOND, timedelta(minutes=1)).until == longer.until


def test_a_pause_is_kept_for_hours_and_not_for_days():
    assert after_pause(Circuit(), NOW, timedelta(days=9)).until == NOW + LONGEST_PAUSE


@given(st.integers(THRESHOLD, 40), CHANCES)
def test_an_instant_before_it_opened_belongs_to_another_clock(times, jitter):
    assert passage(failed(times, jitter=jitter), NOW - SECOND) == "all"


@pytest.mark.parametrize("jitter", [-0.1, 1.0])
def test_chance_is_a_share(jitter):
    with pytest.raises(ValueError, match="jitter"):
        after_failure(Circuit(), NOW, jitter)
