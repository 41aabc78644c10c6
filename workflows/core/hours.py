"""Hours of every day on some wall clock, such as ``21:00-08:00``; those that end earlier run over midnight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from workflows.core.durations import at_wall_clock

_SHAPE = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\s*[-–]\s*([01]?[0-9]|2[0-4]):([0-5][0-9])", re.ASCII)
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """From `start` to before `end`, in minutes since local midnight; never empty and never the whole day."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start % MINUTES_A_DAY == self.end % MINUTES_A_DAY:
            raise ValueError("hours need a beginning and an end that differ, such as 21:00-08:00")

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"

    def around(self, instant: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """The beginning and end, in UTC, of the hours that `instant` lies in; None outside of them."""
        wall = instant.astimezone(zone).replace(tzinfo=None, fold=0)
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        for day in (midnight - timedelta(days=1), midnight):
            length = (self.end - self.start) % MINUTES_A_DAY
            begins = at_wall_clock(day + timedelta(minutes=self.start), zone)
            ends = at_wall_clock(day + timedelta(minutes=self.start + length), zone)
            if begins <= instant < ends:
                return begins, ends
        return None


def parse(text: object) -> Hours:
    """The hours that `text` spells; raises ValueError with a sentence for people when it spells none."""
    shape = _SHAPE.fullmatch(text.strip()) if isinstance(text, str) else None
    if shape is None:
        raise ValueError(f"{text!r} is no span of hours; write for example 21:00-08:00")
    hour, minute, last_hour, last_minute = (int(part) for part in shape.groups())
    if last_hour * 60 + last_minute > MINUTES_A_DAY:
        raise ValueError(f"{text!r} ends after midnight; write 24:00 for the end of the day")
    return Hours(hour * 60 + minute, last_hour * 60 + last_minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
