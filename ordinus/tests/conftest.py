"""A guest's journey through the example workflow, on a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from ordinus.tests.example import example, install
from ordinus.tests.journeys import NOW, Journey


@pytest.fixture
def journey(db: None) -> Iterator[Journey]:
    """Begins on a Monday at 09:00 in Berlin, with the example configuration in force."""
    with time_machine.travel(NOW, tick=False) as clock:
        install(example())
        yield Journey(clock)
