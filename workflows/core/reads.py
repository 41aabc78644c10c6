"""What another system's fields mean as facts about a lead: `lifecyclestage = customer, evangelist`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "crm."
ENRICHMENT = "enrichment."
TEXTS = ("owner_email", "account_name", "lifecycle")
FLAGS = ("is_customer", "open_opportunity", "do_not_contact")
FACTS = (*TEXTS, *FLAGS)
LONGEST_TEXT = 500
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
NO = frozenset({"", "0", "false", "no", "none", "null", "off"})


@dataclass(frozen=True)
class Read:
    """One of their fields, and for a flag the values that make it true; none: whatever is not empty or “no”."""

    field: str
    values: frozenset[str] = frozenset()


def parse(text: str) -> Read:
    """Reads `field` or `field = value, value`. Raises ValueError when there is no field or no value."""
    field, sign, listed = (part.strip() for part in text.partition("="))
    values = frozenset(value.strip().lower() for value in listed.split(",") if value.strip())
    if not field:
        raise ValueError("name one of their fields")
    if sign and not values:
        raise ValueError(f"name a value of {field} after the sign =")
    return Read(field, values)


def problem(fact: str, text: str) -> str | None:
    """Why `fact` cannot be read by `text`, as a sentence; None when it can."""
    name = fact.removeprefix(PREFIX)
    if not fact.startswith(PREFIX) or name not in FACTS:
        known = ", ".join(PREFIX + each for each in FACTS)
        return f"“{fact}” is none of the facts that a CRM answers: {known}."
    try:
        read = parse(text)
    except ValueError as error:
        return f"“{fact}”: {error}."
    if read.values and name in TEXTS:
        return f"“{fact}” is a text: name the field alone, without values."
    return None


def fields_read(reads: Mapping[str, str]) -> tuple[str, ...]:
    """Their fields that `reads` asks for, each once."""
    return tuple(dict.fromkeys(parse(text).field for text in reads.values()))


def plain_fields(reads: Mapping[str, str]) -> tuple[str, ...]:
    """Those of their fields that are asked for by a plain name, which is a word and no part of a query."""
    return tuple(field for field in fields_read(reads) if _WORD.fullmatch(field))


def facts_read(reads: Mapping[str, str], found: Mapping[str, Any]) -> dict[str, Any]:
    """The facts, by their names without `crm.`, that `found` (their field, its value) comes to.

    A field that is not there or empty gives no text; a flag whose field is there is true or false. For facts
    `enrichment.*`, which keep their prefix, the value is taken as it is.
    """
    facts: dict[str, Any] = {}
    for fact, text in reads.items():
        name, read = fact.removeprefix(PREFIX), parse(text)
        value = found.get(read.field)
        if name.startswith(ENRICHMENT):
            if value not in (None, ""):
                facts[name] = value
        elif name in FLAGS and read.field in found:
            facts[name] = _flag(value, read.values)
        elif name in TEXTS and value not in (None, ""):
            facts[name] = str(value).replace("\x00", "")[:LONGEST_TEXT]
    return facts


def _flag(value: Any, values: frozenset[str]) -> bool:
    said = "" if value is None else str(value).strip().lower()
    return said in values if values else said not in NO
