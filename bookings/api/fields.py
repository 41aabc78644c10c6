"""The kinds of values in bodies and answers: instants in UTC, and texts that are texts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d(?::\d\d)?)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # fmt: skip

NOT_AN_INSTANT = "Please send an instant with its offset, such as 2026-03-02T09:00:00Z."
NO_OFFSET = "Please add the offset from UTC, such as Z or +01:00; without it the instant is not known."
OUT_OF_RANGE = "Please send an instant between 1970 and 2199."


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with Z; microseconds only where there are any."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_instant(text: Any) -> datetime:
    """An instant of RFC 3339, seconds optional. Raises ValueError with a sentence."""
    if not isinstance(text, str):
        raise ValueError(NOT_AN_INSTANT)
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(NO_OFFSET if _INSTANT.fullmatch(text + "Z") else NOT_AN_INSTANT)
    day, time, fraction, offset = found.groups()
    try:
        at = datetime.fromisoformat(
            f"{day}T{time}{(fraction or '')[:7]}{offset.upper()}".replace("Z", "+00:00")
        )
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(NOT_AN_INSTANT) from None
    if not EARLIEST <= at < LATEST:
        raise ValueError(OUT_OF_RANGE)
    return at


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field):
    default_error_messages = {"null": NOT_AN_INSTANT, "required": NOT_AN_INSTANT}

    def to_internal_value(self, data: Any) -> datetime:
        try:
            return parse_instant(data)
        except ValueError as complaint:
            raise serializers.ValidationError(str(complaint)) from None

    def to_representation(self, value: datetime) -> str:
        return instant(value)


class TextField(serializers.CharField):
    """Text only: a number is not taken for its digits."""

    default_error_messages = {
        "invalid": "Please send text.",
        "null": "Please send text.",
        "blank": "Please send text.",
        "required": "Please send this.",
        "max_length": "Please send at most {max_length} characters.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WordField(serializers.ChoiceField):
    """One of a few words."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        told = f"Please send one of: {', '.join(map(str, self.choices))}."
        self.error_messages |= {"invalid_choice": told, "null": told, "required": told}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)
