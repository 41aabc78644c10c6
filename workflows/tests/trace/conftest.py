"""A trace of several runs, and the means to tamper with it, which production code does not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from workflows import guards
from workflows.models import Run
from workflows.tests.telling import NOW, a_run, tell

EVENTS = 6


@pytest.fixture
def runs(db) -> list[Run]:
    """Three runs of six events each, some based on evidence, and some facts of no run."""
    made = [a_run(lead=lead) for lead in (1, 2, 3)]
    for visit in range(1, EVENTS + 1):
        for run in made:
            evidence = {"answers": {"employees": visit}} if visit % 2 else None
            tell(run, data={"visit": visit}, evidence=evidence, at=NOW)
    for _ in range(3):
        tell(None, "config.changed", data={"object": "pool"})
    return made


@pytest.fixture
def unguarded(db) -> Callable[[], Iterator[None]]:
    """`with unguarded():` lets the trace be changed, as somebody with the database's password could."""

    @contextmanager
    def lifted() -> Iterator[None]:
        guards.drop(connection)
        try:
            yield
        finally:
            guards.create(connection)

    return lifted
