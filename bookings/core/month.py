"""A month as a calendar sheet: weeks from Monday to Sunday, and which of its days are free."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, order=True)
class Month:
    """A month of the Gregorian calendar."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """As addresses write it: 2026-11."""
        return f"{self.year:04}-{self.number:02}"

    @property
    def title(self) -> str:
        """As people read it: November 2026."""
        return f"{calendar.month_name[self.number]} {self.year}"

    @property
    def previous(self) -> Month:
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    @property
    def following(self) -> Month:
        return Month(self.year, self.number + 1) if self.number < 12 else Month(self.year + 1, 1)


@dataclass(frozen=True)
class Day:
    """One cell of the sheet: a date of the month and how many times are free on it."""

    on: date
    free: int


Week = tuple[Day | None, ...]


def month_of(on: date) -> Month:
    return Month(on.year, on.month)


def month_named(text: str) -> Month | None:
    """The month an address means by `2026-11`, None if that is no month."""
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) == 0:
        return None
    return Month(int(match[1]), int(match[2]))


def date_named(text: str) -> date | None:
    """The date an address means by `2026-11-24`, None if that is no date."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def sheet(month: Month, free: Mapping[date, int]) -> list[Week]:
    """The weeks of `month`, seven cells each; None stands for days of its neighbours."""
    days = calendar.Calendar(firstweekday=0).itermonthdates(month.year, month.number)
    cells = [Day(on, free.get(on, 0)) if on.month == month.number else None for on in days]
    return [tuple(cells[first : first + 7]) for first in range(0, len(cells), 7)]
