"""Tables as CSV that a spreadsheet shows and never runs (CSV injection, CWE-1236)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime

from workflows.core.chain import instant_text

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With these a cell begins that a spreadsheet may take for a formula, the full-width ones among them."""

Cell = str | int | float | bool | datetime | None


class _Lines(list[str]):
    """What a writer writes to."""

    def write(self, line: str) -> None:
        self.append(line)


def written(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as CSV (RFC 4180) with a byte order mark, without which spreadsheets guess the encoding."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    for row in (headings, *rows):
        writer.writerow([cell(value) for value in row])
    return "\ufeff" + "".join(lines)


def cell(value: Cell) -> str | int | float:
    """Numbers stay numbers; text that could be taken for a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    return f"'{value}" if value.lstrip(" ").startswith(ACTIVE) else value
