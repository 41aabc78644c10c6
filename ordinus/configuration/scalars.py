"""The single values of the file: texts, names, numbers, facts, and mentions of other objects."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from bookings.core.answers import normalise_email
from ordinus.configuration.problems import Report, nearest
from ordinus.configuration.types import INVALID, LARGEST_NUMBER, Type, kind_of, plain_number
from workflows.core import conditions

LARGEST_WHOLE = 1_000_000


class Text(Type):
    """A text on one line, or on several."""

    is_private = True

    def __init__(self, longest: int, *, lines: bool = False) -> None:
        self.longest = longest
        self.lines = lines
        self.words = "text of several lines" if lines else "text"

    def read(self, data: Any, path: str, report: Report) -> Any:
        if not isinstance(data, str):
            report.add(path, f"must be a text, not {kind_of(data)}; put it in quotes")
            return INVALID
        if len(data) > self.longest:
            report.add(path, f"has {len(data)} characters; shorten it to {self.longest}")
            return INVALID
        if not self.lines and len(data.splitlines()) > 1:
            report.add(path, "has several lines; write it on one")
            return INVALID
        return data

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}


class Pattern(Type):
    """A text that a pattern describes; `rule` says it in words, as in “small letters and digits”."""

    def __init__(self, pattern: str, words: str, rule: str, *, longest: int = 64) -> None:
        self.pattern = re.compile(pattern)
        self.words = words
        self.rule = rule
        self.longest = longest

    def read(self, data: Any, path: str, report: Report) -> Any:
        if isinstance(data, str) and len(data) <= self.longest and self.pattern.fullmatch(data):
            return data
        hint = "; put it in quotes" if isinstance(data, int | float) else ""
        report.add(path, f"{kind_of(data)} is no {self.words}; {self.rule}, {self.longest} at most{hint}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.pattern.pattern}$", "maxLength": self.longest}


class Slug(Pattern):
    """The name that identifies an object."""

    def __init__(self, words: str = "slug") -> None:
        super().__init__(r"[-a-zA-Z0-9_]+", words, "use letters, digits, - and _")


class Email(Type):
    """An e-mail address, in its one normal spelling: small letters, the domain in ASCII."""

    words = "e-mail address"
    is_private = True

    def read(self, data: Any, path: str, report: Report) -> Any:
        try:
            return normalise_email(data)
        except (ValueError, AttributeError):
            report.add(path, f"{kind_of(data)} is no e-mail address; write one such as ana@acme.example")
            return INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": 254}


class Whole(Type):
    """A whole number within bounds."""

    def __init__(self, low: int = 0, high: int = LARGEST_WHOLE) -> None:
        self.low = low
        self.high = high
        self.words = (
            f"whole number, {low} to {high}" if high < LARGEST_WHOLE else f"whole number, {low} or more"
        )

    def read(self, data: Any, path: str, report: Report) -> Any:
        number = plain_number(data) if isinstance(data, float) else data
        if isinstance(number, int) and not isinstance(number, bool) and self.low <= number <= self.high:
            return number
        report.add(path, f"must be a whole number from {self.low} to {self.high}, not {kind_of(data)}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Number(Type):
    words = "number"

    def read(self, data: Any, path: str, report: Report) -> Any:
        if isinstance(data, int | float) and not isinstance(data, bool) and abs(data) <= LARGEST_NUMBER:
            return plain_number(data)
        report.add(path, f"must be a number, not {kind_of(data)}")
        return INVALID

    def show(self, value: Any) -> Any:
        return plain_number(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "number"}


class Flag(Type):
    words = "`true` or `false`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        if isinstance(data, bool):
            return data
        report.add(path, f"must be true or false, not {kind_of(data)}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Url(Type):
    """An address that begins with one of the schemes."""

    is_private = True

    def __init__(self, longest: int, *schemes: str) -> None:
        self.longest = longest
        self.schemes = schemes or ("https", "http")
        self.words = f"address that begins with `{self.schemes[0]}://`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        try:
            parts = urlsplit(data) if isinstance(data, str) else None
            is_sound = parts is not None and parts.scheme in self.schemes and bool(parts.hostname)
        except ValueError:
            is_sound = False
        if is_sound and not re.search(r"\s", data) and len(data) <= self.longest:
            return data
        report.add(path, f"{kind_of(data)} is no address; write one that begins with {self.schemes[0]}://")
        return INVALID

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^({'|'.join(self.schemes)})://", "maxLength": self.longest}


class Fact(Type):
    """The name of something known about a lead."""

    words = "fact, such as `answers.employees`"

    def read(self, data: Any, path: str, report: Report) -> Any:
        if isinstance(data, str) and len(data) <= 120 and conditions.known_fact(data):
            return data
        near = nearest(data, conditions.FIXED_FACTS) if isinstance(data, str) else ""
        open_names = ", ".join(f"{prefix}NAME" for prefix in conditions.OPEN_PREFIXES)
        cure = near or f"; facts are {open_names} and those of the reference, such as lead.email"
        report.add(path, f"no fact {kind_of(data)}{cure}")
        return INVALID

    def schema(self) -> dict[str, Any]:
        return {"$ref": f"#/$defs/{FACT_SCHEMA}"}


FACT_SCHEMA = "fact"
"""Its name among the definitions of the JSON Schema."""


def fact_schema() -> dict[str, Any]:
    prefixes = "|".join(re.escape(prefix) for prefix in conditions.OPEN_PREFIXES)
    return {
        "anyOf": [{"enum": list(conditions.FIXED_FACTS)}, {"type": "string", "pattern": f"^({prefixes}).+$"}]
    }


class Mention(Type):
    """The name of another object of the configuration."""

    def __init__(self, section: str, words: str) -> None:
        self.section = section
        self.words = f"e-mail address of a {words}" if section == "reps" else f"slug of a {words}"
        self.is_private = section == "reps"
        self.name = Email() if section == "reps" else Slug(words)

    def read(self, data: Any, path: str, report: Report) -> Any:
        name = self.name.read(data, path, report)
        if name is not INVALID:
            report.mention(path, self.section, name)
        return name

    def schema(self) -> dict[str, Any]:
        return self.name.schema()
