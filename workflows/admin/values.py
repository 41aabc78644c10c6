"""How settings are written as plain text in the admin, and read back: words, numbers, lists and rows.

A text that could be mistaken for a number, for true or false, or that holds a comma, stands in double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_WHOLE = re.compile(r"-?\d{1,15}")
_DECIMAL = re.compile(r"-?\d{1,15}\.\d{1,6}")
_FLAGS = {"true": True, "false": False}
_PART = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)""")


def scalar_from(text: str) -> str | int | float | bool:
    """The number, true or false that `text` spells, or the text itself, its quotes taken off."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def scalar_to(value: Any, *, separators: str = "") -> str:
    """What `scalar_from` reads as `value` again; in quotes too where it holds one of the separators."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    is_plain = scalar_from(value) == value and value and value[0] != '"' and not set(value) & set(separators)
    return value if is_plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def list_from(text: str) -> list[Any]:
    """The values between the commas; what is in quotes keeps its commas. Empty parts are left out."""
    parts = (match[1].strip() for match in _PART.finditer(text.replace("\n", ",")))
    return [scalar_from(part) for part in parts if part]


def list_to(values: Sequence[Any]) -> str:
    return ", ".join(scalar_to(value, separators=",\n") for value in values)


def one_or_more_from(text: str) -> Any:
    """One value, or a list where a comma stands outside quotes: ``de, en`` or, for a list of one, ``de,``."""
    values = list_from(text)
    is_list = len(values) > 1 or text.rstrip().endswith(",")
    return values if is_list else (values[0] if values else "")


def one_or_more_to(value: Any) -> str:
    if isinstance(value, list | tuple):
        return list_to(value) + ("," if len(value) == 1 else "")
    return scalar_to(value, separators=",\n")


class BadLine(ValueError):
    """A line that does not say what belongs to what; its text is a sentence for people."""


def rows_from(text: str, sign: str) -> dict[str, str]:
    """Lines such as ``name = value`` as a mapping of texts; raises BadLine naming the line."""
    rows: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, found, value = (part.strip() for part in line.partition(sign))
        if not found or not name:
            raise BadLine(f"Line {number}: write a name, then “{sign}”, then what belongs to it.")
        if name in rows:
            raise BadLine(f"Line {number}: “{name}” stands here twice.")
        rows[name] = value
    return rows


def rows_to(rows: Mapping[str, str], sign: str) -> str:
    space = "" if sign == ":" else " "
    return "\n".join(f"{name}{space}{sign} {value}" for name, value in rows.items())
