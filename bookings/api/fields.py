"""The kinds of values in bodies and answers: instants in UTC, and texts that are texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings.core import instants


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with Z; microseconds only where there are any."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field):
    default_error_messages = {"null": instants.NOT_AN_INSTANT, "required": instants.NOT_AN_INSTANT}

    def to_internal_value(self, data: Any) -> datetime:
        try:
            return instants.parse(data)
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
