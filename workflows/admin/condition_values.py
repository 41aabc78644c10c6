"""What a condition compares with, as people write it; and its comparisons in words."""

from __future__ import annotations

from typing import Any

from workflows.admin import values

LISTS = ("in", "not_in")
TEXTS = ("starts_with", "ends_with", "matches")
NO_VALUE = ("exists", "missing")

OPERATOR_WORDS = {
    "==": "is", "!=": "is not", ">": "is more than", ">=": "is at least", "<": "is less than",
    "<=": "is at most", "in": "is one of", "not_in": "is none of", "contains": "contains",
    "starts_with": "starts with", "ends_with": "ends with", "matches": "matches the pattern",
    "exists": "is known", "missing": "is missing",
}  # fmt: skip


def value_from(operator: str, text: str) -> Any:
    """The value a condition holds for what was written: a list, a text, a number, or none."""
    if operator in NO_VALUE:
        return None if not text.strip() else text
    if not text.strip():
        return None
    if operator in LISTS:
        return tuple(values.list_from(text))
    scalar = values.scalar_from(text)
    return text.strip() if operator in TEXTS and not isinstance(scalar, str) else scalar


def value_to(operator: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return values.list_to(value)
    if operator in TEXTS and isinstance(values.scalar_from(str(value)), bool | int | float):
        return str(value)
    return values.scalar_to(value)
