from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from bookings.tests.organisation import NOW, Organisation, build
from workflows.tests.admin.pages import Admin, superuser


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A Monday at 09:00 in Berlin; only the test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def acme(db: None, clock: time_machine.Traveller) -> Organisation:
    return build()


@pytest.fixture
def ops(db: None, clock: time_machine.Traveller) -> Admin:
    """A superuser at the admin's pages."""
    return Admin(superuser())
