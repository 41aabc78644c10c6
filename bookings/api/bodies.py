"""What callers send: strict JSON, an object, and nothing in it that no database could keep."""

from __future__ import annotations

from typing import Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from bookings.api.errors import sentences
from bookings.core import documents
from bookings.refusals import Invalid


class StrictJSONParser(BaseParser):
    """JSON as `core/documents` reads it; raises Invalid for anything else."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return documents.read(stream.read())
        except documents.Unfit as unfit:
            raise Invalid(_sentence(str(unfit)), fields=_at(unfit.place, _sentence(str(unfit)))) from None


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


def _at(place: str, told: str) -> dict[str, list[str]]:
    """By the name of a question or a key of the body, as every other complaint."""
    return {place.removeprefix("answers."): [told]} if place else {}


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
