"""Any number of runs is moved some at a time by whoever sweeps; nothing is lost, doubled or half done by a crash."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings.tests.migrating.versions import version_of
from bookings.tests.organisation import NOW, Organisation, build
from workflows import migrating, moving
from workflows.models import AuditEvent, Run, RunMove, WorkflowVersion
from workflows.sweeping import sweep

SOON = NOW + timedelta(minutes=1)
RUNS = 7


@pytest.fixture
def acme(db: None) -> Organisation:
    return build()


@pytest.fixture
def runs(acme: Organisation) -> list[int]:
    """So many leads at their offer, by number."""
    found = [acme.submit(email=f"lead{number}@navy.example").enquiry.run_id for number in range(RUNS)]
    return sorted(number for number in found if number)


@pytest.fixture
def two(acme: Organisation, runs: list[int]) -> WorkflowVersion:
    return version_of(acme)


def order(two: WorkflowVersion, **more: object) -> RunMove:
    one = two.workflow.versions.get(number=1)
    return moving.begin(two, [(one.pk, "offer", "offer")], now=SOON, actor="staff:1", **more)  # type: ignore[arg-type]


def moved() -> list[int]:
    return list(Run.objects.filter(version__number=2).order_by("pk").values_list("pk", flat=True))


def test_one_sweep_moves_all_in_parts_and_a_second_does_nothing(
    two: WorkflowVersion, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "STEP", 2)
    move = order(two)
    assert sweep(SOON, SOON)["run moves"] == 4
    assert sweep(SOON, SOON)["run moves"] == 0
    move.refresh_from_db()
    assert (move.state, move.total, move.moved, move.stayed) == ("done", RUNS, RUNS, 0)
    assert moved() == runs
    told = AuditEvent.objects.filter(verb="run.migrated")
    assert sorted(told.values_list("run", flat=True)) == runs
    assert set(told.values_list("actor", flat=True)) == {"staff:1"}
    begun = AuditEvent.objects.get(verb="config.changed", data__field="runs_moved_to")
    assert (begun.data["object"], begun.data["new"]) == ("workflow:inbound-demo", 2)


def test_a_worker_that_dies_is_followed_by_another_that_moves_each_run_once(
    two: WorkflowVersion, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    move = order(two)
    real, calls = migrating.migrate, []

    def dying(number: int, *args: object, **named: object) -> object:
        calls.append(number)
        result = real(number, *args, **named)  # type: ignore[arg-type]
        if len(calls) == 3:
            raise KeyboardInterrupt  # the process is killed before its transaction ends
        return result

    monkeypatch.setattr(migrating, "migrate", dying)
    with pytest.raises(KeyboardInterrupt):
        moving.carry_on(move.pk, SOON, SOON)
    move.refresh_from_db()
    assert (moved(), move.moved, move.cursor) == (runs[:2], 2, runs[1])
    moving.carry_on(move.pk, SOON, SOON)
    moving.carry_on(move.pk, SOON, SOON)
    move.refresh_from_db()
    assert (move.state, move.moved) == ("done", RUNS)
    assert calls == [*runs[:3], *runs[2:]]
    assert sorted(AuditEvent.objects.filter(verb="run.migrated").values_list("run", flat=True)) == runs


def test_what_cannot_move_or_fails_stays_with_its_reason_and_stops_nobody_else(
    two: WorkflowVersion, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    Run.objects.filter(pk=runs[1]).update(is_virtual=True)
    real = migrating.migrate

    def faulty(number: int, *args: object, **named: object) -> object:
        if number == runs[3]:
            raise ZeroDivisionError
        return real(number, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(migrating, "migrate", faulty)
    move = moving.finish(order(two), now=SOON)
    assert move.reasons == {"A simulation is moving it.": 1, moving.FAULT: 1}
    assert (move.moved, move.stayed) == (RUNS - 2, 2)
    assert moved() == [each for each in runs if each not in (runs[1], runs[3])]


def test_only_the_chosen_runs_are_moved(two: WorkflowVersion, runs: list[int]) -> None:
    chosen = [runs[5], runs[0], runs[2]]
    move = moving.finish(order(two, only=chosen), now=SOON)
    assert (move.total, move.moved) == (3, 3)
    assert moved() == sorted(chosen)


def test_a_stopped_order_moves_nobody_more(two: WorkflowVersion, runs: list[int]) -> None:
    move = order(two)
    moving.stop(move, now=SOON, actor="staff:1")
    assert not moving.carry_on(move.pk, SOON, SOON)
    assert moved() == []
    assert order(two).state == "running"


def test_a_workflow_has_one_order_at_a_time(two: WorkflowVersion) -> None:
    order(two)
    with pytest.raises(moving.Refused, match="already"):
        order(two)
