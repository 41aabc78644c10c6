"""A long trace is read in parts by several processes, and nothing falls between them."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from workflows import guards, tracing, verifying
from workflows.anchoring import anchor
from workflows.models import AnchoredHead, AuditEvent, ChainHead, Evidence
from workflows.spreading import processors, spread
from workflows.tests.telling import NOW, a_run, tell
from workflows.verifying import examine, verify

RUNS, EVENTS = 7, 4


def tampered_with() -> list[int]:
    """Seven runs, of which the second, the fifth and the last were changed."""
    runs = [a_run(lead=lead) for lead in range(RUNS)]
    for run in runs:
        for visit in range(EVENTS):
            tell(run, data={"visit": visit}, evidence={"answers": visit})
    anchor(NOW)
    changed = [runs[place].pk for place in (1, 4, 6)]
    guards.drop(connection)
    AuditEvent.objects.filter(run__in=changed, sequence=3).update(actor="rep:1")
    guards.create(connection)
    return changed


def number_and_process(part: tracing.Part) -> tuple[tracing.Part, int, int]:
    return part, AuditEvent.objects.count(), os.getpid()


@pytest.mark.django_db(transaction=True)
def test_several_processes_find_what_one_does(monkeypatch):
    changed = tampered_with()
    monkeypatch.setattr(tracing, "PART", EVENTS)
    monkeypatch.setattr(verifying, "WORTH_SPREADING", 0)
    told = []
    report = examine(lambda *count: told.append(count), processes=2)
    assert [(found.number, found.sequence) for found in report.findings] == [(run, 3) for run in changed]
    assert (report.events, report.chains, report.anchors) == (RUNS * EVENTS, RUNS, 1)
    assert len(told) > RUNS and told[-1] == (RUNS * EVENTS, RUNS * EVENTS)


@pytest.mark.django_db(transaction=True)
def test_the_processes_are_others_and_see_the_same_database():
    tell(a_run(), data={"visit": 1})
    parts = [tracing.Part(None, number, 0) for number in range(6)]
    found = list(spread(number_and_process, parts, 2))
    assert {part for part, _, _ in found} == set(parts)
    assert {events for _, events, _ in found} == {1}
    assert os.getpid() not in {process for _, _, process in found}


@pytest.mark.parametrize("events", [1, EVENTS, EVENTS + 1, 1000])
def test_every_part_begins_where_the_one_before_it_ends(db, monkeypatch, events):
    changed = tampered_with()
    monkeypatch.setattr(tracing, "PART", events)
    parts = tracing.parts()
    assert parts[0].after is None and parts[-1].last is None
    assert [part.last for part in parts[:-1]] == [part.after for part in parts[1:]]
    assert sum(part.events for part in parts) == RUNS * EVENTS
    assert [found.number for found in verify()] == changed


@pytest.mark.parametrize("left", [Evidence, AnchoredHead, ChainHead])
def test_a_run_of_which_only_one_kind_of_row_is_left_is_read(db, monkeypatch, left):
    run = a_run(lead=1).pk
    tell(a_run(lead=2))
    for number in (run - 1, run + 1000):
        rows = {
            Evidence: {"salt": "s", "content": {}, "sequence": 1},
            ChainHead: {"hash": "h", "sequence": 1},
            AnchoredHead: {"hash": "h", "sequence": 1},
        }[left]
        if left is AnchoredHead:
            rows["anchor"] = anchor(NOW) or AnchoredHead.objects.first().anchor
        left.objects.create(run=number, **rows)
    monkeypatch.setattr(tracing, "PART", 1)
    read = [trace.run for part in tracing.parts() for trace in tracing.traces(part)]
    assert {run - 1, run + 1000} <= set(read) and read == sorted(set(read))


def test_what_is_not_committed_is_read_by_this_process_alone(db):
    assert processors() == 1
