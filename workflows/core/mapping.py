"""Their fields and what goes into them: a fact, as a type if need be, or always the same value.

A row is stored as the fact's name alone, or as `{"fact": name, "type": type}` or `{"value": constant}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workflows.core import conditions

LONGEST_CONSTANT = 500
FURTHER_FACTS = (
    "lead.name", "booking.meeting", "booking.start", "booking.end", "booking.status", "booking.outcome",
)  # fmt: skip
"""What can be sent, though no condition asks for it."""
NO = frozenset({"", "0", "false", "no", "off"})
NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,9})?")


@dataclass(frozen=True)
class Row:
    """One field of theirs. Without a fact it always gets `constant`; without a type the fact goes as it is."""

    theirs: str
    fact: str | None = None
    type: str | None = None
    constant: Any = None

    def as_stored(self) -> str | dict[str, Any]:
        if self.fact is None:
            return {"value": self.constant}
        return {"fact": self.fact, "type": self.type} if self.type else self.fact


def rows_of(mapping: Mapping[str, Any]) -> tuple[Row, ...]:
    """The rows of a stored mapping, in its order."""
    return tuple(_row(theirs, stored) for theirs, stored in mapping.items())


def stored(rows: Iterable[Row]) -> dict[str, Any]:
    return {row.theirs: row.as_stored() for row in rows}


def known_fact(name: str) -> bool:
    """Whether a row may name this fact."""
    return name in FURTHER_FACTS or conditions.known_fact(name)


def problem(given: Any) -> str | None:
    """Why this cannot stand for a field of theirs, as a clause; None when it can. Facts are judged elsewhere."""
    if isinstance(given, str):
        return None
    if not isinstance(given, Mapping):
        return "must be the name of a fact, or an object with fact and type, or with value"
    names = set(given)
    if names == {"value"}:
        constant = given["value"]
        is_plain = isinstance(constant, (str, bool, int, float))
        if not is_plain or len(str(constant)) > LONGEST_CONSTANT:
            return (
                f"has a value that is no text, number, true or false of at most {LONGEST_CONSTANT} characters"
            )
        return None
    if "fact" not in names or not names <= {"fact", "type"} or not isinstance(given["fact"], str):
        return "must have either fact, and type if need be, or value"
    if given.get("type") is not None and given["type"] not in TYPES:
        return f"has no type '{given['type']}'; use one of {', '.join(TYPES)}"
    return None


def fill(rows: Iterable[Row], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Their fields with their values. A fact that is missing, or does not fit the type, is None."""
    return {row.theirs: value_of(row, facts) for row in rows}


def value_of(row: Row, facts: Mapping[str, Any]) -> Any:
    if row.fact is None:
        return row.constant
    value = facts.get(row.fact)
    return value if row.type is None or value is None else TYPES[row.type](value)


def _row(theirs: str, given: Any) -> Row:
    if isinstance(given, str):
        return Row(theirs, given)
    if "value" in given:
        return Row(theirs, constant=given["value"])
    return Row(theirs, given["fact"], given.get("type"))


def _text(value: Any) -> str | None:
    if isinstance(value, list | tuple):
        return ", ".join(str(_text(each)) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    instant = _instant_of(value) if isinstance(value, datetime) else None
    return _instant_text(instant) if instant else str(value)


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if not NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def _flag(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value)
    return str(value).strip().lower() not in NO


def _date(value: Any) -> str | None:
    instant = _instant_of(value)
    return instant.date().isoformat() if instant else None


def _instant(value: Any) -> str | None:
    instant = _instant_of(value)
    return _instant_text(instant) if instant else None


def _list(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else [value]


def _instant_of(value: Any) -> datetime | None:
    """The instant that an ISO text or a date stands for, in UTC; a date is its midnight."""
    try:
        found = value if isinstance(value, date) else datetime.fromisoformat(str(value))
        if not isinstance(found, datetime):
            found = datetime(found.year, found.month, found.day, tzinfo=UTC)
        return found.replace(tzinfo=UTC) if found.utcoffset() is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _instant_text(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


TYPES: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "flag": _flag,
    "date": _date,
    "instant": _instant,
    "list": _list,
}
