"""Slugs, numbers and states in words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import formats, timezone

from workflows.core import durations
from workflows.registry import KINDS

LEAD_LINKS: list[Callable[[set[int]], Mapping[int, str]]] = []
"""Filled from above: links to leads by their numbers, which is all that this app knows of them."""


def said(slug: str | None) -> str:
    """A slug as words: ``no-show`` and ``no_show`` are “No show”."""
    words = (slug or "").replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def counted(number: int, one: str, many: str = "") -> str:
    """``1 run``, ``3 runs``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def instant(at: datetime | None) -> str | None:
    """An instant on the viewer's clock, such as “24 Nov 2026, 13:15”."""
    return None if at is None else formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")


def kind_title(kind: str) -> str:
    return KINDS[kind].title if kind in KINDS else said(kind)


def who(actor: str) -> str:
    """Who did something, by name: ``staff:7`` is the user of that number, empty is nobody."""
    kind, _, number = actor.partition(":")
    if kind == "staff" and number.isdecimal():
        user = get_user_model()._default_manager.filter(pk=int(number)).first()
        return (user.get_full_name() or user.get_username()) if user else "Somebody who is gone"
    return {"": "", "system": "The system", "apply": "The configuration file"}.get(actor, said(kind))


def name_leads(rows: Iterable[Any]) -> None:
    """Gives each row a `lead_shown`: a link to its lead, found for all rows at once."""
    rows = list(rows)
    numbers = {row.lead for row in rows if row.lead}
    links = {number: text for find in LEAD_LINKS for number, text in find(numbers).items()}
    for row in rows:
        row.lead_shown = links.get(row.lead, "—")


def planned_words(purpose: str, details: Mapping[str, Any]) -> str:
    """What is planned, such as “Reminder, 1 day before”."""
    try:
        offset = durations.in_words(durations.parse(details.get("offset")))
    except ValueError:
        return said(purpose)
    return f"{said(purpose)}, {offset} before"
