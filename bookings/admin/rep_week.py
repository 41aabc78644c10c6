"""A rep's week as a picture: hours, what takes time, and what each pool would offer. Looks, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from bookings.admin.strips import Axis, Piece, piece
from bookings.core import wording
from bookings.models import Booking
from bookings.story.days import clock
from routing import availability
from routing.core.hours import worked
from routing.core.slots import PoolCalendar, Window
from routing.core.spans import Span
from routing.core.strips import OFFERED, day_strips
from routing.core.zones import DAY, day_number, stretches, weekday_of
from routing.instants import EPOCH, minute_from, minute_of
from routing.models import Rep, TimeOff
from workflows.admin.base import change_url
from workflows.admin.words import counted

HOUR, WEEK = 60, 7
OFFICE = (8 * HOUR, 18 * HOUR)


@dataclass(frozen=True)
class Lane:
    """One strip of a day: what it shows, its pieces, and the same in words."""

    title: str
    pieces: list[Piece]
    words: str
    url: str = ""


@dataclass(frozen=True)
class WeekDay:
    title: str
    note: str
    is_today: bool
    lanes: list[Lane]


def rep_week(request: HttpRequest, number: int) -> HttpResponse:
    if not (request.user.has_perm("routing.view_rep") or request.user.has_perm("routing.change_rep")):
        raise PermissionDenied
    rep = Rep.objects.filter(pk=number).first()
    if rep is None:
        raise Http404("There is no such rep.")
    now = timezone.now()
    monday = _monday(request.GET.get("week", ""), rep, now)
    week = Week(rep, monday, now)
    here = reverse("admin:rep_week", args=[rep.pk])
    context = {
        **admin.site.each_context(request),
        "title": f"Week of {rep.name}",
        "content_title": f"Week of {rep.name}",
        "heading": f"{_title(monday)} to {_title(monday + timedelta(days=6))}",
        "place": wording.zone_label(rep.time_zone, now),
        "before": f"{here}?week={monday - timedelta(days=7)}",
        "after": f"{here}?week={monday + timedelta(days=7)}",
        "axis": week.axis,
        "days": list(week.days(may_see_leads=request.user.has_perm("bookings.view_booking"))),
        "links": [
            ("The rep", change_url(rep)),
            *((f"Why no slots in “{pool}”?", _why(pool, rep, monday)) for pool in week.pools),
        ],
    }
    return TemplateResponse(request, "admin/ordinus/rep_week.html", context)


def _monday(asked: str, rep: Rep, now: datetime) -> date:
    """The Monday of the week asked for, by any of its days; else of this week on the rep's clock."""
    today = now.astimezone(ZoneInfo(rep.time_zone)).date()
    try:
        on = date.fromisoformat(asked)
    except ValueError:
        on = today
    if abs((on - today).days) > 366:
        on = today
    return on - timedelta(days=on.weekday())


def _why(pool: Any, rep: Rep, monday: date) -> str:
    last = monday + timedelta(days=6)
    query = f"pool={pool.pk}&from_on={monday}&to_on={last}&zone={rep.time_zone}"
    return f"{reverse('admin:why_no_slots')}?{query}"


class Week:
    """A week on the rep's own wall clock."""

    def __init__(self, rep: Rep, monday: date, now: datetime) -> None:
        self.rep, self.monday, self.now = rep, monday, now
        self.first = day_number(monday)
        members = rep.memberships.filter(is_active=True, pool__retired_at=None)
        self.pools = [row.pool for row in members.select_related("pool__meeting_type").order_by("pool__name")]
        pieces = stretches(rep.time_zone, self.first - 1, self.first + WEEK)
        self._start, self._end = pieces[0].start, pieces[-1].end
        self._pieces = pieces
        self.supply = availability.supply_of(rep, self._start, self._end)
        self.hours = worked(self.supply.hours, self.first, self.first + WEEK - 1)
        self.busy = self._on_the_clock(self.supply.busy)
        self.bookings = self._bookings()
        self.offered = self._offered()
        self.axis = self._axis()

    def _on_the_clock(self, spans: Iterable[Span]) -> list[Span]:
        """Instants as wall minutes of the rep; where the clock is set, by the offset at the start."""
        return [(self._wall(start), self._wall(start) + end - start) for start, end in spans]

    def _wall(self, instant: int) -> int:
        near = next((each for each in self._pieces if each.start <= instant < each.end), self._pieces[0])
        return instant + near.offset

    def _bookings(self) -> list[tuple[Booking, Span]]:
        since, until = (EPOCH + timedelta(minutes=minute) for minute in (self._start, self._end))
        rows = Booking.objects.filter(rep=self.rep, start_at__lt=until, end_at__gt=since)
        held = rows.exclude(status=Booking.Status.CANCELLED).select_related("lead", "pool", "meeting_type")
        found = []
        for row in held.order_by("start_at"):
            span = self._on_the_clock([(minute_of(row.start_at), minute_of(row.end_at))])[0]
            found.append((row, span))
        return found

    def _offered(self) -> Mapping[int, Any]:
        """By pool, what this rep would be offered for to a guest on the rep's own clock whom nothing filters."""
        view = Window(
            self.rep.time_zone, self.monday, self.monday + timedelta(days=WEEK - 1), minute_from(self.now)
        )
        found = {}
        for pool in self.pools:
            stock = availability.supply(pool, {}, view, now=self.now)
            supply = stock.of(self.rep.pk)
            calendar: PoolCalendar = stock.calendar
            found[pool.pk] = (
                day_strips([supply], stock.shape, calendar, view)[self.rep.pk] if supply else None
            )
        return found

    def _axis(self) -> Axis:
        inside = [*self.hours, *(span for _, span in self.bookings)]
        since = min((start % DAY for start, _ in inside), default=OFFICE[0]) // HOUR * HOUR
        until = max(
            (end - start // DAY * DAY if end // DAY == start // DAY else DAY for start, end in inside),
            default=OFFICE[1],
        )
        return Axis(since, min(max(-(-until // HOUR) * HOUR, since + HOUR), DAY))

    def days(self, *, may_see_leads: bool) -> Iterator[WeekDay]:
        today = self.now.astimezone(ZoneInfo(self.rep.time_zone)).date()
        for place in range(WEEK):
            on = self.monday + timedelta(days=place)
            meetings = list(self._meetings(place, may_see_leads))
            is_worked = bool(self._of_day(self.hours, place) or meetings)
            lanes = [self._time(place), *meetings, *self._pools(place)] if is_worked else []
            yield WeekDay(_title(on), self._note(on), on == today, lanes)

    def _note(self, on: date) -> str:
        off = TimeOff.objects.filter(rep=self.rep, start_on__lte=on, end_on__gte=on).first()
        if off is not None:
            return f"Time off{f': {off.reason}' if off.reason else ''}"
        if on in self.supply.holidays:
            return "A public holiday"
        if self.supply.last_day and on > self.supply.last_day:
            return "Has left"
        if not any(weekday == weekday_of(day_number(on)) for weekday, _, _ in self.supply.hours):
            return "Does not work"
        return ""

    def _of_day(self, spans: Iterable[Span], place: int) -> list[Span]:
        """The parts of wall-clock spans on one day, as minutes of that day."""
        begin = (self.first + place) * DAY
        cut = ((max(start, begin) - begin, min(end, begin + DAY) - begin) for start, end in spans)
        return sorted((start, end) for start, end in cut if start < end)

    def _time(self, place: int) -> Lane:
        """Working hours, and over them what the calendars say is busy."""
        hours, busy = self._of_day(self.hours, place), self._of_day(self.busy, place)
        on = self.monday + timedelta(days=place)
        tone = "off" if on in (self.supply.days_off | self.supply.holidays) else "hours"
        drawn = [piece(self.axis, *each, tone, f"Works {_span(each)}") for each in hours]
        drawn += [piece(self.axis, *each, "busy", f"Busy {_span(each)}") for each in busy]
        words = [f"works {', '.join(map(_span, hours))}"] if hours else []
        words += [f"busy {', '.join(map(_span, busy))}"] if busy else []
        return Lane("Hours and calendar", drawn, _sentence(words) or "Nothing.")

    def _meetings(self, place: int, may_see_leads: bool) -> Iterator[Lane]:
        drawn, words = [], []
        for booking, span in self.bookings:
            for part in self._of_day([span], place):
                who = str(booking.lead) if may_see_leads else str(booking.meeting_type)
                told = f"{_span(part)} {who}, {booking.pool}"
                drawn.append(piece(self.axis, *part, "booked", told))
                words.append(told)
        if drawn:
            yield Lane("Meetings", drawn, "; ".join(words) + ".")

    def _pools(self, place: int) -> Iterator[Lane]:
        for pool in self.pools:
            strips = self.offered[pool.pk]
            if strips is None:
                yield Lane(f"Offered in {pool}", [], "Takes no part at the moment.")
                continue
            free = [each for each in strips[place].stretches if each.code == OFFERED]
            count = sum(each.count for each in free)
            spans = ", ".join(_span((each.since, each.until)) for each in free)
            drawn = [
                piece(self.axis, each.since, each.until, "free", f"Offered {_span((each.since, each.until))}")
                for each in free
            ]
            words = f"{counted(count, 'start')}: {spans}." if free else "Nothing."
            yield Lane(f"Offered in {pool}", drawn, words, change_url(pool))


def _span(span: Span) -> str:
    return f"{clock(span[0])}–{clock(span[1])}"


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _title(on: date) -> str:
    return wording.day(datetime(on.year, on.month, on.day, 12, tzinfo=UTC), "UTC")
