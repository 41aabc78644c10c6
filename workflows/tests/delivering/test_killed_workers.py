"""Workers killed in the middle of their work: nothing is lost, and a file holds nothing twice."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from workflows.models import AuditEvent, Delivery
from workflows.models.outbox import LEASE
from workflows.sweeping import sweep
from workflows.tests.telling import a_run, a_sink, tell
from workflows.verifying import verify

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

LEADS = 120
KILLS = 2
PATIENCE = 60


def lines(path: Path) -> list[tuple[int, int]]:
    """Run and sequence of every line; fails on one that is not whole."""
    told = [json.loads(line)["data"] for line in path.read_bytes().splitlines()] if path.exists() else []
    return [(data["run"], data["sequence"]) for data in told]


def kill_while_it_delivers(path: Path, environment: dict[str, str]) -> None:
    """Start a sweep in a process of its own and kill it once it has delivered some more."""
    before = path.stat().st_size if path.exists() else 0
    worker = subprocess.Popen([sys.executable, "manage.py", "tick"], cwd=settings.BASE_DIR, env=environment)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and worker.poll() is None:
        if path.exists() and path.stat().st_size > before + 1000:
            break
        time.sleep(0.005)
    worker.kill()
    worker.wait()


def test_every_fact_is_delivered_once(process_environment, tmp_path):
    path = tmp_path / "facts.ndjson"
    a_sink(kind="file", config={"path": str(path)})
    for lead in range(LEADS):
        tell(a_run(lead=lead), at=timezone.now())
    for _ in range(KILLS):
        kill_while_it_delivers(path, process_environment)
    assert 0 < len(lines(path)) < LEADS, "the kills came before or after the work"

    now = timezone.now()
    sweep(now, now + LEASE + timedelta(seconds=1))

    assert len(lines(path)) == len(set(lines(path))) == LEADS
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert AuditEvent.objects.filter(verb="delivery.delivered").count() == LEADS
    assert verify() == []
