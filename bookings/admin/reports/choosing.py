"""What a report page is about, as its address says and its filter shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from bookings.models import BookingForm
from bookings.reporting.names import sources
from bookings.reporting.selection import REAL, SIMULATED, Selection
from routing.models import Pool, Rep, Segment
from workflows.admin.days import DayField
from workflows.models import Workflow

PERIODS = {
    "7": "Last 7 days",
    "30": "Last 30 days",
    "90": "Last 90 days",
    "365": "Last 365 days",
    "dates": "From … to …",
}
DEFAULT = "30"
MOST_SOURCES = 50
LIMITS = ("workflow", "form", "segment", "pool", "rep", "source", "leads")


class ChoiceForm(forms.Form):
    """The period, and which leads. An unknown value is told beside its field, and nothing is counted."""

    period = forms.ChoiceField(choices=list(PERIODS.items()), widget=UnfoldAdminSelectWidget)
    since = DayField(label="From", required=False, widget=UnfoldAdminDateWidget(attrs={"type": "date"}))
    until = DayField(
        label="To, included", required=False, widget=UnfoldAdminDateWidget(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, all_of_them, choices) in _choices().items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                widget=UnfoldAdminSelectWidget,
                choices=[("", all_of_them), *choices],
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("period") != "dates":
            return cleaned
        since, until = cleaned.get("since"), cleaned.get("until")
        for name in ("since", "until"):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, "Choose a day.")
        if since and until and until < since:
            self.add_error("until", "Choose a day that is not before the first one.")
        if since and until and (until - since).days > 3660:
            self.add_error("since", "Choose at most ten years.")
        return cleaned


@dataclass(frozen=True)
class Chosen:
    """A selection, the form that shows it, and the period in words."""

    selection: Selection | None
    form: ChoiceForm
    period: str


def chosen(query: Any, now: datetime) -> Chosen:
    """What the address asks for; by default the last 30 days of all leads, up to now.

    Days that are given without a period are the period.
    """
    given = {name: query[name] for name in ("period", "since", "until", *LIMITS) if name in query}
    of_days = {"period": "dates"} if given.get("since") or given.get("until") else {"period": DEFAULT}
    form = ChoiceForm(of_days | given)
    if not form.is_valid():
        return Chosen(None, form, "")
    cleaned = form.cleaned_data
    since, until = _span(cleaned, now)
    limits = {name: cleaned[name] for name in LIMITS}
    return Chosen(Selection(since, until, **limits), form, PERIODS[cleaned["period"]])


def _span(cleaned: dict[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """Chosen days are the viewer's, from midnight to midnight."""
    if cleaned["period"] != "dates":
        return now - timedelta(days=int(cleaned["period"])), now
    zone = timezone.get_current_timezone()
    first, last = cleaned["since"], cleaned["until"] + timedelta(days=1)
    return tuple(datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last))  # type: ignore[return-value]


def _choices() -> dict[str, tuple[str, str, list[tuple[str, str]]]]:
    return {
        "workflow": ("Workflow", "All workflows", _named(Workflow)),
        "form": ("Form", "All forms", _named(BookingForm)),
        "segment": ("Segment", "All segments", _named(Segment)),
        "pool": ("Pool", "All pools", _named(Pool)),
        "rep": ("Rep", "All reps", list(Rep.objects.order_by("name").values_list("email", "name"))),
        "source": ("Source", "All sources", [(each, each) for each in sources(MOST_SOURCES)]),
        "leads": ("Leads", "Real and simulated", [(REAL, "Real only"), (SIMULATED, "Simulated only")]),
    }


def _named(model: Any) -> list[tuple[str, str]]:
    return list(model.objects.order_by("name").values_list("slug", "name"))
