"""The picker: free starts as a month, a day's times and the next free one, in plain links and buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from bookings.core import wording
from bookings.core.month import Month, date_named, month_named, month_of, sheet
from bookings.offering import Slot
from bookings.refusals import Invalid
from bookings.views import zones

# Longer than any horizon is useful; the starts offered end with the meeting type's own.
DAYS_AHEAD = 366
# Beyond them no start is ever offered, and no clock can be read in every zone.
FIRST_YEAR, LAST_YEAR = 1970, 2199
WEEKDAYS = [("Mo", "Monday"), ("Tu", "Tuesday"), ("We", "Wednesday"), ("Th", "Thursday"), ("Fr", "Friday"),
            ("Sa", "Saturday"), ("Su", "Sunday")]  # fmt: skip


@dataclass(frozen=True)
class Time:
    """One free start as it is pressed: `value` goes back with the form."""

    value: str
    label: str
    sentence: str
    hour: int
    is_open: bool


@dataclass(frozen=True)
class Choice:
    """What the address chooses among the free starts: a month, a day, perhaps one start."""

    zone: str
    now: datetime
    slots: Sequence[Slot]
    month: Month
    day: date | None
    start: str
    is_framed: bool

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def link(self, **changes: str) -> str:
        """The same page with another choice; the zone and the frame stay."""
        kept = {"tz": self.zone, **({"embed": "1"} if self.is_framed else {})}
        return "?" + urlencode({**kept, **changes})


def dates(zone: str, now: datetime) -> tuple[date, date]:
    """The guest's dates, both included, that a picker asks for."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return today, today + timedelta(days=DAYS_AHEAD)


def pressed(request: HttpRequest, button: str = "start") -> datetime:
    """The start whose button of this name was pressed; raises Invalid when none was."""
    try:
        start = datetime.fromisoformat(request.POST.get(button, ""))
        if start.tzinfo is not None and FIRST_YEAR <= start.year <= LAST_YEAR:
            return start.astimezone(UTC)
    except ValueError:
        pass
    raise Invalid("Please press one of the times.", fields={"start": ["Please press one of the times."]})


def chosen_link(request: HttpRequest, start: datetime, zone: str) -> str:
    """The picker's own address with this start chosen; the zone and the frame stay."""
    kept = {"tz": zone, **({"embed": "1"} if request.GET.get("embed") == "1" else {})}
    day = start.astimezone(ZoneInfo(zone)).date().isoformat()
    return "?" + urlencode({**kept, "day": day, "start": value_of(start)}) + "#chosen"


def choice_of(request: HttpRequest, slots: Sequence[Slot], zone: str, now: datetime) -> Choice:
    """What the address asks for, as far as it is free; without a wish, the first free day."""
    tz = ZoneInfo(zone)
    days = [slot.start.astimezone(tz).date() for slot in slots]
    start = request.GET.get("start", "")
    day = date_named(request.GET.get("day", ""))
    month = month_named(request.GET.get("month", ""))
    if day not in days:
        day = next((on for on in days if month is None or month_of(on) == month), None)
    if month is None:
        month = month_of(day or now.astimezone(tz).date())
    elif day is not None and request.GET.get("day"):
        month = month_of(day)
    return Choice(zone, now, slots, month, day, start, request.GET.get("embed") == "1")


def context_of(choice: Choice) -> dict[str, Any]:
    """Everything the picker's template shows of the free starts and the zone."""
    now, zone = choice.now, choice.zone
    context: dict[str, Any] = {
        "zone": zone,
        "zone_label": wording.zone_label(zone, now),
        "zones": zones.choices(now, zone),
        "kept": [("embed", "1")] if choice.is_framed else [],
        "hint_url": choice.link(),
        "again_url": choice.link(),
        "weekdays": WEEKDAYS,
        "sheet": None,
    }
    if choice.slots:
        context |= {
            "first": _first(choice),
            "sheet": _sheet(choice),
            "day_title": wording.day(_noon(choice.day, zone), zone, now) if choice.day else "",
            "parts": _parts(choice),
            "nothing": _nothing(choice),
        }
    return context


def value_of(start: datetime) -> str:
    return f"{start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _first(choice: Choice) -> dict[str, str]:
    slot = choice.slots[0]
    on = slot.start.astimezone(ZoneInfo(choice.zone)).date()
    names = {choice.today: "Today", choice.today + timedelta(days=1): "Tomorrow"}
    day = names.get(on) or wording.day(slot.start, choice.zone, choice.now)
    return {
        "value": value_of(slot.start),
        "short": f"{day}, {wording.clock(slot.start, choice.zone)}",
        "sentence": wording.span(slot.start, slot.end, choice.zone, choice.now),
    }


def _sheet(choice: Choice) -> dict[str, Any]:
    tz = ZoneInfo(choice.zone)
    free: dict[date, int] = {}
    for slot in choice.slots:
        on = slot.start.astimezone(tz).date()
        free[on] = free.get(on, 0) + 1
    month, last = choice.month, month_of(max(free))
    weeks = [
        [_cell(choice, day.on, day.free) if day else None for day in week] for week in sheet(month, free)
    ]
    return {
        "title": month.title,
        "weeks": weeks,
        "previous_url": choice.link(month=month.previous.name) if month > month_of(choice.today) else "",
        "previous_title": month.previous.title,
        "following_url": choice.link(month=month.following.name) if month < last else "",
        "following_title": month.following.title,
    }


def _cell(choice: Choice, on: date, free: int) -> dict[str, Any]:
    times = "1 time free" if free == 1 else f"{free} times free"
    return {
        "name": on.isoformat(),
        "number": on.day,
        "label": f"{wording.day(_noon(on, choice.zone), choice.zone, choice.now)}, {times}",
        "url": choice.link(day=on.isoformat()) + "#times" if free else "",
        "is_chosen": on == choice.day,
        "is_today": on == choice.today,
    }


def _parts(choice: Choice) -> list[tuple[str, list[Time]]]:
    """The chosen day's times under morning, afternoon and evening."""
    tz = ZoneInfo(choice.zone)
    today = [slot for slot in choice.slots if slot.start.astimezone(tz).date() == choice.day]
    labels = [wording.clock(slot.start, choice.zone) for slot in today]
    times = [_time(choice, slot, labels) for slot in today]
    return [(name, list(group)) for name, group in groupby(times, key=lambda time: _part(time.hour))]


def _time(choice: Choice, slot: Slot, labels: Sequence[str]) -> Time:
    local = slot.start.astimezone(ZoneInfo(choice.zone))
    label = wording.clock(slot.start, choice.zone)
    if labels.count(label) > 1:
        # The hour that the clocks show twice.
        label += f" ({wording.offset_label(local.utcoffset() or timedelta())})"
    value = value_of(slot.start)
    sentence = wording.span(slot.start, slot.end, choice.zone, choice.now)
    return Time(value, label, sentence, local.hour, value == choice.start)


def _part(hour: int) -> str:
    return "Morning" if hour < 12 else "Afternoon" if hour < 18 else "Evening"


def _nothing(choice: Choice) -> dict[str, str]:
    """For a month in which nothing is free, though something is in another."""
    later = [slot for slot in choice.slots if _month(slot, choice.zone) > choice.month]
    slot = later[0] if later else choice.slots[0]
    day = wording.day(slot.start, choice.zone, choice.now)
    return {
        "title": f"Nothing free in {choice.month.title}",
        "why": "All times of that month are taken or not open yet.",
        "link": f"Go to {day}",
        "url": choice.link(day=slot.start.astimezone(ZoneInfo(choice.zone)).date().isoformat()) + "#times",
    }


def _month(slot: Slot, zone: str) -> Month:
    return month_of(slot.start.astimezone(ZoneInfo(zone)).date())


def _noon(on: date, zone: str) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo(zone))
