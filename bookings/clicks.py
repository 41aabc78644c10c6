"""What people looked at before they pressed: recorded once each, as views tell where leads drop."""

from __future__ import annotations

from datetime import datetime

from bookings.models import Booking
from workflows import engine
from workflows.models import Run
from workflows.transactions import atomically
from workflows.versions import load

CANCEL_SEEN = "_cancel_seen"


def shown(run: Run, count: int, first: datetime | None, *, now: datetime) -> None:
    """The times of an offer were shown; once per offer. In a no-show's offer it is a click on the link too."""
    if not run.carried.get("_shown"):
        _shown_first(run, count, first, now)


@atomically
def _shown_first(run: Run, count: int, first: datetime | None, now: datetime) -> None:
    run = engine.lock(run.pk)
    if run.carried.get("_shown") or not run.is_under_way:
        return
    data = {"count": count, "first": first, "pool": run.carried.get("pool"), "visit": run.visit}
    engine.say(run, "slots.shown", now=now, actor="lead", data=data)
    stage = load(run.version_id).stages.get(run.stage)
    if stage is not None and stage.kind == "no_show":
        rebook(run, now=now, used=False)
    engine.carry(run, _shown=True)


def rebook(run: Run, *, now: datetime, used: bool) -> None:
    """The rebook link was opened, or a time behind it pressed. The run is locked by the caller."""
    data = {"offer": run.carried.get("_offers", 0), "used": used}
    engine.say(run, "rebook.clicked", now=now, actor="lead", data=data)


@atomically
def opened(number: int, verb: str, *, now: datetime) -> None:
    """The page to move or cancel this revision of the booking was opened; the first view counts."""
    run_id = Booking.objects.values_list("enquiry__run", flat=True).get(pk=number)
    run = engine.lock(run_id)
    booking = Booking.objects.select_related("enquiry").select_for_update(of=("self",)).get(pk=number)
    if booking.status != Booking.Status.CONFIRMED or booking.start_at <= now:
        return
    if verb == "cancel.clicked":
        _opened_cancel(run, booking, now)
    elif booking.clicked_revision < booking.revision:
        reschedule(run, booking, now=now, actor="lead", used=False)


def reschedule(run: Run, booking: Booking, *, now: datetime, actor: str, used: bool) -> None:
    """The reschedule page was opened, or used. Run and booking are locked by the caller."""
    if booking.clicked_revision < booking.revision and actor == "lead":
        clicked = run.carried.get("reschedule_clicks", 0) + 1
        engine.carry(run, reschedule_clicks=clicked)
        booking.clicked_revision = booking.revision
        booking.save(update_fields=["clicked_revision"])
        if used:
            _tell_reschedule(run, booking, now, actor, used=False)
    _tell_reschedule(run, booking, now, actor, used=used)


def _tell_reschedule(run: Run, booking: Booking, now: datetime, actor: str, *, used: bool) -> None:
    data = {"revision": booking.revision, "used": used}
    engine.say(run, "reschedule.clicked", now=now, actor=actor, booking=booking.pk, data=data)


def _opened_cancel(run: Run, booking: Booking, now: datetime) -> None:
    seen = f"{booking.pk}:{booking.revision}"
    if run.carried.get(CANCEL_SEEN) == seen:
        return
    engine.carry(run, **{CANCEL_SEEN: seen})
    data = {"revision": booking.revision, "used": False}
    engine.say(run, "cancel.clicked", now=now, actor="lead", booking=booking.pk, data=data)
