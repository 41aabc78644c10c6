"""A booking in the words of its pages: what, when, with whom, and what can still be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from bookings import access
from bookings.core import wording
from bookings.models import Booking
from bookings.views.pages import Notice
from workflows.engine import UNDO_WITHIN
from workflows.models import Run

# So long before the start joining is the thing to do.
SOON = timedelta(minutes=15)

DONE = {
    "booked": Notice("It is booked. We have mailed you the details and an invite.", "good"),
    "moved": Notice("Your meeting has moved. We have mailed you the new invite.", "good"),
    "cancelled": Notice("We have told everybody concerned, and it leaves your calendar by itself.", "good"),
    "reconfirmed": Notice("Thank you. We are counting on you.", "good"),
    "restored": Notice("Your meeting is on again, at the same time as before.", "good"),
}


@dataclass(frozen=True)
class Links:
    """Where the pages of one booking are, for the token the guest came with."""

    token: str

    @property
    def booking(self) -> str:
        return reverse("booking", args=[self.token])

    @property
    def reschedule(self) -> str:
        return reverse("reschedule", args=[self.token])

    @property
    def cancel(self) -> str:
        return reverse("cancel", args=[self.token])

    @property
    def restore(self) -> str:
        return reverse("restore", args=[self.token])

    @property
    def join(self) -> str:
        return reverse("join", args=[self.token])

    @property
    def reconfirm(self) -> str:
        return reverse("reconfirm", args=[self.token])

    @property
    def invite(self) -> str:
        return reverse("invite", args=[self.token])


def lasting_links(booking: Booking, now: datetime) -> Links:
    """The links that live as long as the booking, whatever token the guest came with."""
    return Links(access.manage_token(booking, now))


def details(booking: Booking, now: datetime, zone: str = "") -> dict[str, Any]:
    """What every page of a booking shows of it."""
    start, end = booking.start_at, booking.end_at
    is_cancelled = booking.status == Booking.Status.CANCELLED
    day, _, time = wording.span(start, end, zone or booking.time_zone or "UTC", now).partition(", ")
    return {
        "day": day,
        "time": time,
        "length": wording.duration(round((end - start).total_seconds() / 60)),
        "away": "" if is_cancelled else _away(booking, now),
        "name": booking.meeting_type.name,
        "rep_name": booking.rep.name,
        "reason": booking.cancel_reason if is_cancelled else "",
    }


def is_to_come(booking: Booking, now: datetime) -> bool:
    """Confirmed and not begun: it can be moved and cancelled."""
    return booking.status == Booking.Status.CONFIRMED and now < booking.start_at


def can_join(booking: Booking, now: datetime) -> bool:
    """Whether there is something to join, also for those who come late and are marked as missing already."""
    return booking.status != Booking.Status.CANCELLED and now < booking.end_at


def can_restore(booking: Booking, now: datetime) -> bool:
    """Whether its cancellation can probably be taken back; the shell has the last word."""
    is_cancelled = booking.status == Booking.Status.CANCELLED and now < booking.start_at
    return is_cancelled and can_undo(booking.enquiry.run, booking.cancelled_at, now)


def can_undo(run: Run | None, pressed_at: datetime | None, now: datetime) -> bool:
    """Whether a press of that instant is the last one in its run, and not older than ten minutes."""
    if run is None or run.undo is None or pressed_at is None:
        return False
    return run.undo.get("presses") == run.presses and now <= pressed_at + UNDO_WITHIN


def _away(booking: Booking, now: datetime) -> str:
    if now < booking.start_at:
        return wording.relative(now, booking.start_at)
    return "now" if now < booking.end_at else wording.relative(now, booking.end_at)
