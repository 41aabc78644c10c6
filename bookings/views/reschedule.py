"""/m/{token}/reschedule/: the picker at once; one press on a start moves the meeting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from bookings import access, limits, scheduling
from bookings.models import Booking
from bookings.refusals import Invalid, Refusal, SlotTaken
from bookings.views import meeting, picker, zones
from bookings.views.meeting import Links
from bookings.views.pages import Notice, page, show

MOVES_AN_HOUR = 20


@page("POST")
def reschedule(request: HttpRequest, token: str) -> HttpResponse:
    """Where the meeting could move to. If a pressed start cannot be had, nothing has changed and the rest shows."""
    now = timezone.now()
    held = access.booking_by_token(token)
    zone = zones.meant(request, held.time_zone)
    if request.method != "POST":
        if meeting.is_to_come(held, now):
            scheduling.clicked_reschedule(held, now=now)
        return _picker_page(request, held, token, zone, now)
    limits.check(f"move:{held.pk}", limit=MOVES_AN_HOUR, per_seconds=limits.HOUR, now=now)
    try:
        moved = scheduling.move(held, picker.pressed(request), now=now, time_zone=zone)
    except (SlotTaken, Invalid) as refusal:
        return _picker_page(request, held, token, zone, now, refusal)
    # The link that led here may belong to the revision that has just passed.
    return HttpResponseRedirect(meeting.lasting_links(moved, now).booking + "?done=moved", status=303)


def _picker_page(
    request: HttpRequest, held: Booking, token: str, zone: str, now: datetime, refusal: Refusal | None = None
) -> HttpResponse:
    first, last = picker.dates(zone, now)
    slots = scheduling.movable(held, first, last, now=now, time_zone=zone)
    free = [slot for slot in slots if slot.start != held.start_at]
    current = meeting.details(held, now, zone)
    context: dict[str, Any] = {
        "heading": "Move your meeting",
        "sentence": "Press a time and your meeting moves there. Until then it stays where it is.",
        "length": current["length"],
        "rep_name": "",
        "current": current,
        "back_url": Links(token).booking,
        "action": request.get_full_path(),
        "verb": "Move to",
        "moves_at_once": True,
        "empty": {
            "title": "No other time is free just now",
            "why": "Your meeting stays as it is. Times open up when others move theirs, so look again later.",
            "mail_to": held.rep.email,
            "mail_name": held.rep.name,
        },
        "notice": Notice(refusal.detail, "warn") if refusal else None,
        **picker.context_of(picker.choice_of(request, free, zone, now)),
    }
    return show(request, "bookings/picker.html", context, status=refusal.status if refusal else 200)
