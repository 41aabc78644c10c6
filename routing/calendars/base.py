"""What a calendar adapter promises: a rep's busy times within a window, or the reason why not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

BusyInterval = tuple[int, int]
"""Half-open, in whole minutes since the Unix epoch, UTC."""


class CalendarUnreadable(Exception):
    """A calendar could not be read; `sentence` tells the rep why, without the feed's secret address."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Window:
    """The time asked about (aware instants, half-open), and the zone of days and times that name none."""

    start: datetime
    end: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Seen:
    """What the server said of the version last read, to be told back to it (RFC 9110, 8.8)."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """An answer: the busy times inside the window, in order, or None when nothing has changed since `seen`.

    Unchanged means the calendar, not the window: who asks about a later window leaves `seen` out.
    """

    busy: tuple[BusyInterval, ...] | None
    seen: Seen

    @property
    def is_unchanged(self) -> bool:
        return self.busy is None


class CalendarAdapter(ABC):
    """One kind of calendar. `config` is an entry of a rep's `calendars`, without its secrets' names."""

    kind: ClassVar[str]

    @abstractmethod
    def problems(self, config: Mapping[str, Any]) -> list[str]:
        """What is wrong with `config`, in sentences; empty when nothing is. Reaches for no network."""

    @abstractmethod
    def fetch(self, config: Mapping[str, Any], window: Window, seen: Seen | None = None) -> Fetched:
        """Read the calendar. Raises CalendarUnreadable, and nothing else, when that fails."""
