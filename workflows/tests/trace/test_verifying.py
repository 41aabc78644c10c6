"""A trace that nobody touched verifies, whatever its state."""

from __future__ import annotations

import pytest

from workflows import tracing
from workflows.anchoring import anchor
from workflows.models import AuditEvent, ChainHead
from workflows.tests.telling import NOW, a_run, later, tell
from workflows.verifying import examine, verify


def test_it_holds_without_an_anchor(runs):
    assert verify() == []


def test_it_holds_with_anchors_of_different_ages(runs):
    anchor(NOW)
    tell(runs[0])
    anchor(later(minutes=1))
    tell(runs[0])
    assert verify() == []


def test_an_empty_trace_holds(db):
    report = examine()
    assert (report.findings, report.events, report.chains, report.anchors) == ([], 0, 0, 0)


def test_it_tells_how_much_was_read(runs):
    anchor(NOW)
    last = anchor(NOW)
    assert last is None
    report = examine()
    assert (report.events, report.chains, report.anchors) == (21, 4, 1)
    assert len(report.last_anchor) == 64


def test_progress_is_told(runs, monkeypatch):
    monkeypatch.setattr(tracing, "PART", 6)
    told, total = [], AuditEvent.objects.count()
    verify(lambda count, of: told.append((count, of)))
    assert told == sorted(told) and told[-1] == (total, total) and len(told) >= 3


@pytest.mark.parametrize("meanwhile", ["another event", "another run", "another anchor"])
def test_what_is_written_while_it_reads_breaks_nothing(runs, monkeypatch, meanwhile):
    """Between reading the heads and reading the events the trace grows."""
    read = tracing._read
    calls = []

    def read_and_write(part, *rows):
        result = read(part, *rows)
        calls.append(rows)
        if len(calls) == 1:
            if meanwhile == "another anchor":
                tell(runs[2])
            tell(a_run(lead=9) if meanwhile == "another run" else runs[0])
            anchor(later(minutes=2))
        return result

    anchor(NOW)
    monkeypatch.setattr(tracing, "_read", read_and_write)
    assert verify() == []
    assert len(calls) >= 4 and ChainHead.objects.get(run=runs[0].pk).sequence >= 6
