"""/m/{token}/join/: one button; pressing it records that the guest joined and leads to the meeting."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from bookings import access, attendance
from bookings.models import Booking
from bookings.refusals import Refusal
from bookings.views import meeting
from bookings.views.meeting import Links
from bookings.views.pages import limit_presses, page, show

SOURCE = "join_page"


@page("POST")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the page records nothing, because scanners open every link in a mail; pressing the button does."""
    now = timezone.now()
    held = access.booking_by_token(token)
    if request.method != "POST" or not meeting.can_join(held, now):
        return _join_page(request, held, token, now)
    limit_presses(request, "join")
    _record(request, held, now)
    if not held.rep.meeting_url:
        return _join_page(request, held, token, now, has_joined=True)
    return HttpResponseRedirect(held.rep.meeting_url, status=303)


def _record(request: HttpRequest, held: Booking, now: datetime) -> None:
    """Nobody is kept out of a meeting because what was seen of them cannot be kept.

    The invite in the rep's own calendar leads here too; a rep who is signed in is not taken for the guest.
    """
    is_rep = request.user.is_authenticated and held.rep.user_id == request.user.pk
    party, actor = ("host", f"rep:{held.rep_id}") if is_rep else ("guest", "lead")
    try:
        attendance.record(held, signal="joined", party=party, source=SOURCE, now=now, actor=actor)
    except Refusal:
        return


def _join_page(
    request: HttpRequest, held: Booking, token: str, now: datetime, *, has_joined: bool = False
) -> HttpResponse:
    links = Links(token)
    heading, sentence = _told(held, now, has_joined)
    can_join = meeting.can_join(held, now) and not has_joined
    context = {
        "heading": heading,
        "sentence": sentence,
        "meeting": meeting.details(held, now),
        "can_join": can_join,
        "is_early": now < held.start_at - meeting.SOON,
        "action": links.join,
        "booking_url": links.booking,
    }
    response = show(request, "bookings/join.html", context)
    if can_join and held.rep.meeting_url:
        # Browsers hold every redirect that follows a form against form-action, and video services send their
        # guests on from one host to another; hence the scheme.
        scheme = urlsplit(held.rep.meeting_url).scheme
        response._csp_update = {"form-action": [f"{scheme}:"]}  # type: ignore[attr-defined]
    return response


def _told(held: Booking, now: datetime, has_joined: bool) -> tuple[str, str]:
    rep = held.rep.name
    if has_joined:
        return "You are expected", f"{rep} knows that you are there, and will call or write to you."
    if held.status == Booking.Status.CANCELLED:
        return "This meeting is cancelled", "There is nothing to join. Another time is quickly found."
    if not meeting.can_join(held, now):
        return "This meeting is over", "There is nothing to join any more."
    if now < held.start_at - meeting.SOON:
        return "You are early", f"Come back to this page at the time of the meeting; {rep} will be there."
    return "Ready when you are", f"{rep} is on the other side of this button."
