"""Taking a booking's locks in the one order that everybody takes them: its run, then the booking."""

from __future__ import annotations

from bookings.models import Booking
from bookings.refusals import NotFound
from workflows import engine
from workflows.models import Run

RELATED = (
    "lead",
    "rep",
    "pool",
    "meeting_type",
    "assignment",
    "assignment__pool",
    "enquiry",
    "enquiry__form",
)


def lock_booking(number: int) -> tuple[Run, Booking]:
    """The booking's run and the booking, both locked until the transaction ends. Raises NotFound."""
    run_id = Booking.objects.values_list("enquiry__run", flat=True).filter(pk=number).first()
    if run_id is None:
        raise NotFound("There is no such booking.")
    run = engine.lock(run_id)
    return run, Booking.objects.select_related(*RELATED).select_for_update(of=("self",)).get(pk=number)
