"""YAML 1.2 to plain data with the line of everything, by the core schema (YAML 1.2.2, section 10.3).

Built on the parser's events, because the resolvers of YAML libraries carry remains of YAML 1.1: dates, numbers
with underscores, merge keys. Here `NO`, `on`, `2026-12-24` and `09:00` are texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ordinus.configuration.problems import InvalidFile, Problem, below

DEEPEST = 40
MOST_REPEATED = 100_000
"""How many values aliases may add to a file; without a limit ten lines can stand for billions of values."""

_TAG = "tag:yaml.org,2002:"
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONGEST_NUMBER = 400

_SCALARS: tuple[tuple[re.Pattern[str], str, Callable[[str], Any]], ...] = (
    (re.compile(r"null|Null|NULL|~|"), "null", lambda text: None),
    (re.compile(r"true|True|TRUE"), "bool", lambda text: True),
    (re.compile(r"false|False|FALSE"), "bool", lambda text: False),
    (re.compile(r"[-+]?[0-9]+"), "int", int),
    (re.compile(r"0o[0-7]+"), "int", lambda text: int(text[2:], 8)),
    (re.compile(r"0x[0-9a-fA-F]+"), "int", lambda text: int(text[2:], 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), "float", float),
)


@dataclass(frozen=True)
class Source:
    """What a file says: plain data (dict, list, str, int, float, bool, None) and the line of each path.

    `problems` are mistakes of the YAML that still let the rest be read, such as a key given twice.
    """

    data: Any
    lines: dict[str, int]
    problems: tuple[Problem, ...] = ()

    def line_of(self, path: str) -> int | None:
        """The line where `path` stands, or the nearest thing above it; None when nothing is known."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path)


def read(text: str) -> Source:
    """The data of a YAML text; an empty one holds None. Raises InvalidFile where no data can be made of it."""
    try:
        return _Builder(text).build()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        raise _invalid(f"this is not YAML: {_plain(reason)}", mark.line + 1 if mark else None) from error
    except YAMLError as error:
        raise _invalid(f"this is not YAML: {_plain(str(error))}", None) from error


def _plain(reason: str) -> str:
    if "\\t" in reason:
        return "a tab cannot indent or begin a value; use spaces"
    return " ".join(reason.split())


def _invalid(text: str, line: int | None, path: str = "") -> InvalidFile:
    return InvalidFile([Problem(path, text, line)])


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


@dataclass
class _Anchored:
    value: Any
    size: int


@dataclass
class _Builder:
    """Builds data from the events of one document."""

    text: str
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    count: int = 0
    repeated: int = 0

    def build(self) -> Source:
        events: Iterator[Event] = YAML(typ="safe", pure=True).parse(self.text)
        data, documents = None, 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _invalid("a file holds one document; remove the line ---", _line(event))
                data = self._value(next(events), events, "", 0)
        return Source(data, self.lines, tuple(self.problems))

    def _add(self, path: str, text: str, event: Event) -> None:
        self.problems.append(Problem(path, text, _line(event)))

    def _value(self, event: Event, events: Iterator[Event], path: str, depth: int) -> Any:
        self.lines.setdefault(path, _line(event))
        self.count += 1
        if depth > DEEPEST:
            raise _invalid(f"nested more than {DEEPEST} deep; make it flatter", _line(event), path)
        if isinstance(event, AliasEvent):
            return self._repeat(event, path)
        before = self.count
        value: Any = None
        if isinstance(event, MappingStartEvent):
            value = self._mapping(event, events, path, depth)
        elif isinstance(event, SequenceStartEvent):
            value = self._sequence(event, events, path, depth)
        elif isinstance(event, ScalarEvent):
            value = self._scalar(event, path)
        if isinstance(event, NodeEvent) and event.anchor:
            self.anchors[event.anchor] = _Anchored(value, self.count - before + 1)
        return value

    def _repeat(self, event: AliasEvent, path: str) -> Any:
        name = event.anchor
        anchored = self.anchors.get(name)
        if anchored is None:
            self._add(path, f"*{name} stands for nothing; mark a value before it with &{name}", event)
            return None
        self.count += anchored.size
        self.repeated += anchored.size
        if self.repeated > MOST_REPEATED:
            raise _invalid("the aliases of this file repeat too much; write it out", _line(event), path)
        return anchored.value

    def _mapping(
        self, event: MappingStartEvent, events: Iterator[Event], path: str, depth: int
    ) -> dict[str, Any]:
        self._refuse_tag(event, path, "map")
        mapping: dict[str, Any] = {}
        for key_event in events:
            if isinstance(key_event, MappingEndEvent):
                break
            if not isinstance(key_event, ScalarEvent):
                raise _invalid("a key must be a plain text", _line(key_event), path)
            key = self._storable(key_event.value, key_event, path)
            here = below(path, key)
            if key in mapping:
                first = self.lines[here]
                self._add(
                    here, f"the key '{key}' is given twice, first in line {first}; remove one", key_event
                )
                self._value(next(events), events, here, depth + 1)
                continue
            self.lines[here] = _line(key_event)
            mapping[key] = self._value(next(events), events, here, depth + 1)
        return mapping

    def _sequence(
        self, event: SequenceStartEvent, events: Iterator[Event], path: str, depth: int
    ) -> list[Any]:
        self._refuse_tag(event, path, "seq")
        elements: list[Any] = []
        for element in events:
            if isinstance(element, SequenceEndEvent):
                break
            elements.append(self._value(element, events, below(path, len(elements)), depth + 1))
        return elements

    def _refuse_tag(self, event: CollectionStartEvent, path: str, known: str) -> None:
        if event.tag not in (None, "!", _TAG + known):
            self._add(path, f"the tag {event.tag} has no meaning here; remove it", event)

    def _scalar(self, event: ScalarEvent, path: str) -> Any:
        text = self._storable(event.value, event, path)
        if event.tag in ("!", _TAG + "str") or (event.tag is None and event.style is not None):
            return text
        for pattern, kind, convert in _SCALARS:
            if event.tag in (None, _TAG + kind) and pattern.fullmatch(text):
                value = convert(text) if len(text) <= _LONGEST_NUMBER else math.inf
                if isinstance(value, float) and not math.isfinite(value):
                    self._add(path, "the number is too large; for a text put it in quotes", event)
                    return 0
                return value
        if _NOT_FINITE.fullmatch(text):
            self._add(path, f"{text} is not a number that can be kept; for a text put it in quotes", event)
        elif event.tag is not None:
            self._add(path, f"the tag {event.tag} does not fit '{text}'; remove it", event)
        return text

    def _storable(self, text: str, event: Event, path: str) -> str:
        """No database stores NUL in a text, nor half a surrogate pair; both can be written as escapes."""
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            self._add(path, "the text holds a character that cannot be stored; remove it", event)
            return text.replace("\0", "").encode("utf-8", "ignore").decode()
        return text
