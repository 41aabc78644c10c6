"""How changes of the configuration are told: “Olga Ops changed the weight of Ana Silva in the pool “Sales”: 1 → 3.”"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bookings.story.decisions import plain
from bookings.story.words import Words, join, said

_ROW = re.compile(r"(?P<set>\w+)\[(?P<row>[^\]]*)\](?:\.(?P<part>.+))?")
_SECRET = ("sha256:", "secret ")
_ONE = {
    "members": "member", "memberships": "membership", "hours": "hours", "time_off": "time off", "questions": "question",
    "conditions": "condition", "variants": "variant", "calendars": "calendar", "matches": "match", "rows": "row",
}  # fmt: skip
LONGEST = 80


def _draft(old: Any, new: Any) -> str:
    if isinstance(new, str):
        return f"made the draft anew, {new}, in"
    return f"started the draft {new} of" if new else f"threw away the draft {old} of"


def _runs(old: Any, new: Any) -> str:
    return f"began to move runs to version {new} of" if new else f"stopped moving runs to version {old} of"


_SPECIAL = {"draft": _draft, "runs_moved_to": _runs}


def changed(words: Words) -> str:
    thing, part = _thing(words), str(words.get("field") or "")
    old, new = words.data.get("old"), words.data.get("new")
    if part == "created" and isinstance(new, str):
        return join(f"{words.who} wrote the words and names of", thing)
    if part == "kind" and str(words.get("object")).startswith("stage:"):
        return join(f"{words.who} {'added' if new else 'took out'}", thing)
    if part in ("exists", "created"):
        return join(f"{words.who} {'removed' if new in (None, False) else 'made'}", thing)
    if part in _SPECIAL and not isinstance(old or new, Mapping):
        return join(words.who, _SPECIAL[part](old, new), thing)
    if part == "retired":
        return join(f"{words.who} {'retired' if new else 'brought back'}", thing)
    what, place = _what(part, words)
    if isinstance(new, Mapping) and old is None:
        return join(f"{words.who} added", what, "to", thing, _settings(new))
    if isinstance(old, Mapping) and new is None:
        return join(f"{words.who} took", what, "out of", thing)
    values = _values(old, new)
    return join(f"{words.who} changed", what, place, thing, f": {values}" if values else "")


def _thing(words: Words) -> str:
    """“the pool “Enterprise””."""
    kind, _, key = str(words.get("object") or "").partition(":")
    names = words.names
    by_kind: dict[str, Mapping[Any, str]] = {
        "rep": names.reps, "pool": names.pools, "segment": names.segments, "form": names.forms,
        "template": names.templates, "sink": names.sinks, "workflow": names.workflows,
    }  # fmt: skip
    if kind in ("stage", "branch"):
        return _in_workflow(kind, key, names.workflows)
    known = by_kind.get(kind, {})
    name = known.get(int(key) if key.isdecimal() else key, said(key)) if key else ""
    return " ".join(
        part for part in ("the", said(kind) or "configuration", f"“{name}”" if name else "") if part
    )


def _in_workflow(kind: str, key: str, workflows: Mapping[str, str]) -> str:
    """“the branch “expired” of “no show” in “Inbound demo””."""
    slug, _, rest = key.partition("/")
    stage, _, outcome = rest.partition("/")
    workflow = workflows.get(slug, said(slug))
    named = f"“{said(outcome)}” of “{said(stage)}”" if kind == "branch" else f"“{said(stage)}”"
    return f"the {kind} {named} in “{workflow}”"


def _what(field: str, words: Words) -> tuple[str, str]:
    """What of the thing changed, and the word that joins the two."""
    row = _ROW.fullmatch(field)
    if row is None:
        return f"“{said(field.replace('.', ' '))}”", "of"
    part = said((row["part"] or "").replace(".", " "))
    who = _member(row["row"], words) if row["set"] == "members" else ""
    if who:
        return (f"the {part} of {who}" if part else who), "in"
    one = _ONE.get(row["set"], said(row["set"]))
    label = f" “{said(row['row'])}”" if row["row"] and not row["row"].isdecimal() else ""
    return (f"“{part}” of the {one}{label}" if part else f"the {one}{label}"), "of"


def _member(row: str, words: Words) -> str:
    """The rep of a member; empty for rows that are known by another number."""
    kind, _, number = row.partition(":")
    is_rep = kind == "rep" and number.isdecimal()
    return words.names.reps.get(int(number), "a former rep") if is_rep else ""


def _settings(new: Mapping[str, Any]) -> str:
    told = [
        f"{said(name)} {_value(value)}"
        for name, value in new.items()
        if not isinstance(value, Mapping | list)
    ]
    return f"with {', '.join(told)}" if told else ""


def _values(old: Any, new: Any) -> str:
    """“1 → 3”; nothing for secrets, and for what is private or too long for a sentence."""
    if any(isinstance(value, str) and value.startswith(_SECRET) for value in (old, new)):
        return ""
    if any(isinstance(value, Mapping) for value in (old, new)):
        return ""
    text = f"{_value(old)} → {_value(new)}"
    return text if len(text) <= LONGEST else ""


def _value(value: Any) -> str:
    return plain(value)
