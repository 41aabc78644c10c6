"""Evidence that is gone without an event that tells so is named, and so is a run whose row is gone."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from workflows import tracing
from workflows.anchoring import anchor
from workflows.models import Evidence, Run
from workflows.models.audit import CONFIGURATION_CHAIN
from workflows.signals import announce
from workflows.tests.telling import NOW, a_run, tell
from workflows.verifying import Finding, verify


def remove(run: int, *sequences: int) -> None:
    Evidence.objects.filter(run=run, sequence__in=sequences).delete()


def erase(run: Run) -> None:
    with transaction.atomic():
        Evidence.objects.filter(run=run.pk).delete()
        announce("lead.erased", run=run.pk, lead=run.lead, at=NOW, actor="staff:1", data={"evidence": 3})


def named(*places: tuple[int, int]) -> list[Finding]:
    return [Finding("run", run, sequence, "no_evidence") for run, sequence in places]


def test_evidence_removed_by_hand_is_named(runs):
    anchor(NOW)
    first, second, _ = runs
    remove(first.pk, 1, 5)
    remove(second.pk, 3)
    found = verify()
    assert found == named((first.pk, 1), (first.pk, 5), (second.pk, 3))
    assert str(found[0]) == (
        f"Run {first.pk}, sequence 1: the evidence of event 1 is missing, and nothing tells that it was erased."
    )


def test_evidence_of_an_erased_person_may_be_gone_in_each_of_their_runs(runs):
    for run in runs[:2]:
        erase(run)
    assert verify() == []


def test_an_erasure_tells_of_what_came_before_it_only(runs):
    run = runs[0]
    erase(run)
    tell(run, evidence={"answers": 8})
    assert verify() == []
    remove(run.pk, 8)
    assert verify() == named((run.pk, 8))
    erase(run)
    assert verify() == []


def test_of_the_configuration_only_evidence_that_is_named_may_be_gone(runs):
    for number in (4, 5, 6):
        tell(None, "config.changed", data={"object": f"rep:{number}"}, evidence={"old": number})
    remove(CONFIGURATION_CHAIN, 4, 6)
    tell(None, "evidence.erased", data={"sequences": [4, 99]})
    assert verify() == named((CONFIGURATION_CHAIN, 6))


@pytest.mark.parametrize("after", ["its evidence was read", "its evidence was read, and erased again"])
def test_evidence_written_while_it_reads_is_not_missed(runs, monkeypatch, after):
    read, calls = tracing._read, []

    def read_and_write(part, *rows):
        result = read(part, *rows)
        calls.append(rows[0])
        if calls == [*calls[:2], Evidence]:
            tell(runs[0], evidence={"answers": 7})
        return result

    monkeypatch.setattr(tracing, "_read", read_and_write)
    if after.endswith("again"):
        asked = Evidence.objects.filter
        monkeypatch.setattr(
            Evidence.objects, "filter", lambda **which: (erase_once(runs[0], asked), asked(**which))[1]
        )
    assert verify() == []
    assert Evidence in calls


def erase_once(run: Run, asked) -> None:
    if asked(run=run.pk).exists():
        asked(run=run.pk).delete()
        with transaction.atomic():
            announce("lead.erased", run=run.pk, lead=run.lead, at=NOW, actor="staff:1", data={})


def test_a_run_whose_row_is_gone_is_named(runs):
    anchor(NOW)
    alone = a_run(lead=4)
    tell(alone)
    number = alone.pk
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workflows_run WHERE id = %s", [number])
    (found,) = verify()
    assert found == Finding("run", number, 1, "no_run")
    assert str(found) == f"Run {number}, sequence 1: the run is gone, though its events are kept."
