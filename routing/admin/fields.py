"""Form fields of the supply side: hours of the week, time zones, what reps are known for."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminSelect2Widget

from routing.core import public_holidays
from workflows.admin.base import Rows
from workflows.admin.fields import MIDNIGHT, ClockField, Lines, RowsField


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    """The zones people live in, by continent and city, and UTC."""
    names = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix"))
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ").replace("/", " / ")) for name in names)]


class TimeZoneField(forms.ChoiceField):
    """A zone chosen by typing a part of its city; one that is not in the list stays as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=time_zone_choices, widget=UnfoldAdminSelect2Widget(), **kwargs)

    def valid_value(self, value: Any) -> bool:
        return value in available_timezones()

    def prepare_value(self, value: Any) -> Any:
        choices: Any = self.choices
        known = dict(choices)
        if value and value not in known:
            self.choices = [*known.items(), (value, value)]
        return value


@cache
def holiday_choices() -> list[tuple[str, str]]:
    """Countries and their regions, by name; first none."""
    named = sorted(public_holidays.codes().items(), key=lambda each: each[1])
    return [("", "None"), *named]


class HolidaysField(forms.ChoiceField):
    """Whose public holidays a rep keeps, chosen by typing a part of the country's name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=holiday_choices, widget=UnfoldAdminSelect2Widget(), **kwargs)


class AttributesField(RowsField):
    """What a rep is known for: ``languages: de, en``, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        widget = Lines("languages: de, en\nregion: emea", rows=4)
        super().__init__(sign=":", style="one_or_more", widget=widget, **kwargs)


class HoursForm(forms.ModelForm):
    """An interval of a weekday on a wall clock. An end before its start lies on the next day."""

    start_minute = ClockField(label="From", help_text="Such as 09:00.")
    end_minute = ClockField(
        label="To", help_text="Such as 17:30; 24:00 is midnight; 02:00 runs into the next day."
    )

    def clean_start_minute(self) -> int:
        minute: int = self.cleaned_data["start_minute"]
        if minute >= MIDNIGHT:
            raise ValidationError("A day begins before 24:00. Write 00:00 on the next day.")
        return minute

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start_minute"), cleaned.get("end_minute")
        if start is not None and start == end:
            self.add_error("end_minute", "It ends when it begins. Write 00:00 to 24:00 for the whole day.")
        elif start is not None and end is not None and end < start:
            cleaned["end_minute"] = end + MIDNIGHT
        return cleaned


class HoursInline(Rows):
    """A week's intervals; a day without a row is a day off."""

    form = HoursForm
    fields = ("weekday", "start_minute", "end_minute")
    tab = True
    labels = {"weekday": "Day"}
    helps = {"weekday": "Several rows for one day make breaks; a day without a row is off."}
    verbose_name = "interval"
