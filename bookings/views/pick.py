"""/b/{token}/: pick a start, for a first meeting or to book again after a missed one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from bookings import access, holding, limits, offering, scheduling
from bookings.core import wording
from bookings.models import Booking, Enquiry
from bookings.offering import Slot
from bookings.refusals import Invalid, NotBookable, Refusal, SlotTaken, TooMany
from bookings.views import picker, zones
from bookings.views.pages import Notice, frameable, is_framed, limit_presses, page, show
from routing.models import Pool, Rep


@frameable
@page("POST")
def pick(request: HttpRequest, token: str) -> HttpResponse:
    """The free starts; choosing one keeps it for a while, Confirm books it and leads to the booking's own page."""
    now = timezone.now()
    enquiry = access.enquiry_by_token(token)
    zone = zones.meant(request, enquiry.time_zone, enquiry.lead.time_zone)
    if request.method != "POST":
        return _picker_page(request, enquiry, zone, now)
    limit_presses(request, "book")
    if "hold" in request.POST:
        return _choose(request, enquiry, zone, now)
    try:
        booking = scheduling.book(enquiry, picker.pressed(request), now=now, time_zone=zone)
    except (SlotTaken, Invalid) as refusal:
        return _picker_page(request, enquiry, zone, now, refusal)
    path = reverse("booking", args=[access.manage_token(booking, now)]) + "?done=booked"
    return HttpResponseRedirect(f"{path}&embed=1" if is_framed(request) else path, status=303)


def _choose(request: HttpRequest, enquiry: Enquiry, zone: str, now: datetime) -> HttpResponse:
    """The chosen start waits for Confirm, kept for this guest; who has chosen very often waits unkept."""
    try:
        start = picker.pressed(request, "hold")
        if _may_hold(request, enquiry, now):
            holding.hold(enquiry, start, now=now, time_zone=zone)
    except (SlotTaken, Invalid) as refusal:
        return _picker_page(request, enquiry, zone, now, refusal)
    return HttpResponseRedirect(request.path + picker.chosen_link(request, start, zone), status=303)


def _may_hold(request: HttpRequest, enquiry: Enquiry, now: datetime) -> bool:
    try:
        holding.check_limits(enquiry, limits.client_address(request), now=now)
    except TooMany:
        return False
    return True


def _picker_page(
    request: HttpRequest, enquiry: Enquiry, zone: str, now: datetime, refusal: Refusal | None = None
) -> HttpResponse:
    first, last = picker.dates(zone, now)
    try:
        slots = scheduling.offered(enquiry, first, last, now=now, time_zone=zone)
    except NotBookable:
        if picked := _already_picked(request, enquiry, now):
            return picked
        raise
    context: dict[str, Any] = {
        **_meeting(enquiry, slots),
        "sentence": f"Hello {enquiry.lead.name}, when does it suit you?" if enquiry.lead.name else "",
        "action": request.get_full_path(),
        "verb": "Confirm",
        "empty": {
            "title": "All times are taken just now",
            "why": "Somebody may move a meeting, so it is worth looking again. Your place with us is kept.",
        },
        "notice": Notice(refusal.detail, "warn") if refusal else None,
        **picker.context_of(choice := picker.choice_of(request, slots, zone, now)),
        "kept_until": _kept_until(enquiry, choice, now),
    }
    return show(request, "bookings/picker.html", context, status=refusal.status if refusal else 200)


def _kept_until(enquiry: Enquiry, choice: picker.Choice, now: datetime) -> str:
    """Until when the chosen start is kept for the guest, on the guest's clock; empty when it is not."""
    start = next((slot.start for slot in choice.slots if picker.value_of(slot.start) == choice.start), None)
    until = holding.held_until(enquiry.run_id or 0, start, now=now) if start else None
    return wording.clock(until, choice.zone) if until else ""


def _meeting(enquiry: Enquiry, slots: Sequence[Slot]) -> dict[str, str]:
    """What is to be booked, and with whom where only one rep's times are offered."""
    run = enquiry.run
    carried = run.carried if run else {}
    pool = Pool.objects.select_related("meeting_type").filter(slug=carried.get("pool")).first()
    is_offer = run is not None and offering.stage_kind(run) == offering.OFFER
    only = offering.only_rep(carried) if is_offer else None
    rep = Rep.objects.filter(pk=only).first() if only else None
    minutes = round((slots[0].end - slots[0].start).total_seconds() / 60) if slots else 0
    minutes = minutes or (pool.meeting_type.duration if pool else 0)
    return {
        "heading": pool.meeting_type.name if pool else enquiry.form.name,
        "length": wording.duration(minutes) if minutes else "",
        "rep_name": rep.name if rep else "",
    }


def _already_picked(request: HttpRequest, enquiry: Enquiry, now: datetime) -> HttpResponse | None:
    """For those who come back to a page that has done its work: when they meet."""
    number = enquiry.run.booking if enquiry.run else None
    held = Booking.objects.upcoming(now).filter(pk=number).first() if number else None
    if held is None:
        return None
    context = {
        "heading": "You have picked your time",
        "sentences": [
            wording.span(held.start_at, held.end_at, held.time_zone or "UTC", now),
            "With the link in our mail you can move it or cancel it.",
        ],
        "icon": "icons/check.svg",
        "tone": "good",
    }
    return show(request, "bookings/sentence.html", context, status=409)
