"""Ways into a JSON answer: `company.sizes.0.label` is the label of the first size of the company."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

STEP = r"[^\s.\[\]{}]+"
PATH = re.compile(rf"{STEP}(\.{STEP})*")
LONGEST = 200


def problem(path: str) -> str | None:
    """Why `path` leads nowhere in any answer, as a clause; None when it may lead somewhere."""
    if len(path) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if not PATH.fullmatch(path):
        return "is no path into an answer; write names with dots between them, such as company.employees"
    return None


def value_at(path: str, found: Any) -> Any:
    """What lies at the end of the path; None when it leads nowhere. A number is a place in a list, from 0.

    A name that itself holds dots is found too, if it stands at the top.
    """
    if isinstance(found, Mapping) and path in found:
        return found[path]
    for step in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(found):
            found = found[int(step[:9])]
        else:
            return None
    return found


def mapped(mapping: Mapping[str, str], found: Any) -> dict[str, Any]:
    """Our names with what lies at the end of their paths (`mapping`: their path, our name); nothing that is null."""
    values = ((ours, value_at(theirs, found)) for theirs, ours in mapping.items())
    return {ours: value for ours, value in values if value is not None}
