from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bookings.reporting.selection import Selection
from bookings.tests import month, organisation
from bookings.tests.organisation import Organisation

MONTH = Selection(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 30, tzinfo=UTC))


@pytest.fixture
def acme(db: None) -> Organisation:
    return organisation.build()


@pytest.fixture
def a_month(acme: Organisation) -> Organisation:
    """Ten leads: see `month`."""
    month.live(acme)
    month.live_on(acme)
    return acme
