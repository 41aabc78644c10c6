"""Conditions, working hours and forks: the values of the file that have a small grammar of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ordinus.configuration.problems import Report, below, nearest
from ordinus.configuration.scalars import Fact
from ordinus.configuration.shapes import Key, Record
from ordinus.configuration.times import MINUTES_A_DAY
from ordinus.configuration.types import INVALID, Choice, Json, Scalar, Type, kind_of
from routing.models.reps import clock_span
from workflows.core import conditions

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ConditionValue(Json):
    words = "text, number, true, false, or a list of these"

    def schema(self) -> dict[str, Any]:
        one = Scalar().schema()
        return {"anyOf": [one, {"type": "array", "items": one}]}


class Operator(Choice):
    def __init__(self) -> None:
        super().__init__(*conditions.OPERATORS, what="operator")


CONDITION_SCHEMA = "condition"
"""Its name among the definitions of the JSON Schema."""

CONDITION = Record(
    Key("fact", Fact(), "What is looked at.", required=True),
    Key("is", Operator(), "How it is compared.", required=True),
    Key("value", ConditionValue(), "What it is compared with; none for `exists` and `missing`."),
)


class When(Type):
    """Groups of conditions: any of these groups, all conditions of a group; none always hold."""

    words = "list of groups, each a list of conditions"
    is_private = True

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, list):
            report.add(path, f"must be a list of groups, not {kind_of(data)}; write [[{{fact: …, is: …}}]]")
            return INVALID
        groups, is_sound = [], True
        for row, group in enumerate(data):
            here = below(path, row)
            if not isinstance(group, list):
                report.add(here, f"must be a list of conditions, not {kind_of(group)}; put it in [ ]")
                is_sound = False
                continue
            read = [_condition(element, below(here, number), report) for number, element in enumerate(group)]
            is_sound = is_sound and INVALID not in read
            groups.append(read)
        if not is_sound:
            return INVALID
        # a group without conditions always holds, and so does the whole
        return groups if all(groups) else []

    def show(self, value: Any) -> Any:
        return [[CONDITION.show(condition) for condition in group] for group in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "array", "items": {"$ref": f"#/$defs/{CONDITION_SCHEMA}"}}}


def _condition(data: Any, path: str, report: Report) -> Any:
    before = len(report.problems)
    entry = CONDITION.read(data, path, report)
    if len(report.problems) > before:
        return INVALID
    condition = conditions.Condition(entry["fact"], entry["is"], entry["value"])
    for sentence in conditions.problems(condition):
        report.add(path, sentence)
    return dict(entry) if len(report.problems) == before else INVALID


class Week(Type):
    """Intervals of each weekday on a local clock; canonical: {day: [[start, end], …]} in minutes since midnight."""

    words = "weekdays `mon` to `sun`, each with a list of intervals such as `09:00-17:00`"
    _span = re.compile(r"(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)", re.ASCII)

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, Mapping):
            report.add(path, f'must name weekdays, not {kind_of(data)}; write {{mon: ["09:00-17:00"]}}')
            return INVALID
        for name in data:
            if name not in WEEKDAYS:
                known = f"; the days are: {', '.join(WEEKDAYS)}"
                report.add(
                    below(path, name), f"unknown key '{name}'{nearest(name[:3].lower(), WEEKDAYS) or known}"
                )
        week = {
            day: self._day(data[day], below(path, day), report)
            for day in WEEKDAYS
            if data.get(day) is not None
        }
        return {day: spans for day, spans in week.items() if spans}

    def _day(self, data: Any, path: str, report: Report) -> list[list[int]]:
        if not isinstance(data, list):
            report.add(path, f'must be a list, not {kind_of(data)}; write ["09:00-17:00"]')
            return []
        spans: list[list[int]] = []
        for number, text in enumerate(data):
            here = below(path, number)
            span = self._minutes(text)
            if span is None:
                report.add(here, f"{kind_of(text)} is no interval; write it like 09:00-17:00, in quotes")
                continue
            if self._has_no_length(text):
                cure = "write 00:00-24:00 for the whole day, or remove it"
                report.add(here, f"'{text}' begins and ends at the same time; {cure}")
                continue
            for start, end in spans:
                if span[0] < end and start < span[1]:
                    report.add(here, f"'{text}' overlaps {clock_span(start, end)}; join the two or move one")
            spans.append(span)
        return sorted(spans)

    def _minutes(self, text: Any) -> list[int] | None:
        shape = self._span.fullmatch(text) if isinstance(text, str) else None
        if shape is None:
            return None
        start_hour, start_minute, end_hour, end_minute = (int(part) for part in shape.groups())
        start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
        if start >= MINUTES_A_DAY or end > MINUTES_A_DAY or start_minute > 59 or end_minute > 59:
            return None
        return [start, end if end > start else end + MINUTES_A_DAY]

    def _has_no_length(self, text: str) -> bool:
        """Whether it ends on the minute it begins: a slip, or a whole day that is written otherwise."""
        clock = [int(part) for part in self._span.findall(text)[0]]
        return clock[:2] == clock[2:]

    def show(self, value: Any) -> Any:
        spans: dict[str, list[list[int]]] = {day: [] for day in WEEKDAYS}
        for day, following in zip(WEEKDAYS, (*WEEKDAYS[1:], WEEKDAYS[0]), strict=True):
            for start, end in value.get(day, ()):
                is_round = end - start == MINUTES_A_DAY and start > 0  # it would read as one of no length
                spans[day].append([start, MINUTES_A_DAY if is_round else end])
                if is_round:
                    spans[following].append([0, start])
        return {day: [clock_span(*span) for span in sorted(found)] for day, found in spans.items() if found}

    def schema(self) -> dict[str, Any]:
        clock = "[0-9]{1,2}:[0-9]{2}"
        spans = {"type": "array", "items": {"type": "string", "pattern": f"^{clock} *[-–] *{clock}$"}}
        return {"type": "object", "properties": dict.fromkeys(WEEKDAYS, spans), "additionalProperties": False}
