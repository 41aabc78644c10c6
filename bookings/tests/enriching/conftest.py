from __future__ import annotations

import pytest

from bookings.tests.organisation import Organisation, build


@pytest.fixture
def acme(db: None) -> Organisation:
    return build()
