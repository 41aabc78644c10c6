from __future__ import annotations

from typing import Any

import pytest

from bookings import erasing
from bookings.tests import organisation
from bookings.tests.erasing import canary
from bookings.tests.erasing.canary import NOW, WEEK, Canary
from workflows.tests.delivering.conftest import hook

__all__ = ["hook"]

ERASED_AT = NOW + 4 * WEEK + WEEK / 100


@pytest.fixture
def bird(hook: Any, db: None) -> Canary:
    """A lead that has left traces everywhere, and whose sinks were told what they take."""
    canary.sinks(hook)
    bird = Canary(organisation.build())
    bird.live()
    canary.deliver(hook)
    return bird


@pytest.fixture
def erased(bird: Canary) -> Canary:
    bird.pk = bird.lead.pk
    bird.counts = erasing.erase(bird.lead, now=ERASED_AT, actor="staff:1")
    return bird
