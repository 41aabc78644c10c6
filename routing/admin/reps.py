"""Reps: who takes meetings, when, and how many."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import Prefetch
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminURLInputWidget

from routing import reviews, turns
from routing.admin.calendars import CalendarInline, read_afresh
from routing.admin.fields import AttributesField, HolidaysField, HoursInline, TimeZoneField
from routing.admin.memberships import PoolsInline, save_memberships
from routing.core import public_holidays
from routing.models import Calendar, Membership, Rep, TimeOff, WorkingHours
from routing.models.reps import WEEKDAYS, clock_span
from workflows.admin.base import Rows
from workflows.admin.retiring import InUseFilter, Retiring


class RepForm(forms.ModelForm):
    time_zone = TimeZoneField(
        label="Time zone", help_text="Working hours and days off are read on this zone's clock."
    )
    meeting_url = forms.URLField(
        label="Meeting link",
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
        help_text="Where this rep's meetings take place; a guest who joins is sent there.",
    )
    attributes = AttributesField(
        label="Known for",
        required=False,
        help_text="What pools may match on, one a line: a name, a colon, then one value or several with commas. "
        "A pool that asks for the language of the lead then only draws reps who speak it.",
    )

    holidays = HolidaysField(
        label="Public holidays",
        required=False,
        help_text="Of this country or region: whole days on which nothing can be booked and no turn is missed.",
    )

    class Meta:
        model = Rep
        fields = (
            "email", "name", "is_active", "user", "time_zone", "meeting_url", "attributes", "daily_cap",
            "weekly_cap", "holidays", "leaves_on",
        )  # fmt: skip


class WorkingHoursInline(HoursInline):
    model = WorkingHours
    verbose_name_plural = "working hours"


class TimeOffInline(Rows):
    model = TimeOff
    tab = True
    fields = ("start_on", "end_on", "reason")
    helps = {
        "start_on": "Nothing can be booked from the beginning of this day, in the rep's time zone.",
        "end_on": "The last day off, included.",
        "reason": "For colleagues; guests never see it.",
    }
    verbose_name = "time off"
    verbose_name_plural = "time off"


@admin.register(Rep)
class RepAdmin(Retiring):
    purpose = (
        "Reps take the meetings. A rep gets new ones while active, within working hours, and when no calendar "
        "says busy."
    )
    form = RepForm
    announced_as = "rep"
    labels = {
        "email": "E-mail",
        "user": "Login",
        "leaves_on": "Last day",
        "daily_cap": "Most a day",
        "weekly_cap": "Most a week",
    }
    slug_from = None
    announced_related = ("hours", "time_off", "calendars", "memberships")
    row_names = {"memberships": lambda row: row.pool.slug}
    list_display = ("person", "state", "week", "time_zone", "pool_names", "limits", "calendar_state")
    list_display_links = ("person",)
    list_filter = (InUseFilter, "is_active", "memberships__pool")
    search_fields = ("name", "email")
    autocomplete_fields = ("user",)
    inlines = (WorkingHoursInline, TimeOffInline, PoolsInline, CalendarInline)
    fieldsets = (
        (None, {"fields": ("name", "email", "is_active", "user")}),
        ("Where and when", {"fields": ("time_zone", "holidays", "meeting_url", "leaves_on")}),
        ("How many", {"fields": ("daily_cap", "weekly_cap")}),
        ("For whom", {"fields": ("attributes",)}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        memberships = Membership.objects.filter(is_active=True).select_related("pool")
        return (
            super()
            .get_queryset(request)
            .prefetch_related("hours", "calendars", Prefetch("memberships", memberships, to_attr="current"))
        )

    @display(description="Rep", header=True, ordering="name")
    def person(self, obj: Any) -> tuple[str, str]:
        return obj.name, obj.email

    @display(
        description="State",
        label={
            "Active": "success",
            "Leaving": "info",
            "Not active": "warning",
            "Left": "warning",
            "Retired": "danger",
        },
        ordering="is_active",
    )
    def state(self, obj: Any) -> str:
        if obj.retired_at:
            return "Retired"
        if not obj.is_active:
            return "Not active"
        if obj.left_at:
            return "Left"
        return "Leaving" if obj.leaves_on else "Active"

    @display(description="Working hours")
    def week(self, obj: Any) -> str:
        return week_in_words(obj.hours.all())

    @display(description="Pools", empty_value="—")
    def pool_names(self, obj: Any) -> str | None:
        return ", ".join(membership.pool.name for membership in obj.current) or None

    @display(description="At most", empty_value="no limit")
    def limits(self, obj: Any) -> str | None:
        day = f"{obj.daily_cap} a day" if obj.daily_cap is not None else ""
        week = f"{obj.weekly_cap} a week" if obj.weekly_cap is not None else ""
        return ", ".join(filter(None, (day, week))) or None

    @display(description="Calendars", label={"Fine": "success", "Problem": "danger"}, empty_value="—")
    def calendar_state(self, obj: Any) -> str | None:
        calendars = obj.calendars.all()
        if not calendars:
            return None
        return "Problem" if any(calendar.problem for calendar in calendars) else "Fine"

    def summary(self, obj: Any) -> str | SafeString:
        if obj.retired_at:
            return f"{obj.name} has left. Meetings of the past keep the name."
        if not obj.is_active:
            return f"{obj.name} takes no new meetings. Those already booked stay."
        if obj.left_at:
            day = f"{obj.leaves_on:%-d %B %Y}"
            return f"{obj.name} has left: {day} was the last day. Meetings of later days are at risk."
        if not obj.hours.all():
            return f"{obj.name} has no working hours yet, so nothing can be booked. Add them below."
        if not obj.current:
            return f"{obj.name} is in no pool yet and gets no leads. Add one below."
        pools = ", ".join(membership.pool.name for membership in obj.current)
        text = "{} takes meetings of {}: {}, {} time.{}{}"
        zone = obj.time_zone.replace("_", " ")
        return format_html(
            text, obj.name, pools, week_in_words(obj.hours.all()), zone, next_holiday(obj), last_day(obj)
        )

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        links = [("The week as a picture", reverse("admin:rep_week", args=[obj.pk]))]
        return render_to_string("admin/ordinus/links.html", {"links": links}, request)

    def has_history(self, obj: Any) -> bool:
        return bool(obj.memberships.exists() or obj.assignments.exists())

    def _set_retired(self, request: HttpRequest, obj: Any, at: datetime | None) -> None:
        """Who is retired takes no more turns; who is brought back takes them again."""
        with transaction.atomic():
            super()._set_retired(request, obj, at)
            turns.set_active(obj, at is None, now=timezone.now())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Going and coming back move balances, so what makes a rep do either is no plain save."""
        is_active, leaves_on, now = obj.is_active, obj.leaves_on, timezone.now()
        if change:
            obj.is_active, obj.leaves_on = form.initial["is_active"], form.initial["leaves_on"]
        super().save_model(request, obj, form, change)
        turns.set_active(obj, is_active, now=now)
        turns.set_last_day(obj, leaves_on, now=now)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Hours, days off or calendars may have changed: meetings ahead are looked through again."""
        super().save_related(request, form, formsets, change)
        reviews.ask([form.instance.pk], now=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        now = timezone.now()
        if formset.model is Membership:
            save_memberships(formset, now)
            return
        if formset.model is Calendar:
            for row in formset.forms:
                read_afresh(row.instance, row.changed_data, now)
        super().save_formset(request, form, formset, change)


def last_day(rep: Rep) -> str:
    return f" The last day is {rep.leaves_on:%-d %B %Y}." if rep.leaves_on else ""


def next_holiday(rep: Rep) -> str:
    """A sentence that names the next public holiday the rep keeps; nothing when none is kept."""
    today = timezone.localdate(timezone=ZoneInfo(rep.time_zone))
    ahead = (
        (on, name)
        for year in (today.year, today.year + 1)
        for on, name in public_holidays.named(rep.holidays, year).items()
        if on >= today
    )
    on, name = next(ahead, (None, ""))
    return f" The next public holiday is {name}, {on:%-d %B}." if on else ""


def week_in_words(rows: Any) -> str:
    """A week's hours in short, days with the same hours together: “Mon-Thu 09:00-17:00, Fri 09:00-13:00”."""
    days: dict[int, list[str]] = {}
    for row in rows:
        days.setdefault(row.weekday, []).append(clock_span(row.start_minute, row.end_minute))
    runs: list[tuple[int, int, list[str]]] = []
    for day in sorted(days):
        spans = sorted(days[day])
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    return (
        ", ".join(f"{_days(first, last)} {' and '.join(spans)}" for first, last, spans in runs) or "none yet"
    )


def _days(first: int, last: int) -> str:
    short = [name[:3] for _, name in WEEKDAYS]
    return short[first] if first == last else f"{short[first]}-{short[last]}"
