"""What people call the objects that settings and conditions name; written by name or slug, kept as the slug."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workflows.core.conditions import Condition
from workflows.registry import REFERENCES
from workflows.settings_check import EXACT, NAMING

REFERENCE_NAMES: dict[str, Callable[[], Mapping[str, str]]] = {}
"""What people call the objects that a setting may name: {slug: name} in the order in which they are listed."""


REFERENCE_LISTS: dict[str, tuple[str, str]] = {}
"""Where the objects that a setting may name are made and changed: a link's words and the name of its address."""


def with_link(help: str, reference: str) -> str | SafeString:
    """A setting's help, with the link to where its objects are."""
    if reference not in REFERENCE_LISTS:
        return help
    words, name = REFERENCE_LISTS[reference]
    return format_html('{} <a class="ord-link" href="{}">{}</a>', help, reverse(name), words)


class NoSuchObject(ValueError):
    """A condition compares with a pool or segment that is not there; the text is a sentence with the cure."""


def names_of(reference: str) -> dict[str, str]:
    """What people call the objects of a reference, by slug; the slug itself where nobody says."""
    named = dict(REFERENCE_NAMES.get(reference, dict)())
    known = REFERENCES.get(reference, set)()
    return {slug: name for slug, name in named.items() if slug in known or not known} | {
        slug: slug for slug in sorted(known - named.keys())
    }


def with_slugs(condition: Condition) -> Condition:
    """The condition with slugs where somebody wrote the names of pools or segments. Raises NoSuchObject."""
    if condition.fact not in NAMING or condition.operator not in EXACT:
        return condition
    names = names_of(condition.fact)
    if not names:
        return condition
    value = condition.value
    if isinstance(value, tuple):
        return replace(condition, value=tuple(_slug(condition.fact, names, item) for item in value))
    return replace(condition, value=_slug(condition.fact, names, value))


def _slug(kind: str, names: Mapping[str, str], written: Any) -> Any:
    if not isinstance(written, str) or written in names:
        return written
    wanted = written.strip().casefold()
    found = [slug for slug, name in names.items() if wanted in (name.casefold(), slug.casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        raise NoSuchObject(
            f"several are called “{written}”; write the short name, one of: {', '.join(found)}"
        )
    there = ", ".join(f"“{name}”" for name in names.values())
    raise NoSuchObject(f"there is no {kind} “{written}”; there are: {there}")


def with_names(condition: Condition) -> Condition:
    """The condition as people read it: the names of pools and segments where it holds their slugs."""
    if condition.fact not in NAMING or condition.value is None:
        return condition
    names = names_of(condition.fact)
    value = condition.value
    if isinstance(value, tuple):
        return replace(condition, value=tuple(names.get(item, item) for item in value))
    return replace(condition, value=names.get(value, value))
