"""Plain data to YAML, always in the same bytes, and readable by YAML 1.1 as well.

Whatever YAML 1.1 or 1.2 could take for something else than a text is quoted. What fits on a line stands on one;
the objects of a section begin a line each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ordinus.configuration.times import Day

WIDTH = 110
BLOCK_DEPTH = 2
"""How deep objects are always written in block style: the document and the objects of its sections."""

_PLAIN = re.compile(
    r"[A-Za-z_/](?:[^\x00-\x1f\x7f-\xa0:#,\[\]{}&*!|>'\"%`\\\u2028\u2029\ufeff]|:(?=[^\s,\]}]))*"
)
_PLAIN_DURATION = re.compile(r"[0-9]{1,9}(m|h|d|w|s|ms)")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_TAKEN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
_NOT_LITERAL = re.compile(
    r"[^\n\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def emit(document: Mapping[str, Any]) -> str:
    """The document as a file, ending with a line break."""
    return "".join(f"{line}\n" for line in _mapping(document, 0, 0))


def flow(value: Any) -> str:
    """A value on one line, as inside a list or object."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)}: {flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    if isinstance(value, Day):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return repr(value)


def _text(value: str) -> str:
    is_word = _PLAIN.fullmatch(value) and not value.endswith(" ") and value.lower() not in _TAKEN
    return value if is_word or _PLAIN_DURATION.fullmatch(value) else _quoted(value)


def _quoted(value: str) -> str:
    """JSON's way, which YAML shares, with escapes too for what a YAML file may not hold as it is."""
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(_escape(character) if _NOT_LITERAL.match(character) else character for character in quoted)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _key(name: str) -> str:
    is_plain = _PLAIN_KEY.fullmatch(name) and name.lower() not in _TAKEN
    return name if is_plain else _quoted(name)


def _mapping(value: Mapping[str, Any], indent: int, depth: int) -> list[str]:
    lines: list[str] = []
    for name, part in value.items():
        lines += _after(f"{' ' * indent}{_key(name)}:", part, indent, depth + 1)
    return lines


def _after(start: str, value: Any, indent: int, depth: int) -> list[str]:
    """The lines of a value whose key, `start`, stands on the first of them."""
    if isinstance(value, str) and _is_literal(value):
        chomping = "" if value.endswith("\n") else "-"
        rows = value.removesuffix("\n").split("\n")
        return [f"{start} |{chomping}", *(f"{' ' * (indent + 2)}{row}" if row else "" for row in rows)]
    if not _in_block(start, value, depth):
        return [f"{start} {flow(value)}"]
    if isinstance(value, Mapping):
        return [start, *_mapping(value, indent + 2, depth)]
    return [start, *(line for element in value for line in _element(element, indent + 2, depth))]


def _element(value: Any, indent: int, depth: int) -> list[str]:
    if not isinstance(value, Mapping) or not _in_block(" " * indent + "-", value, depth):
        return [f"{' ' * indent}- {flow(value)}"]
    lines = _mapping(value, indent + 2, depth)
    return [f"{' ' * indent}- {lines[0].lstrip()}", *lines[1:]]


def _in_block(start: str, value: Any, depth: int) -> bool:
    if not value or not isinstance(value, Mapping | list):
        return False
    if depth < BLOCK_DEPTH or _holds_literal(value):
        return True
    return len(start) + 1 + len(flow(value)) > WIDTH


def _holds_literal(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_literal(part) for part in value.values())
    if isinstance(value, list):
        return any(isinstance(part, Mapping | list) and _holds_literal(part) for part in value)
    return isinstance(value, str) and _is_literal(value)


def _is_literal(value: str) -> bool:
    """Whether the text is written as a block of lines: several, without anything a block would not keep."""
    if "\n" not in value or _NOT_LITERAL.search(value) or value.endswith("\n\n"):
        return False
    rows = value.split("\n")
    return bool(rows[0]) and not any(
        (row.startswith(" ") and row is rows[0]) or row.endswith(" ") for row in rows
    )
