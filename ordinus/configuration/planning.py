"""What would have to change for the database to match the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ordinus.configuration.emitting import flow
from ordinus.configuration.nouns.base import Canonical, Noun
from ordinus.configuration.problems import below
from ordinus.configuration.secret_values import Secret
from ordinus.configuration.shapes import Items, Record
from ordinus.configuration.types import LEFT_OUT, Type

LONGEST_VALUE = 160
HIDDEN = "(secret)"
ORDER = "order"

Action = Literal["create", "change", "remove", "retire"]
MARKS: Mapping[Action, str] = {
    "create": "+ create",
    "change": "~ change",
    "remove": "- remove",
    "retire": "- remove",
}


@dataclass(frozen=True)
class Difference:
    """One thing inside an object that differs: its path within the object, before and after, as a file shows it.

    `is_listed` tells a nested object that comes or goes as a whole; then `old` or `new` is None.
    """

    path: str
    old: Any
    new: Any
    is_private: bool = False
    is_listed: bool = False


@dataclass(frozen=True)
class Change:
    """One line of a plan: an object that comes or goes, or something that differs inside one."""

    action: Action
    noun: str
    name: str
    difference: Difference | None = None
    remark: str = ""

    def __str__(self) -> str:
        words = [MARKS[self.action], self.noun, self.name]
        if self.difference is not None:
            words.append(self._inside(self.difference))
        return " ".join(word for word in words if word) + (f" ({self.remark})" if self.remark else "")

    def _inside(self, difference: Difference) -> str:
        if self.action != "change":
            return difference.path
        return f"{difference.path}: {_clipped(difference.old)} -> {_clipped(difference.new)}"


def _clipped(value: Any) -> str:
    text = HIDDEN if isinstance(value, Secret) else flow(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def creation(noun: Noun, name: str) -> Change:
    return Change("create", noun.noun, name)


def changes_of(noun: Noun, name: str, old: Canonical, new: Canonical) -> list[Change]:
    """The lines for an object that is there and differs, in the order of its keys."""
    return [
        Change(_action(difference), noun.noun, name, difference)
        for difference in differences(noun.record, old, new)
    ]


def _action(difference: Difference) -> Action:
    if not difference.is_listed:
        return "change"
    return "create" if difference.old is None else "remove"


def differences(
    record: Record, old: Mapping[str, Any], new: Mapping[str, Any], path: str = ""
) -> list[Difference]:
    """Everything that differs between two canonical objects of the same declaration."""
    found: list[Difference] = []
    for key in record.keys:
        if not key.counts:
            continue
        before, after = old.get(key.name, key.default), new.get(key.name, key.default)
        found += _between(key.type, before, after, below(path, key.name))
    return found


def _between(kind: Type, old: Any, new: Any, path: str) -> Iterator[Difference]:
    if isinstance(kind, Items) and old is not None and new is not None:
        yield from _items(kind, old, new, path)
    elif old == new:
        return
    elif kind.is_map:
        yield from _parts(kind, old or {}, new or {}, path)
    else:
        yield Difference(path, _shown(kind, old), _shown(kind, new), kind.is_private)


def _items(kind: Items, old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Difference]:
    for name in old:
        if name not in new:
            shown = kind.record_for(old[name]).show(old[name])
            yield Difference(f"{path}[{name}]", shown, None, kind.is_private, is_listed=True)
    for name, item in new.items():
        record, here = kind.record_for(item), f"{path}[{name}]"
        if name not in old:
            yield Difference(here, None, record.show(item), kind.is_private, is_listed=True)
        else:
            yield from differences(record, old[name], item, here)
    before, after = [name for name in old if name in new], [name for name in new if name in old]
    if kind.ordered and before != after:
        yield Difference(f"{path}.{ORDER}", before, after)


def _parts(kind: Type, old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Difference]:
    """The names that differ, shown each as if it stood alone."""
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            before, after = (_shown_part(kind, name, parts) for parts in (old, new))
            yield Difference(below(path, name), before, after, kind.is_private)


def _shown_part(kind: Type, name: str, parts: Mapping[str, Any]) -> Any:
    if name not in parts:
        return None
    if isinstance(parts[name], Secret):
        return parts[name]
    return kind.show({name: parts[name]}).get(name)


def _shown(kind: Type, value: Any) -> Any:
    if value is None:
        return None
    shown = kind.show(value)
    return value if shown is LEFT_OUT else shown
