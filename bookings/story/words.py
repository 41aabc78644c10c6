"""An event's data in words: names for numbers and slugs, the clock of a zone for instants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bookings.core import wording
from workflows.core import durations

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")


class Event(Protocol):
    """What of an AuditEvent is told."""

    @property
    def verb(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def stage(self) -> str | None: ...
    @property
    def data(self) -> Any: ...


@dataclass(frozen=True)
class Names:
    """What people call what events know by number or slug, and the zone in which they are told the time."""

    zone: str = "UTC"
    reps: Mapping[int, str] = field(default_factory=dict)
    staff: Mapping[int, str] = field(default_factory=dict)
    pools: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    sinks: Mapping[str, str] = field(default_factory=dict)
    workflows: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


def said(slug: Any) -> str:
    """A slug or code as words: ``no_show`` is “no show”."""
    return str(slug).replace("_", " ").replace("-", " ").strip()


def actor_name(actor: str, names: Names) -> str:
    """Who did it: the guest, a rep or a member of staff by name, or Ordinus itself."""
    kind, _, number = actor.partition(":")
    if kind == "lead":
        return "the guest"
    known = {"rep": names.reps, "staff": names.staff}.get(kind)
    if known is None:
        return "Ordinus"
    otherwise = "a rep" if kind == "rep" else "a member of staff"
    return known.get(int(number), otherwise) if number.isdigit() else otherwise


class Words:
    """An event's data in words; each answer is empty when the data does not tell.

    `around` is what its neighbours in the run know of it, such as the start that a rep was drawn for.
    """

    def __init__(self, event: Event, names: Names, around: Mapping[str, Any] | None = None) -> None:
        self.event = event
        self.names = names
        self.data: Mapping[str, Any] = event.data if isinstance(event.data, Mapping) else {}
        self.around: Mapping[str, Any] = around or {}

    def get(self, *keys: str) -> Any:
        return next((self.data[key] for key in keys if self.data.get(key) not in (None, "")), None)

    def word(self, *keys: str) -> str:
        value = self.get(*keys)
        return "" if value is None or isinstance(value, list | dict) else said(value)

    def quoted(self, key: str) -> str:
        word = self.word(key)
        return f"“{word}”" if word else ""

    def duration(self, key: str) -> str:
        """A length such as ``1d`` as “1 day”."""
        try:
            return durations.in_words(durations.parse(self.data.get(key)))
        except ValueError:
            return ""

    def named(self, known: Mapping[Any, str], *keys: str) -> str:
        value = self.get(*keys)
        if value is None or isinstance(value, list | dict):
            return ""
        return known.get(value, "a former rep" if isinstance(value, int) else said(value))

    def rep(self, *keys: str) -> str:
        return self.named(self.names.reps, *(keys or ("rep",)))

    def pool(self, *keys: str) -> str:
        return self.named(self.names.pools, *(keys or ("pool",)))

    def when(self, *keys: str) -> str:
        return moment(self.get(*(keys or ("start",))), self.names.zone)

    @property
    def before(self) -> Words:
        """The same words about how things stood before."""
        return Words(_Before(self.event, self.data.get("before")), self.names)

    @property
    def who(self) -> str:
        name = actor_name(self.event.actor, self.names)
        return name[:1].upper() + name[1:]

    @property
    def stage(self) -> str:
        return said(self.event.stage or self.get("stage") or "a stage")


@dataclass(frozen=True)
class _Before:
    """An event seen with the data that held before it."""

    event: Event
    data: Any

    @property
    def verb(self) -> str:
        return self.event.verb

    @property
    def actor(self) -> str:
        return self.event.actor

    @property
    def stage(self) -> str | None:
        return self.event.stage


def moment(value: Any, zone: str) -> str:
    """An instant as stored in an event, on the clock of `zone`; empty for anything else."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return ""
    return wording.moment(datetime.fromisoformat(value), zone)


def join(*parts: str) -> str:
    """The parts that say something, as a sentence with one full stop."""
    text = re.sub(r"\s+([,.;:])(?=\s|$)", r"\1", " ".join(part for part in parts if part)).strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def after(word: str, text: str) -> str:
    """`text` after a preposition, or nothing when there is no text."""
    return f"{word} {text}" if text else ""
