"""/rep/: a rep's day, on the phone: who comes today, what is still to mark, and the week ahead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from bookings.core import wording
from bookings.models import Booking
from bookings.refusals import NotFound, Refusal
from bookings.views import cards
from bookings.views.cards import Card
from bookings.views.marking import mark
from bookings.views.pages import Notice, page, show
from routing.models import Rep

_NUMBER = re.compile(r"[0-9]{1,9}")
LOOK_BACK = timedelta(days=14)
LOOK_AHEAD = timedelta(days=7)
TO_MARK = "Still to mark"


@dataclass(frozen=True)
class Section:
    title: str
    cards: list[Card]


@login_required
@page()
def day(request: HttpRequest) -> HttpResponse:
    """The day of the rep who is signed in; staff without a rep of their own choose whose."""
    now = timezone.now()
    rep = _rep_of(request)
    if rep is None:
        return _chooser(request, now)
    return _day_page(request, rep, now)


@login_required
@page("POST")
def mark_booking(request: HttpRequest, number: int) -> HttpResponse:
    """One press on a card: they came, they did not, an outcome, or the last outcome taken back."""
    now = timezone.now()
    booking = Booking.objects.select_related("rep", "enquiry__run").filter(pk=number).first()
    if booking is None or not _may_mark(request, booking.rep):
        raise NotFound("There is no such meeting on your list.")
    if request.method != "POST":
        return HttpResponseRedirect(_day_url(request, booking.rep))
    try:
        mark(booking, request.POST, source="rep_screen", actor=_actor(request, booking.rep), now=now)
    except Refusal as refusal:
        return _day_page(request, booking.rep, now, Notice(refusal.detail, "bad"), status=refusal.status)
    return HttpResponseRedirect(f"{_day_url(request, booking.rep)}#booking-{booking.pk}", status=303)


def _day_page(
    request: HttpRequest, rep: Rep, now: datetime, notice: Notice | None = None, status: int = 200
) -> HttpResponse:
    sections = _sections(rep, now)
    today = wording.day(now, rep.time_zone)
    is_own = _own_rep(request) == rep
    context = {
        "heading": today if is_own else rep.name,
        "sentence": ("" if is_own else f"{today}. ") + _sentence(sections),
        "sections": sections,
        "notice": notice,
        "swaps": True,
        "here": _day_url(request, rep),
        "zone_label": wording.zone_label(rep.time_zone, now),
        "is_staff": request.user.is_staff,
    }
    return show(request, "rep/day.html", context, status=status)


def _sections(rep: Rep, now: datetime) -> list[Section]:
    """Unmarked first, then today, what has just been marked, and the week; nobody stands in two of them."""
    zone = ZoneInfo(rep.time_zone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = (midnight + timedelta(days=1)).astimezone(zone)
    held = (
        Booking.objects.filter(rep=rep, start_at__gte=now - LOOK_BACK, start_at__lt=tomorrow + LOOK_AHEAD)
        .select_related("lead", "rep", "pool", "assignment", "enquiry__form", "enquiry__run")
        .prefetch_related("enquiry__form__questions")
        .order_by("start_at", "pk")
    )
    titles = {"mark": TO_MARK, "done": "Just marked", "today": "Today", "ahead": "The week ahead"}
    sorted_in: dict[str, list[Card]] = {name: [] for name in titles}
    for booking in held:
        action = reverse("rep-mark", args=[booking.pk])
        is_elsewhere = not midnight <= booking.start_at < tomorrow
        card = cards.card(booking, now, rep.time_zone, action=action, with_day=is_elsewhere)
        name = _section_of(booking, card, now, tomorrow)
        if name:
            sorted_in[name].append(card)
    return [Section(title, sorted_in[name]) for name, title in titles.items() if sorted_in[name]]


def _section_of(booking: Booking, card: Card, now: datetime, tomorrow: datetime) -> str:
    if card.marks and booking.status != Booking.Status.NO_SHOW and booking.end_at <= now:
        return "mark"
    if card.can_undo:
        return "done"
    if not card.day:
        return "today"
    is_ahead = booking.start_at >= tomorrow and booking.status == Booking.Status.CONFIRMED
    return "ahead" if is_ahead else ""


def _sentence(sections: list[Section]) -> str:
    today = sum(1 for section in sections for card in section.cards if not card.day and not card.is_off)
    to_mark = sum(1 for section in sections for card in section.cards if section.title == TO_MARK)
    meetings = "No meetings" if today == 0 else "One meeting" if today == 1 else f"{today} meetings"
    return f"{meetings} today, {to_mark} still to mark." if to_mark else f"{meetings} today."


def _chooser(request: HttpRequest, now: datetime) -> HttpResponse:
    """For a login that belongs to no rep: whose day to see, or that there is none to be seen."""
    may_choose = request.user.has_perm("bookings.view_booking")
    reps = Rep.objects.filter(is_active=True) if may_choose else Rep.objects.none()
    context = {
        "heading": "Whose day?" if may_choose else "No meetings are yours yet",
        "sentence": "Your login belongs to no rep, so choose whose meetings to see."
        if may_choose
        else "Your login belongs to no rep. Ask whoever looks after Ordinus to connect the two.",
        "may_choose": may_choose,
        "reps": [
            {
                "number": rep.pk,
                "name": rep.name,
                "sentence": f"{wording.city(rep.time_zone)}, {wording.clock(now, rep.time_zone)} now",
            }
            for rep in reps
        ],
    }
    return show(request, "rep/chooser.html", context, status=200 if may_choose else 403)


def _rep_of(request: HttpRequest) -> Rep | None:
    """The rep whose day is shown: one's own, or for staff who may see bookings the one they chose."""
    asked = request.GET.get("rep", "")
    if _NUMBER.fullmatch(asked) and request.user.has_perm("bookings.view_booking"):
        return Rep.objects.filter(pk=int(asked)).first()
    return _own_rep(request)


def _own_rep(request: HttpRequest) -> Rep | None:
    return Rep.objects.filter(user_id=request.user.pk or 0).first()


def _may_mark(request: HttpRequest, rep: Rep) -> bool:
    return rep.user_id == request.user.pk or request.user.has_perm("bookings.change_booking")


def _actor(request: HttpRequest, rep: Rep) -> str:
    return f"rep:{rep.pk}" if rep.user_id == request.user.pk else f"staff:{request.user.pk}"


def _day_url(request: HttpRequest, rep: Rep) -> str:
    is_own = rep.user_id == request.user.pk
    return reverse("rep-day") if is_own else f"{reverse('rep-day')}?rep={rep.pk}"
