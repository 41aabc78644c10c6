"""/m/{token}/reconfirm/: the yes of a guest who was asked. Opening the page changes nothing; the button does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from bookings import access, reconfirming
from bookings.views import meeting
from bookings.views.meeting import Links
from bookings.views.pages import limit_presses, page, show


@page("POST")
def reconfirm(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    held = access.booking_by_token(token)
    links = Links(token)
    if not meeting.is_to_come(held, now):
        return HttpResponseRedirect(links.booking)
    if request.method == "POST":
        limit_presses(request, "reconfirm")
        reconfirming.reconfirm(held, now=now)
        return HttpResponseRedirect(f"{links.booking}?done=reconfirmed", status=303)
    context = {
        "meeting": meeting.details(held, now),
        "has_said_yes": held.reconfirmed_for == held.start_at,
        "action": links.reconfirm,
        "reschedule_url": links.reschedule,
        "cancel_url": links.cancel,
    }
    return show(request, "bookings/reconfirm.html", context)
