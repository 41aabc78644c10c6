"""Two workers at one order to move runs: each run is moved by one of them, and every one is counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from bookings.tests import organisation
from bookings.tests.migrating.versions import version_of
from bookings.tests.organisation import NOW
from workflows import moving
from workflows.models import AuditEvent, Run, RunMove

pytestmark = pytest.mark.django_db(transaction=True)

RUNS, WORKERS = 16, 2


def work(number: int) -> int:
    """Goes on as sweeps do, until nothing is left; tells how often it was called to any use."""
    try:
        return sum(1 for _ in iter(lambda: moving.carry_on(number, NOW, NOW), False))
    finally:
        connection.close()


def test_each_run_is_moved_once_and_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "STEP", 1)
    acme = organisation.build()
    runs = sorted(
        acme.submit(email=f"lead{number}@navy.example").enquiry.run_id or 0 for number in range(RUNS)
    )
    one, two = acme.workflow.published, version_of(acme)
    assert one is not None
    order = moving.begin(two, [(one.pk, "offer", "offer")], now=NOW, actor="staff:1")
    with ThreadPoolExecutor(WORKERS) as pool:
        done = list(pool.map(work, [order.pk] * WORKERS))
    assert sum(done) == RUNS
    order = RunMove.objects.get()
    assert (order.state, order.moved, order.stayed) == ("done", RUNS, 0)
    assert set(Run.objects.values_list("version", flat=True)) == {two.pk}
    told = AuditEvent.objects.filter(verb="run.migrated").values_list("run", flat=True)
    assert sorted(told) == runs
