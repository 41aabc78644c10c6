"""A mapping written in lines: `size = answers.employees as number`, `source = "Ordinus"`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from workflows.admin import values
from workflows.admin.fields import Lines, WrittenField
from workflows.core import mapping
from workflows.core.mapping import Row

TYPED = re.compile(r"(\S+)\s+as\s+(\S+)")


class MappingField(WrittenField):
    """Their field = our fact, one a line; a text in quotes, a number, true or false is always the same value."""

    widget = Lines

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return "\n".join(f"{row.theirs} = {right_side(row)}" for row in mapping.rows_of(value))

    def read(self, text: str) -> dict[str, Any]:
        try:
            lines = values.rows_from(text, "=")
        except values.BadLine as problem:
            raise ValidationError(str(problem)) from None
        rows = [row_from(theirs, written) for theirs, written in lines.items()]
        problems = [found for row in rows if (found := problem_of(row))]
        if problems:
            raise ValidationError(problems)
        return mapping.stored(rows)


def right_side(row: Row) -> str:
    """What stands after the sign: the fact, with its type, or the value that never changes."""
    if row.fact is None:
        text = values.scalar_to(row.constant)
        is_plain = isinstance(row.constant, str) and not text.startswith('"')
        return '"' + text.replace("\\", "\\\\") + '"' if is_plain else text
    return f"{row.fact} as {row.type}" if row.type else row.fact


def row_from(theirs: str, written: str) -> Row:
    typed = TYPED.fullmatch(written)
    if typed:
        return Row(theirs, typed[1], typed[2])
    constant = values.scalar_from(written)
    if written.startswith('"') or not isinstance(constant, str):
        return Row(theirs, constant=constant)
    return Row(theirs, written)


def problem_of(row: Row) -> str | None:
    """What is wrong with a row, as a sentence with its cure; None when nothing is."""
    if row.type and row.type not in mapping.TYPES:
        return f"“{row.theirs}”: there is no type “{row.type}”. Use one of {', '.join(mapping.TYPES)}."
    if row.fact is not None and not mapping.known_fact(row.fact):
        return (
            f"“{row.theirs}”: there is no fact “{row.fact}”. Choose one of the list, such as lead.email, or put a "
            "value that never changes in quotes."
        )
    if trouble := mapping.problem(row.as_stored()):
        return f"“{row.theirs}” {trouble}."
    return None
