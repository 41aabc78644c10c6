"""What a press on a rep's card does; the rep's screen and the mailed link share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bookings import attendance
from bookings.models import Booking
from bookings.refusals import Invalid
from bookings.views.cards import ATTENDED, NO_SHOW, UNDO

LONGEST_NOTE = 2000


def mark(booking: Booking, sent: Mapping[str, str], *, source: str, actor: str, now: datetime) -> None:
    """Do what the pressed button says. Raises Refusal when it cannot be done; nothing has changed then."""
    pressed = sent.get("mark", "")
    if pressed == UNDO:
        attendance.withdraw_outcome(booking, now=now, actor=actor)
    elif pressed in attendance.outcomes_for(booking):
        notes = sent.get("notes", "").strip()[:LONGEST_NOTE]
        attendance.record_outcome(booking, pressed, notes=notes, now=now, actor=actor)
    elif pressed in (ATTENDED, NO_SHOW):
        attendance.record(booking, signal=pressed, party="guest", source=source, at=now, now=now, actor=actor)
    else:
        raise Invalid("That can no longer be marked here. Please look again at what can.")
