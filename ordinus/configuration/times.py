"""Dates, time zones and lengths of time, as the file writes them."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from ordinus.configuration.problems import Report, nearest
from ordinus.configuration.types import INVALID, Type, kind_of
from routing.core import public_holidays
from workflows.core import durations

MINUTES_A_DAY = 24 * 60

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Day(str):
    """A date as the file writes it, without quotes."""


@cache
def _zones() -> frozenset[str]:
    """Kept, because Python looks for them on the disk each time."""
    return frozenset(available_timezones())


class Zone(Type):
    words = "time zone, such as `Europe/Berlin`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        zones = _zones()
        if isinstance(data, str) and data in zones:
            return data
        near = nearest(data, zones) if isinstance(data, str) else ""
        report.add(path, f"no time zone {kind_of(data)}{near or '; write one such as Europe/Berlin'}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


class Holidays(Type):
    """A country or one of its regions, whose public holidays are known."""

    words = "country or region, such as `DE` or `DE-BY`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        if isinstance(data, str) and public_holidays.is_known(data):
            return data
        near = nearest(data, public_holidays.codes()) if isinstance(data, str) else ""
        report.add(
            path,
            f"no public holidays are known of {kind_of(data)}{near or '; write for example DE or DE-BY'}",
        )
        return INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


class Date(Type):
    words = "date, such as `2026-12-24`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        try:
            # fromisoformat takes weeks and other spellings of ISO 8601 too
            if isinstance(data, str) and _DAY.fullmatch(data):
                return date.fromisoformat(data).isoformat()
        except ValueError:
            pass
        report.add(path, f"{kind_of(data)} is no date; write it like 2026-12-24")
        return INVALID

    def show(self, value: Any) -> Any:
        return Day(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Minutes(Type):
    """A length of time kept in minutes, a day counted as 24 hours; written in the largest exact unit."""

    def __init__(
        self, *, low: int = 0, high: int = durations.LONGEST_DAYS * MINUTES_A_DAY, step: int = 1
    ) -> None:
        self.low = low
        self.high = high
        self.step = step
        self.words = {
            1: "duration",
            5: "duration in steps of 5 minutes",
            MINUTES_A_DAY: "duration in whole days",
        }[step]

    def read(self, data: Any, path: str, report: Report) -> Any:
        try:
            minutes = durations.parse(data).minutes
        except ValueError as error:
            report.add(path, str(error))
            return INVALID
        if minutes % self.step:
            unit = "whole days" if self.step == MINUTES_A_DAY else f"multiples of {self.step} minutes"
            report.add(path, f"'{data}' does not fit; write {unit}, such as {self._example()}")
            return INVALID
        if not self.low <= minutes <= self.high:
            low, high = (durations.from_minutes(bound) for bound in (self.low, self.high))
            report.add(path, f"'{data}' does not fit; write a duration from {low} to {high}")
            return INVALID
        return minutes

    def _example(self) -> str:
        return "30d" if self.step == MINUTES_A_DAY else "30m"

    def show(self, value: Any) -> Any:
        return str(durations.from_minutes(value))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{1,9}[mhdw]$"}


class Duration(Type):
    """A length of time kept as it was written, because `1d` and `24h` differ where clocks change."""

    words = "duration"

    def __init__(self, *, lasts: bool = False) -> None:
        self.lasts = lasts

    def read(self, data: Any, path: str, report: Report) -> Any:
        if self.lasts and durations.is_nothing(data):
            report.add(path, f"'{data}' is no time at all; write a longer one, such as 30m, 2h, 3d or 1w")
            return INVALID
        try:
            return str(durations.parse(data))
        except ValueError as error:
            report.add(path, str(error))
            return INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{1,9}[mhdw]$"}


class Timeout(Type):
    """How long an answer is waited for, kept in milliseconds."""

    words = "seconds or milliseconds, such as `2s` or `500ms`"
    _shape = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s)")
    longest_ms = 30_000

    def read(self, data: Any, path: str, report: Report) -> Any:
        shape = self._shape.fullmatch(data) if isinstance(data, str) else None
        if shape:
            milliseconds = round(float(shape[1]) * (1000 if shape[2] == "s" else 1))
            if 0 < milliseconds <= self.longest_ms:
                return milliseconds
        report.add(path, f"{kind_of(data)} is no time to wait; write for example 2s or 500ms, at most 30s")
        return INVALID

    def show(self, value: Any) -> Any:
        return f"{value // 1000}s" if value % 1000 == 0 else f"{value}ms"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self._shape.pattern}$"}
