"""What callers send: strict JSON, an object, and nothing in it that no database could keep."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from bookings.api.errors import sentences
from bookings.refusals import Invalid

DEEPEST = 20


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 as RFC 8259 has it; raises Invalid for anything else.

    Also refused are NUL characters, lone surrogates, numbers beyond any double and values nested deeper than
    DEEPEST: no call needs them, and further in they would be errors of the database.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            value = json.loads(stream.read().decode("utf-8"), parse_constant=_no_number)
        except UnicodeDecodeError:
            raise Invalid("The body is not UTF-8 text.") from None
        except RecursionError:
            raise Invalid(_TOO_DEEP) from None
        except ValueError as error:
            raise Invalid(f"The body is not JSON: {_where(error)}.") from None
        _check(value)
        return value


def sent(request: Request) -> dict[str, Any]:
    """The body as an object; no body at all is an empty one. Raises Invalid for any other JSON value."""
    value = request.data
    if not isinstance(value, dict):
        raise Invalid("Please send a JSON object: names and values in braces.")
    return value


def validated(kind: type[Serializer], request: Request) -> dict[str, Any]:
    """The body's values as `kind` has them. Raises Invalid naming each that does not fit."""
    serializer = kind(data=sent(request))
    if not serializer.is_valid():
        raise Invalid("Please look at the marked fields.", fields=sentences(serializer.errors))
    return dict(serializer.validated_data)


_TOO_DEEP = f"The body is nested deeper than {DEEPEST} levels."


def _check(value: Any) -> None:
    """Level by level rather than by recursion, which a deep value would exhaust."""
    level = [value]
    for _ in range(DEEPEST):
        deeper: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                deeper += [*each.keys(), *each.values()]
            elif isinstance(each, list):
                deeper += each
            elif isinstance(each, str):
                _check_text(each)
            elif isinstance(each, float) and not math.isfinite(each):
                raise Invalid("The body holds a number that is too large.")
        if not deeper:
            return
        level = deeper
    raise Invalid(_TOO_DEEP)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise Invalid("The body holds a NUL character, which no text can contain here.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid("The body holds half a character (a lone surrogate).") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number there")


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in line {error.lineno}, column {error.colno}"
    return "it holds a number that cannot be read"
