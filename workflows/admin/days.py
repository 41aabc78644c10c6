"""A day that somebody types into a page that looks or plans: one within memory or within sight."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


class DayField(forms.DateField):
    """A date of this century; far outside of it neither clocks nor calendars can be counted on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(_within)


def _within(day: date) -> None:
    if not FIRST <= day <= LAST:
        raise ValidationError(f"Choose a day from {FIRST.year} to {LAST.year}.")
