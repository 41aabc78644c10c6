"""A month in which leads come one step further each, or are lost for another reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bookings import attendance, scheduling
from bookings.models import Booking
from bookings.tests.organisation import Organisation
from workflows.sweeping import sweep

OF_THE_MONTH = {"since": "2026-03-01", "until": "2026-04-30"}


def live(acme: Organisation) -> None:
    """Eight leads: three meetings are held, two of them marked."""
    acme.submit(email="student@school.edu")
    acme.submit(email="silent@b.example")
    acme.slots(acme.submit(email="looking@b.example"))
    scheduling.cancel(acme.book(acme.submit(email="off@b.example"), 2), now=acme.now)
    missed = acme.book(acme.submit(email="missed@b.example"), 3)
    sweep(missed.end_at + timedelta(minutes=31), acme.now)
    for place, outcome in enumerate(("", "not_a_fit", "not_a_fit"), 40):
        meet(acme, f"came{place}@b.example", place, outcome)


def meet(acme: Organisation, email: str, place: int, outcome: str) -> Booking:
    """The lead books, comes, and the outcome is marked if there is one."""
    booking = acme.book(acme.submit(email=email), place)
    told: dict[str, Any] = {"now": booking.start_at, "actor": "system"}
    attendance.record(booking, signal="attended", party="guest", source="test", **told)
    if outcome:
        attendance.record_outcome(booking, outcome, **told)
    return booking


def live_on(acme: Organisation) -> Booking:
    """One moves the meeting after having looked, one looks and does not; one who did not come meets at last."""
    moving = acme.book(acme.submit(email="moving@c.example"), 60)
    scheduling.clicked_reschedule(moving, now=acme.now)
    scheduling.move(moving, moving.start_at + timedelta(days=1), now=acme.now)
    thinking = acme.book(acme.submit(email="thinking@c.example"), 62)
    scheduling.clicked_reschedule(thinking, now=acme.now)
    missed = Booking.objects.get(lead__email="missed@b.example")
    again = scheduling.book(
        missed.enquiry, missed.start_at + timedelta(days=7), now=missed.end_at + timedelta(hours=1)
    )
    told: dict[str, Any] = {"now": again.start_at, "actor": "system"}
    attendance.record(again, signal="attended", party="guest", source="test", **told)
    return again
