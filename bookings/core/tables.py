"""A look-up table as a CSV text: the first column is what is looked up, each further one a fact."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_ROWS = 20_000
MOST_ERRORS = 20
LONGEST_KEY, LONGEST_TEXT = 254, 500
SEPARATORS = ",;\t"
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
WHOLE = re.compile(r"-?\d{1,15}")
DECIMAL = re.compile(r"-?\d{1,15}\.\d{1,6}")
FLAGS = {"true": True, "false": False}


@dataclass
class Table:
    """The facts by key, and what is wrong, as sentences; nothing should be written while anything is."""

    columns: tuple[str, ...] = ()
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def can_be_written(self) -> bool:
        return bool(self.rows) and not self.errors


def read(text: str) -> Table:
    """The table in a CSV text with a line of column names; commas, semicolons or tabs separate.

    An empty cell is no fact; numbers and true or false are read as such; keys are told apart without case.
    """
    table = Table()
    try:
        lines = list(csv.reader(_lines(text), delimiter=_separator(text), strict=True))
    except csv.Error as error:
        table.errors.append(f"This is no CSV file: {error}.")
        return table
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if any(map(str.strip, line))]
    if not numbered:
        table.errors.append("The file is empty. Its first line names the columns, such as domain,employees.")
        return table
    table.columns = tuple(name.strip().lower() for name in numbered[0][1])
    table.errors += _wrong_columns(table.columns)
    if not table.errors:
        _read_lines(numbered[1:], table)
    return table


def _lines(text: str) -> list[str]:
    """By line ends alone: other characters that part lines may stand in a cell."""
    return [f"{line}\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _separator(text: str) -> str:
    """That of the three which the line of names uses most."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=first.count)


def _wrong_columns(columns: tuple[str, ...]) -> Iterable[str]:
    if len(columns) < 2:
        yield "There is one column only. Write what is looked up in the first, and its facts in the others."
    for name in columns[1:]:
        if not NAME.fullmatch(name):
            yield f"The column “{name}” is no name of a fact: use small letters, digits and _, such as employees."
        elif columns[1:].count(name) > 1:
            yield f"The column “{name}” is there twice. Remove one."


def _read_lines(lines: list[tuple[int, list[str]]], table: Table) -> None:
    if not lines:
        table.errors.append("The file has no line below the column names.")
    if len(lines) > MOST_ROWS:
        table.errors.append(f"The file has {len(lines)} lines; at most {MOST_ROWS} are taken.")
        return
    seen: dict[str, int] = {}
    for number, cells in lines:
        problem = _wrong_line(cells, table.columns, seen)
        if problem:
            table.errors.append(f"Line {number}: {problem}")
            if len(table.errors) >= MOST_ERRORS:
                table.errors.append("There may be more; correct these first.")
                return
            continue
        key = cells[0].strip()
        seen[key.casefold()] = number
        pairs = zip(table.columns[1:], cells[1:], strict=False)
        table.rows[key] = {name: _value(cell) for name, cell in pairs if cell.strip()}


def _wrong_line(cells: list[str], columns: tuple[str, ...], seen: dict[str, int]) -> str | None:
    key = cells[0].strip()
    if not key:
        return f"“{columns[0]}” is empty."
    if len(key) > LONGEST_KEY or any(len(cell) > LONGEST_TEXT for cell in cells):
        return f"a value is longer than {LONGEST_TEXT} characters (the first one: {LONGEST_KEY})."
    if any("\x00" in cell for cell in cells):
        return "there is a character in it that no text has."
    if key.casefold() in seen:
        return f"“{key}” stands in line {seen[key.casefold()]} already."
    if any(cell.strip() for cell in cells[len(columns) :]):
        return f"there are more values than the {len(columns)} columns."
    if not any(cell.strip() for cell in cells[1:]):
        return f"nothing is said about “{key}”."
    return None


def _value(cell: str) -> str | int | float | bool:
    text = cell.strip()
    if text.lower() in FLAGS:
        return FLAGS[text.lower()]
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text
