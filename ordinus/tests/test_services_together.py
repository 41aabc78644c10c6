"""Beat, broker and worker as they run in production: what beat says, the worker does."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ordinus.environment import ROOT
from workflows.models import Heartbeat

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

CELERY = [str(Path(sys.executable).parent / "celery"), "--quiet", "--app", "ordinus"]
WORKER = [*CELERY, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "--pidfile="]
PATIENCE = 90


@contextmanager
def running(program: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        program, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def test_beat_says_sweep_and_the_worker_sweeps(process_environment: dict[str, str]) -> None:
    with running(WORKER, process_environment), running(BEAT, process_environment):
        deadline = time.monotonic() + PATIENCE
        while not Heartbeat.objects.filter(name="sweep").exists() and time.monotonic() < deadline:
            time.sleep(0.2)
    assert Heartbeat.objects.filter(name="sweep").exists()
