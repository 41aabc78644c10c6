"""/m/{token}/: the booking and what its guest can do with it: see, keep in a calendar, cancel, take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from bookings import access, letters, scheduling
from bookings.core import add_to_calendar, ics
from bookings.models import Booking
from bookings.refusals import Refusal
from bookings.views import meeting
from bookings.views.meeting import DONE, Links
from bookings.views.pages import Notice, frameable, limit_presses, page, show

LONGEST_REASON = 2000

_STATES = {
    "to_come": ("icons/check.svg", "good"),
    "over": ("icons/check.svg", ""),
    "cancelled": ("icons/cross.svg", "warn"),
    "attended": ("icons/check.svg", "good"),
    "no_show": ("icons/clock.svg", "warn"),
}


@frameable
@page()
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """The booking as it stands now, with the ways on that its state allows."""
    now = timezone.now()
    held = access.booking_by_token(token)
    return _booking_page(request, held, Links(token), now, DONE.get(request.GET.get("done", "")))


@page("POST")
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether and why; POST cancels. A second POST changes nothing and shows the same page."""
    now = timezone.now()
    held = access.booking_by_token(token)
    links = Links(token)
    if request.method == "POST":
        limit_presses(request, "cancel")
        reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
        cancelled = scheduling.cancel(held, reason=reason, now=now)
        return _to(meeting.lasting_links(cancelled, now), "cancelled")
    if not meeting.is_to_come(held, now):
        return _booking_page(request, held, links, now)
    scheduling.clicked_cancel(held, now=now)
    context = {
        "meeting": meeting.details(held, now),
        "action": links.cancel,
        "reschedule_url": links.reschedule,
        "booking_url": links.booking,
    }
    return show(request, "bookings/cancel.html", context)


@page("POST")
def restore(request: HttpRequest, token: str) -> HttpResponse:
    """POST takes a cancellation back; GET just shows the booking, where the button for it is."""
    now = timezone.now()
    held = access.booking_by_token(token)
    if request.method != "POST":
        return HttpResponseRedirect(Links(token).booking)
    limit_presses(request, "restore")
    try:
        restored = scheduling.restore(held, now=now)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        notice = Notice(refusal.detail, "warn")
        return _booking_page(request, held, Links(token), now, notice, status=409)
    return _to(meeting.lasting_links(restored, now), "restored")


@page()
def invite(request: HttpRequest, token: str) -> HttpResponse:
    """The meeting as a calendar file, cancelled if it is."""
    held = access.booking_by_token(token)
    changed_at = held.cancelled_at or held.made_at
    event = letters.invite_of(held, sequence=held.invite_sequence, created_at=changed_at, now=timezone.now())
    if held.status == Booking.Status.CANCELLED:
        event = replace(event, status=ics.CANCELLED)
    response = HttpResponse(ics.publish(event), content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


def _booking_page(
    request: HttpRequest,
    held: Booking,
    links: Links,
    now: datetime,
    notice: Notice | None = None,
    status: int = 200,
) -> HttpResponse:
    state, heading, sentence = _told(held, now)
    icon, tone = _STATES[state]
    context: dict[str, Any] = {
        "heading": heading,
        "sentence": sentence,
        "state": {"icon": icon, "tone": tone},
        "notice": notice,
        "meeting": meeting.details(held, now),
        "can_restore": meeting.can_restore(held, now),
        "restore_url": links.restore,
    }
    if meeting.is_to_come(held, now):
        context |= {"reschedule_url": links.reschedule, "cancel_url": links.cancel}
        context |= {"calendars": _calendars(held, now), "invite_url": links.invite}
    if meeting.can_join(held, now):
        context |= {"join_url": links.join, "is_soon": now > held.start_at - meeting.SOON}
    if not context["can_restore"]:
        context |= _again(held, now)
    return show(request, "bookings/booking.html", context, status=status)


def _told(held: Booking, now: datetime) -> tuple[str, str, str]:
    """State, heading and sentence."""
    rep = held.rep.name
    if held.status == Booking.Status.CANCELLED:
        undo = "For ten minutes you can take that back." if meeting.can_restore(held, now) else ""
        return "cancelled", "This meeting is cancelled", undo
    if held.start_at <= now < held.end_at:
        return "to_come", "Your meeting is on now", f"{rep} is waiting for you."
    if held.status == Booking.Status.ATTENDED:
        return "attended", "Thank you for coming", f"{rep} was glad to meet you."
    if held.status == Booking.Status.NO_SHOW:
        return "no_show", "We missed you", f"These things happen. Shall we try again? {rep} would be glad."
    if now >= held.end_at:
        return "over", "This meeting is over", "Thank you for your time."
    return "to_come", "You are booked", f"{rep} is looking forward to it."


def _again(held: Booking, now: datetime) -> dict[str, str]:
    """The way to a new time for a meeting that was missed or given up."""
    run = held.enquiry.run
    if held.status == Booking.Status.NO_SHOW and run and run.is_under_way and run.booking == held.pk:
        picker = reverse("pick", args=[access.run_token(run.pk, now)])
        return {"again_url": picker, "again_label": "Pick a new time"}
    form = held.enquiry.form
    is_gone = held.status in (Booking.Status.CANCELLED, Booking.Status.NO_SHOW)
    if is_gone and form.retired_at is None:
        return {"again_url": reverse("book-form", args=[form.slug]), "again_label": "Book again"}
    return {}


def _calendars(held: Booking, now: datetime) -> list[tuple[str, str]]:
    links = meeting.lasting_links(held, now)
    join = access.url(links.join)
    brand = str(getattr(settings, "ORDINUS_BRAND_NAME", "Ordinus"))
    return add_to_calendar.links(
        title=f"{held.meeting_type.name}: {held.rep.name}, {brand}",
        start=held.start_at,
        end=held.end_at,
        details=f"Join: {join}\nMove or cancel: {access.url(links.booking)}",
        location=join,
    )


def _to(links: Links, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{links.booking}?done={done}", status=303)
