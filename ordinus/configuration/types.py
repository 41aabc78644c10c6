"""What a value of the file may be: how it is read, written back, described to people and to JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinus.configuration.problems import Report, below, nearest

INVALID: Any = type("Invalid", (), {"__repr__": lambda self: "INVALID"})()
"""Stands for a value that was reported as a problem; its key then takes the default."""

LEFT_OUT: Any = type("LeftOut", (), {"__repr__": lambda self: "LEFT_OUT"})()
"""What `show` gives for a value that a file must not tell: its key is left out."""

LARGEST_NUMBER = 2**53 - 1
"""Beyond it a number loses digits in canonical JSON (RFC 8785)."""


class Type:
    """A type of value. Canonical values are plain data that compare equal exactly when they mean the same."""

    words = "anything"
    is_private = False
    """Whether its values may hold free text, or say something about a person."""

    is_map = False
    """Whether its values are mappings whose parts are compared one by one."""

    def read(self, data: Any, path: str, report: Report) -> Any:
        """The canonical value, or INVALID after telling `report` why; `data` is not None."""
        raise NotImplementedError

    def show(self, value: Any) -> Any:
        """A canonical value as the file writes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the values that can be read."""
        raise NotImplementedError


def kind_of(data: Any) -> str:
    """What a piece of plain data is, in the words of people who write YAML."""
    if data is None:
        return "nothing"
    if isinstance(data, bool):
        return str(data).lower()
    if isinstance(data, Mapping):
        return "a mapping"
    if isinstance(data, list | tuple):
        return "a list"
    return f"'{data}'" if isinstance(data, str) else str(data)


def plain_number(value: int | float) -> int | float:
    """The same number, as int where it is whole: databases do not all keep 1 and 1.0 apart."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Json(Type):
    """Whatever JSON can hold; whole numbers within what doubles keep exactly."""

    words = "any value"
    is_private = True

    def read(self, data: Any, path: str, report: Report) -> Any:
        if isinstance(data, Mapping):
            found = {key: self.read(value, below(path, key), report) for key, value in data.items()}
            return INVALID if INVALID in found.values() else found
        if isinstance(data, list):
            elements = [self.read(value, below(path, i), report) for i, value in enumerate(data)]
            return INVALID if any(element is INVALID for element in elements) else elements
        if isinstance(data, int | float) and not isinstance(data, bool):
            if abs(data) > LARGEST_NUMBER:
                report.add(path, f"{data} is too large to be kept exactly; put it in quotes")
                return INVALID
            return plain_number(data)
        return data

    def show(self, value: Any) -> Any:
        """Keys in alphabetical order, as databases do not all keep theirs."""
        if isinstance(value, Mapping):
            return {key: self.show(value[key]) for key in sorted(value)}
        if isinstance(value, list | tuple):
            return [self.show(element) for element in value]
        return plain_number(value) if isinstance(value, float) else value

    def schema(self) -> dict[str, Any]:
        return {}


class Scalar(Json):
    """A text, a number, true or false."""

    words = "text, number, true or false"

    def read(self, data: Any, path: str, report: Report) -> Any:
        if isinstance(data, Mapping | list):
            report.add(path, f"must be a text, a number, true or false, not {kind_of(data)}")
            return INVALID
        return super().read(data, path, report)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"]}


class ListOf(Type):
    """A list of values of one type, in the order given."""

    def __init__(self, element: Type, *, is_set: bool = False, shortest: int = 0) -> None:
        self.element = element
        self.is_set = is_set
        self.shortest = shortest
        self.words = f"list, each: {element.words}"
        self.is_private = element.is_private

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, list):
            report.add(path, f"must be a list, not {kind_of(data)}; write [{_sample(data)}]")
            return INVALID
        values: list[Any] = []
        for number, element in enumerate(data):
            here = below(path, number)
            if element is None:
                report.add(here, "is empty; write a value or remove it")
                continue
            value = self.element.read(element, here, report)
            if value is INVALID:
                continue
            if self.is_set and value in values:
                report.add(here, f"{kind_of(element)} is listed twice; remove one")
                continue
            values.append(value)
        if len(data) < self.shortest:
            report.add(path, "is empty; name at least one")
        return sorted(values, key=str) if self.is_set and self.sorts else values

    sorts = False

    def show(self, value: Any) -> Any:
        return [self.element.show(element) for element in value]

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self.element.schema()}
        if self.is_set:
            schema["uniqueItems"] = True
        if self.shortest:
            schema["minItems"] = self.shortest
        return schema


class SetOf(ListOf):
    """A list without repetition whose order means nothing; kept in alphabetical order."""

    sorts = True

    def __init__(self, element: Type) -> None:
        super().__init__(element, is_set=True)


def _sample(data: Any) -> str:
    return str(data) if isinstance(data, str | int | float) else "…"


class Attribute(Type):
    """One value or a list of them."""

    words = "text, number, true or false, or a list of these"
    is_private = True

    def read(self, data: Any, path: str, report: Report) -> Any:
        kind = ListOf(Scalar()) if isinstance(data, list) else Scalar()
        return kind.read(data, path, report)

    def show(self, value: Any) -> Any:
        return Scalar().show(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [Scalar().schema(), ListOf(Scalar()).schema()]}


class MapOf(Type):
    """Names of one's own choice with values of one type; their order means nothing."""

    is_map = True

    def __init__(self, value: Type, words: str, *, longest_name: int = 254) -> None:
        self.value = value
        self.words = words
        self.longest_name = longest_name
        self.is_private = True

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, Mapping):
            report.add(path, f"must be a mapping of names to values, not {kind_of(data)}")
            return INVALID
        values = {}
        for name, value in data.items():
            here = below(path, name)
            if not 0 < len(name) <= self.longest_name:
                report.add(here, f"a name has 1 to {self.longest_name} characters")
            elif value is None:
                report.add(here, "has no value; write one or remove it")
            elif (found := self.value.read(value, here, report)) is not INVALID:
                values[name] = found
        return values

    def show(self, value: Any) -> Any:
        return {name: self.value.show(value[name]) for name in sorted(value)}

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.value.schema()}


class Choice(Type):
    """One of a few words."""

    def __init__(self, *words: str, what: str = "value") -> None:
        self.choices = words
        self.what = what
        self.words = " or ".join(f"`{word}`" for word in words)

    def read(self, data: Any, path: str, report: Report) -> Any:
        if isinstance(data, str) and data in self.choices:
            return data
        near = nearest(data, self.choices) if isinstance(data, str) else ""
        listed = ", ".join(self.choices)
        report.add(path, f"no {self.what} {kind_of(data)}{near or f'; choose one of: {listed}'}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.choices)}
