"""“Why no slots?”: for each rep and day of a pool, what took the time away. Looks, never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from bookings.admin.names import load_names
from bookings.admin.strips import Axis, Piece, axis_of, pieces
from bookings.core import wording
from bookings.story import Names, days
from bookings.story.decisions import routed
from bookings.story.reasons import because, fact_name
from bookings.story.words import Words
from routing import availability
from routing.admin.fields import TimeZoneField
from routing.availability import Supply
from routing.core.slots import Reason, RepSupply, Window, why_not
from routing.core.strips import OFFERED, DayStrip, day_strips
from routing.deciding import decide
from routing.instants import instant_of
from routing.models import Pool, Rep
from workflows.admin.base import change_url
from workflows.admin.days import DayField
from workflows.admin.words import counted

DAYS = 5
MOST_DAYS = 31
FACT = "fact-"


class DateInput(UnfoldAdminTextInputWidget):
    input_type = "date"


class WhyForm(forms.Form):
    """Which pool, which of the guest's dates, on whose clock, and what the pool would match the lead by."""

    pool = forms.ModelChoiceField(
        Pool.objects.filter(retired_at=None),
        label="Pool",
        empty_label=None,
        widget=UnfoldAdminSelectWidget(),
        help_text="Whose members are gone through.",
    )
    from_on = DayField(
        label="From",
        widget=DateInput(),
        help_text="The first day, as the guest counts days.",
    )
    to_on = DayField(
        label="To",
        widget=DateInput(),
        help_text=f"The last day, at most {MOST_DAYS} in all.",
    )
    zone = TimeZoneField(
        label="Guest's time zone",
        help_text="Starts lie on this clock's steps, and days are this clock's days.",
    )

    def __init__(self, pool: Pool | None, names: Names, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for match in pool.matches.all() if pool else ():
            name = fact_name(match.fact, names)
            self.fields[FACT + match.fact] = forms.CharField(
                label=name[:1].upper() + name[1:],
                required=False,
                widget=UnfoldAdminTextInputWidget(),
                help_text="What the lead says, such as one value. Empty: unknown, so nobody is left out for it.",
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_on"), cleaned.get("to_on")
        if first and last and not 0 <= (last - first).days < MOST_DAYS:
            raise ValidationError(f"Choose a last day after the first one, {MOST_DAYS} days at most in all.")
        return cleaned

    @property
    def facts(self) -> dict[str, str]:
        return {name.removeprefix(FACT): value for name, value in self.cleaned_data.items()
                if name.startswith(FACT) and value}  # fmt: skip


@dataclass(frozen=True)
class RepDay:
    """One rep on one day: the strip, the verdict, and the sentences behind it."""

    rep: str
    url: str
    verdict: str
    pieces: list[Piece]
    told: list[str]
    has_free: bool


@dataclass(frozen=True)
class GuestDay:
    title: str
    free: str
    reps: list[RepDay]


def why(request: HttpRequest) -> HttpResponse:
    """The page; everything it asks stands in its address, so that it can be passed on."""
    if not (request.user.has_perm("routing.view_pool") or request.user.has_perm("routing.change_pool")):
        raise PermissionDenied
    now = timezone.now()
    names = load_names(timezone.get_current_timezone_name())
    pool = _pool(request.GET.get("pool", ""))
    asked = _defaults(pool, now) | request.GET.dict()
    form = WhyForm(pool, names, asked)
    context = {
        **admin.site.each_context(request),
        "title": "Why no slots?",
        "content_title": "Why no slots?",
        "form": form,
        "pool": pool,
        "pool_url": change_url(pool) if pool else "",
    }
    if pool and form.is_valid():
        context |= explained(form, names, now)
    return TemplateResponse(request, "admin/ordinus/why.html", context)


def _pool(number: str) -> Pool | None:
    pools = Pool.objects.select_related("meeting_type", "fallback").filter(retired_at=None)
    chosen = pools.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    return chosen or pools.first()


def _defaults(pool: Pool | None, now: datetime) -> dict[str, Any]:
    today = timezone.localtime(now).date()
    zone = timezone.get_current_timezone_name()
    last = today + timedelta(days=DAYS - 1)
    return {"pool": pool.pk if pool else "", "from_on": f"{today}", "to_on": f"{last}", "zone": zone}


def explained(form: WhyForm, names: Names, now: datetime) -> dict[str, Any]:
    """What the page shows below its form, computed by what offers starts to guests."""
    pool, zone = form.cleaned_data["pool"], form.cleaned_data["zone"]
    first, last = form.cleaned_data["from_on"], form.cleaned_data["to_on"]
    view = Window(zone, first, last, now=availability.minute_from(now))
    names = replace(names, zone=zone)
    stock = availability.supply(pool, form.facts, view, now=now)
    strips = day_strips(stock.reps, stock.shape, stock.calendar, view)
    axis = axis_of(day for of_rep in strips.values() for day in of_rep)
    totals = days.totals(strips.values())
    return {
        "axis": axis,
        "days": _days(stock, strips, view, axis, names),
        "totals": _shares(totals),
        "answer": _answer(strips, view, names, now),
        "routed": routed(Words(_Decided(_decision(pool, form.facts, zone, now)), names)),
        "left_out": [
            f"{member.name} is left out because {because(reason['code'], reason, names)}."
            for member in stock.members
            if (reason := stock.left_out.get(member.rep_id))
        ],
        "place": wording.zone_label(zone, now),
    }


@dataclass(frozen=True)
class _Decided:
    """A decision that nobody has recorded, told as if it had been."""

    data: Mapping[str, Any]
    verb: str = "routing.decided"
    actor: str = "system"
    stage: str | None = None


def _decision(pool: Pool, facts: Mapping[str, Any], zone: str, now: datetime) -> dict[str, Any]:
    return decide(pool, facts, zone=zone, now=now, entered_at=now).as_record()


def _answer(strips: Mapping[int, tuple[DayStrip, ...]], view: Window, names: Names, now: datetime) -> str:
    stretches = [each for of_rep in strips.values() for day in of_rep for each in day.stretches]
    free = [each.first for each in stretches if each.code == OFFERED]
    if not free:
        return "A guest is offered nothing on these days."
    first = wording.moment(instant_of(min(free)), view.guest_zone, now)
    return f"The first start a guest is offered on these days is {first}."


def _shares(totals: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each fate with its number and its share of all starts within working hours."""
    everything = sum(totals.values()) or 1
    return [
        {
            "tone": days.TONES[code],
            "cause": days.CAUSES[code],
            "count": number,
            "share": round(100 * number / everything),
        }
        for code, number in totals.items()
    ]


def _days(
    stock: Supply, strips: Mapping[int, tuple[DayStrip, ...]], view: Window, axis: Axis, names: Names
) -> list[GuestDay]:
    names_of = {member.rep_id: member.name for member in stock.members}
    found = []
    for place in range((view.to_on - view.from_on).days + 1):
        rows = []
        for supply in stock.reps:
            strip = strips[supply.rep_id][place]
            told = days.sentences(strip, _asking(supply, stock, view), names)
            name, address = names_of[supply.rep_id], change_url(Rep(pk=supply.rep_id))
            has_free = bool(strip.count(OFFERED))
            rows.append(RepDay(name, address, days.verdict(strip), pieces(strip, axis), told, has_free))
        title = _title(view.from_on + timedelta(days=place))
        is_worked = any(row.pieces for row in rows)
        found.append(GuestDay(title, _free_in_words(rows, is_worked), rows if is_worked else []))
    return found


def _free_in_words(rows: list[RepDay], is_worked: bool) -> str:
    free = sum(row.has_free for row in rows)
    if not is_worked:
        return "nobody works on this day" if rows else "no rep of this pool can take such a lead"
    if not free:
        return "nobody has anything free"
    return f"{free} of {counted(len(rows), 'rep')} {'has' if free == 1 else 'have'} something free"


def _asking(supply: RepSupply, stock: Supply, view: Window) -> Any:
    def ask(start: int) -> Reason | None:
        return why_not(supply, start, stock.shape, stock.calendar, view)

    return ask


def _title(on: date) -> str:
    return wording.day(datetime(on.year, on.month, on.day, 12, tzinfo=timezone.get_default_timezone()), "UTC")
