from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from bookings.models import Booking
from bookings.tests.organisation import NOW, Organisation, build


@pytest.fixture
def acme(db) -> Organisation:
    return build(reps=1)


@pytest.fixture
def booking(acme) -> Booking:
    """Tomorrow, with Ana, whose room has a number."""
    rep = acme.reps[0]
    rep.meeting_url = "https://acme.zoom.example/j/123456789?pwd=x#spaces/AbC"
    rep.save()
    return acme.book(acme.submit(), 20)


@pytest.fixture
def clock(booking) -> Iterator[time_machine.Traveller]:
    """Five minutes into the meeting."""
    with time_machine.travel(booking.start_at + timedelta(minutes=5), tick=False) as clock:
        yield clock


__all__ = ["NOW"]
