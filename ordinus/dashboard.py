"""Today: the meetings of the day, what needs a person now, and how the last thirty days went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.admin.at_risk import AtRisk
from bookings.admin.bookings import STATES, day_bounds, unmarked
from bookings.admin.leads import unroutable_leads
from bookings.admin.reports import figures
from bookings.admin.reports.pages import MAY_SEE
from bookings.core import wording
from bookings.models import Booking, Lead, Message
from bookings.reporting import REPORTS
from bookings.reporting.funnel import funnel as counted_funnel
from bookings.reporting.selection import Selection
from bookings.reporting.steps import rows_of
from ordinus.health import SWEEP, SWEEP_ALARM
from ordinus.setup.progress import steps
from routing.models import Calendar
from workflows.admin.base import change_url, list_url
from workflows.admin.words import counted, said
from workflows.models import Delivery, Heartbeat, Run, Sink, Timer

FUNNEL_DAYS, TREND_DAYS = 30, 84
MOST_MEETINGS = 50


@dataclass(frozen=True)
class Need:
    """Something that waits for a person: how many, what (told after the number), and the list of them."""

    count: int
    text: str
    url: str
    tone: str = "warning"
    shown: str = ""


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The admin's first page. Some dozen counting queries, each served by an index."""
    now = timezone.now()
    zone = timezone.get_current_timezone_name()
    may_see = request.user.has_perm("bookings.view_booking")
    set_up = steps() if request.user.is_superuser else []
    context |= {
        "title": "Today",
        "today": wording.day(now, zone),
        "place": wording.zone_label(zone, now),
        "needs": needs(request, now),
        "meetings": meetings_today(now, zone) if may_see else [],
        "figures": [funnel(now), no_shows(now)] if request.user.has_perm(MAY_SEE) else [],
        "funnel_days": FUNNEL_DAYS,
        "set_up_left": sum(not step.is_done for step in set_up),
        "set_up_all": len(set_up),
        "next_step": next((step for step in set_up if not step.is_done), None),
    }
    return context


def needs(request: HttpRequest, now: datetime) -> list[Need]:
    """What a person should look at, the gravest first; only what this person may see."""
    found = [need for permission, ask in NEEDS if request.user.has_perm(permission) for need in [ask(now)]]
    return [need for need in found if need.count]


def _late_sweep(now: datetime) -> Need:
    last = Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()
    is_late = last is None or now - last > SWEEP_ALARM
    ago = f"last ran {wording.relative(now, last)}" if last else "has not run yet"
    text = f"The sweep {ago}: reminders and mails wait. Start the worker and beat."
    return Need(int(is_late), text, list_url(Heartbeat), "danger", shown="!")


def _unroutable(now: datetime) -> Need:
    count = unroutable_leads(now).distinct().count()
    text = _of(count, "lead") + " of the last 7 days could not be given to any rep in time"
    return Need(count, text, list_url(Lead, "trouble=unroutable"), "danger")


def _faulty_runs(now: datetime) -> Need:
    count = Run.objects.filter(state=Run.State.FAILED).count()
    return Need(
        count, _of(count, "lead") + " stopped by a fault", list_url(Run, "state__exact=failed"), "danger"
    )


def _failed_timers(now: datetime) -> Need:
    count = Timer.objects.filter(state=Timer.State.FAILED).count()
    text = _of(count, "planned step") + " could not be done"
    return Need(count, text, list_url(Timer, "state__exact=failed"), "danger")


def _dead_messages(now: datetime) -> Need:
    count = Message.objects.filter(state=Message.State.DEAD).count()
    text = _of(count, "mail") + " given up; look why, then try again"
    return Need(count, text, list_url(Message, "state__exact=dead"))


def _dead_deliveries(now: datetime) -> Need:
    count = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    text = _of(count, "delivery", "deliveries") + " to your other systems given up"
    return Need(count, text, list_url(Delivery, "state__exact=dead"))


def _held_back(now: datetime) -> Need:
    held = Q(circuit=Sink.CircuitState.OPEN) | Q(look_up_circuit=Sink.CircuitState.OPEN)
    sinks = list(Sink.objects.filter(held, is_enabled=True, retired_at=None))
    names = ", ".join(f"“{sink}”" for sink in sinks[:3]) + (", …" if len(sinks) > 3 else "")
    count = _of(len(sinks), "sink")
    waits = (
        "what it is told waits until it works"
        if len(sinks) == 1
        else "what they are told waits until they work"
    )
    text = f"{count} held back after failing again and again ({names}); {waits}"
    url = change_url(sinks[0]) if len(sinks) == 1 else list_url(Sink)
    return Need(len(sinks), text, url)


def _unmarked(now: datetime) -> Need:
    count = unmarked(now).count()
    text = _of(count, "meeting") + " without an outcome, which the rep has not marked yet"
    return Need(count, text, list_url(Booking, "when=unmarked"), "info")


def _at_risk(now: datetime) -> Need:
    count = AtRisk.objects.at_risk(now).count()
    text = (
        _of(count, "meeting")
        + " ahead cannot be held as booked; give them to others, or ask for another time"
    )
    return Need(count, text, list_url(AtRisk), "danger")


def _calendars(now: datetime) -> Need:
    count = Calendar.objects.filter(rep__is_active=True).exclude(problem="").count()
    text = _of(count, "calendar") + " could not be read, so busy times may be missing"
    return Need(count, text, list_url(Calendar, "state=problem"))


def _of(count: int, one: str, many: str = "") -> str:
    """The word that follows the number."""
    return counted(count, one, many).partition(" ")[2]


NEEDS = (
    ("workflows.view_heartbeat", _late_sweep),
    ("bookings.view_lead", _unroutable),
    ("bookings.view_booking", _at_risk),
    ("workflows.view_run", _faulty_runs),
    ("workflows.view_timer", _failed_timers),
    ("bookings.view_message", _dead_messages),
    ("workflows.view_delivery", _dead_deliveries),
    ("workflows.view_sink", _held_back),
    ("routing.view_calendar", _calendars),
    ("bookings.view_booking", _unmarked),
)


def meetings_today(now: datetime, zone: str) -> list[dict[str, Any]]:
    """The day's meetings on the viewer's clock, in their order."""
    start, end = day_bounds(now)
    rows = (
        Booking.objects.filter(start_at__gte=start, start_at__lt=end)
        .exclude(status=Booking.Status.CANCELLED)
        .select_related("lead", "rep", "pool", "meeting_type")
        .order_by("start_at", "pk")[:MOST_MEETINGS]
    )
    return [
        {
            "clock": f"{wording.clock(row.start_at, zone)}–{wording.clock(row.end_at, zone)}",
            "lead": str(row.lead),
            "url": change_url(row),
            "rep": row.rep.name,
            "pool": row.pool.name,
            "meeting": row.meeting_type.name,
            "state": row.get_status_display(),
            "tone": STATES.get(row.get_status_display(), "default"),
            "outcome": said(row.outcome),
            "is_now": row.start_at <= now < row.end_at,
        }
        for row in rows
    ]


def funnel(now: datetime) -> SafeString:
    """How far the leads of the last days came, each step with what it was in as many days before."""
    selection = Selection(now - timedelta(days=FUNNEL_DAYS), now)
    return figures.funnel(selection, rows_of(counted_funnel(selection)), is_folded=True)


def no_shows(now: datetime) -> SafeString:
    """The share of meetings that guests missed, week by week, beside the weeks before."""
    selection = Selection(now - timedelta(days=TREND_DAYS), now)
    return figures.figure(
        REPORTS["no-shows"], selection, "week", title="Meetings missed, week by week", is_folded=True
    )
