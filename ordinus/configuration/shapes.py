"""Objects of the file and lists of them: what keys there are, and what tells one from another."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ordinus.configuration.problems import Report, below, nearest
from ordinus.configuration.types import INVALID, LEFT_OUT, Type, kind_of


class Entry(dict[str, Any]):
    """One object in canonical form, every key with its value; where it stands, and which keys were given."""

    path = ""
    given: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Key:
    """A key of an object. `default` is canonical, and is what an absent key means.

    One that does not count as a change is written along with others, and alone not at all.
    """

    name: str
    type: Type
    help: str
    default: Any = None
    required: bool = False
    counts: bool = True

    def fallback(self) -> Any:
        return copy.deepcopy(self.default)


Check = Callable[[Entry, Report], None]


class Record(Type):
    """An object with known keys. `checks` judge it as a whole once its keys are read."""

    words = "object"

    def __init__(self, *keys: Key, checks: tuple[Check, ...] = ()) -> None:
        self.keys = keys
        self.checks = checks
        self.is_private = any(key.type.is_private for key in keys)

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, Mapping):
            report.add(path, f"must be an object with keys, not {kind_of(data)}")
            return INVALID
        self._refuse_unknown(data, path, report)
        entry = Entry({key.name: self._value(key, data.get(key.name), path, report) for key in self.keys})
        entry.path = path
        entry.given = frozenset(data)
        for check in self.checks:
            check(entry, report)
        return entry

    def _refuse_unknown(self, data: Mapping[str, Any], path: str, report: Report) -> None:
        names = [key.name for key in self.keys]
        for name in data:
            if name not in names:
                cure = nearest(name, names) or f"; the keys are: {', '.join(names)}"
                report.add(below(path, name), f"unknown key '{name}'{cure}")

    @staticmethod
    def _value(key: Key, data: Any, path: str, report: Report) -> Any:
        here = below(path, key.name)
        wanted = f"{key.name}, {_with_article(key.type.words)}"
        if key.required and data is None:
            report.add(here, f"is missing; add {wanted}")
        if key.required and data == "":
            report.add(here, f"is empty; write {wanted}")
        if data is None or (key.required and data == ""):
            return key.fallback()
        value = key.type.read(data, here, report)
        if key.required and data in ([], {}) and value is not INVALID and report.is_sound(here):
            report.add(here, f"is empty; write {wanted}")
        return key.fallback() if value is INVALID else value

    def show(self, value: Any) -> dict[str, Any]:
        """Without the keys that have their defaults, in the order of the declaration."""
        shown = {
            key.name: key.type.show(value[key.name])
            for key in self.keys
            if key.required or value[key.name] != key.default
        }
        return {name: part for name, part in shown.items() if part is not LEFT_OUT}

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {key.name: _property(key) for key in self.keys},
            "additionalProperties": False,
        }
        if required := [key.name for key in self.keys if key.required]:
            schema["required"] = required
        return schema

    def key(self, name: str) -> Key:
        return next(key for key in self.keys if key.name == name)


def _with_article(words: str) -> str:
    return (
        words
        if words.startswith(("`", "list", "text", "seconds"))
        else f"a{'n' * (words[0] in 'aeio')} {words}"
    )


def _property(key: Key) -> dict[str, Any]:
    schema = key.type.schema() if key.required else or_null(key.type.schema())
    described = {**schema, "description": key.help}
    if not key.required:
        described["default"] = None if key.default is None else key.type.show(key.default)
    return described


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, widened by null, which means the same as leaving the key out."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema else schema


class Items(Type):
    """A list of objects, told apart by one key. Canonical: a dict by that key.

    The order of `ordered` items means something; others stand in the order of their names.
    """

    def __init__(self, record: Record, by: str, noun: str, *, ordered: bool = False) -> None:
        self.record = record
        self.by = by
        self.noun = noun
        self.ordered = ordered
        self.words = f"list of objects, each with its own `{by}`"
        self.is_private = record.is_private

    def record_for(self, data: Any) -> Record:
        """The declaration of one item, canonical or as given."""
        return self.record

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, list):
            report.add(path, f"must be a list, not {kind_of(data)}; begin each {self.noun} with -")
            return INVALID
        found: dict[str, Entry] = {}
        for number, element in enumerate(data):
            here = below(path, number)
            entry = self._read_one(element, here, report)
            name = INVALID if entry is INVALID else entry[self.by]
            if name is INVALID or not name:
                continue
            if name in found:
                where = f"also at {found[name].path}; give each {self.noun} its own, or remove one"
                report.add(below(here, self.by), f"duplicate {self.by} '{name}', {where}")
                continue
            found[name] = entry
        return found if self.ordered else dict(sorted(found.items()))

    def _read_one(self, data: Any, path: str, report: Report) -> Any:
        return self.record_for(data).read(data, path, report)

    def show(self, value: Any) -> list[dict[str, Any]]:
        return [self.record_for(entry).show(entry) for entry in value.values()]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.record.schema()}
