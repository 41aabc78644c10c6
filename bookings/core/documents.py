"""JSON from outside: strict, and nothing in it that no database could keep."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

DEEPEST = 20
LONGEST_PLACE = 200


class Unfit(ValueError):
    """The text says why, as the end of a sentence; `place` names the value with dots, such as data.email."""

    def __init__(self, why: str, place: str = "") -> None:
        super().__init__(why)
        self.place = place[:LONGEST_PLACE]


def read(body: bytes) -> Any:
    """The value of JSON in UTF-8 as RFC 8259 has it; raises Unfit for anything else.

    Also refused are NUL characters, lone surrogates, numbers beyond any double and values nested deeper than
    DEEPEST: nobody needs them, and further in they would be errors of the database.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unfit("the body is not UTF-8 text") from None
    except RecursionError:
        raise Unfit(_TOO_DEEP) from None
    except ValueError as error:
        raise Unfit(f"the body is not JSON: {_where(error)}") from None
    _check(value)
    return value


_TOO_DEEP = f"the body is nested deeper than {DEEPEST} levels"


def _check(value: Any) -> None:
    """Level by level rather than by recursion, which a deep value would exhaust."""
    level: list[tuple[str, Any]] = [("", value)]
    for _ in range(DEEPEST):
        deeper: list[tuple[str, Any]] = []
        for place, each in level:
            if isinstance(each, dict):
                for name in each:
                    _check_text(place, name)
                deeper += [(_below(place, name), inner) for name, inner in each.items()]
            elif isinstance(each, list):
                deeper += [(_below(place, str(at)), inner) for at, inner in enumerate(each)]
            elif isinstance(each, str):
                _check_text(place, each)
            elif isinstance(each, float) and not math.isfinite(each):
                raise Unfit(f"{_named(place)} holds a number that is too large", place)
        if not deeper:
            return
        level = deeper
    raise Unfit(_TOO_DEEP)


def _check_text(place: str, text: str) -> None:
    if "\x00" in text:
        raise Unfit(f"{_named(place)} holds a NUL character, which no text can contain here", place)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unfit(f"{_named(place)} holds half a character (a lone surrogate)", place) from None


def _below(place: str, name: str) -> str:
    return f"{place}.{name}"[:LONGEST_PLACE] if place else name[:LONGEST_PLACE]


def _named(place: str) -> str:
    return f"“{place}”" if place else "the body"


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number there")


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in line {error.lineno}, column {error.colno}"
    return "it holds a number that cannot be read"
