"""/o/{token}/: the card of one meeting, behind the link that its rep was mailed; no login is asked for."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from bookings import access
from bookings.core import wording
from bookings.models import Booking
from bookings.refusals import Refusal
from bookings.views import cards
from bookings.views.marking import mark
from bookings.views.pages import Notice, limit_presses, page, show


@page("POST")
def outcome(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the card and marks nothing; each of its buttons is a POST."""
    now = timezone.now()
    booking = access.booking_by_outcome_token(token)
    if request.method != "POST":
        return _outcome_page(request, booking, now)
    limit_presses(request, "mark")
    try:
        mark(booking, request.POST, source="outcome_link", actor=f"rep:{booking.rep_id}", now=now)
    except Refusal as refusal:
        return _outcome_page(request, booking, now, Notice(refusal.detail, "bad"), status=refusal.status)
    return HttpResponseRedirect(request.path, status=303)


def _outcome_page(
    request: HttpRequest, booking: Booking, now: datetime, notice: Notice | None = None, status: int = 200
) -> HttpResponse:
    zone = booking.rep.time_zone
    card = cards.card(booking, now, zone, action=request.path, with_day=True)
    context = {
        "heading": _heading(card),
        "sentence": f"{booking.rep.name}, one press is enough." if card.marks else "",
        "card": card,
        "notice": notice,
        "zone_label": wording.zone_label(zone, now),
    }
    return show(request, "rep/outcome.html", context, status=status)


def _heading(card: cards.Card) -> str:
    if card.marks:
        return card.question
    return "It is marked, thank you" if card.marked else "Your meeting"
