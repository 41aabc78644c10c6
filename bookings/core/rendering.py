"""Message templates: plain text with `{{ name }}` for a few known names, and no other syntax.

A value is put in once and never read as a template again; in HTML both it and the author's text are escaped.
"""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from bookings.core.plaintext import many_lines, one_line

NAMES = (
    "lead_name",
    "rep_name",
    "meeting",
    "starts_at",
    "ends_at",
    "manage_url",
    "reschedule_url",
    "cancel_url",
    "join_url",
    "reconfirm_url",
    "booking_url",
    "rebook_url",
)
LONGEST_SUBJECT = 200

_BRACES = re.compile(r"\{\{(?P<inside>[^{}\n]*)\}\}|(?P<stray>\{\{|\}\}|\{%|\{#)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n\s*")

_STRAY_SENTENCES = {
    "{{": "These braces are not closed. Write a name between them, as in {{ lead_name }}.",
    "}}": "These braces close nothing. Remove them, or open them before the name: {{ lead_name }}.",
    "{%": "{% is not allowed here. Only names in double braces are, as in {{ lead_name }}.",
    "{#": "{# is not allowed here. Only names in double braces are, as in {{ lead_name }}.",
}


class Problem(NamedTuple):
    """What is wrong in a template, at a line and column counted from 1, and what to do about it."""

    line: int
    column: int
    sentence: str


def problems(text: str) -> list[Problem]:
    """All that keeps `text` from being a template, in the order of the text; empty when nothing does."""
    found = []
    for match in _BRACES.finditer(text):
        stray = match["stray"]
        sentence = _STRAY_SENTENCES[stray] if stray else _complaint(match["inside"].strip())
        if sentence:
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
            found.append(Problem(line, column, sentence))
    return found


def names_used(text: str) -> set[str]:
    """The known names that `text` has places for."""
    return {name for match in _BRACES.finditer(text) if (name := (match["inside"] or "").strip()) in NAMES}


def render_text(text: str, values: Mapping[str, object]) -> str:
    """`text` with each `{{ name }}` replaced by its value on one line.

    A missing value, None and an unknown name become nothing; stray braces stay as they are.
    """
    return _rendered(many_lines(text), values, plain=str, marked=lambda name, value: value)


def render_subject(text: str, values: Mapping[str, object]) -> str:
    """`text` rendered for a mail header: one line of at most LONGEST_SUBJECT characters."""
    return one_line(render_text(text, values), LONGEST_SUBJECT)


def render_html(text: str, values: Mapping[str, object]) -> str:
    """`text` as safe HTML: paragraphs at blank lines, breaks at others, addresses in `…_url` values as links.

    Paragraphs that come out empty are left out.
    """
    paragraphs = _PARAGRAPH_BREAK.split(many_lines(text).strip())
    bodies = (_rendered(paragraph, values, plain=html.escape, marked=_html_value) for paragraph in paragraphs)
    return "\n".join(
        f'<p style="margin:0 0 16px">{body.strip().replace(chr(10), "<br>")}</p>'
        for body in bodies
        if body.strip()
    )


def _rendered(
    text: str,
    values: Mapping[str, object],
    *,
    plain: Callable[[str], str],
    marked: Callable[[str, str], str],
) -> str:
    """The author's pieces through `plain`, the values through `marked`, joined in one pass."""
    pieces, end = [], 0
    for match in _BRACES.finditer(text):
        if match["stray"]:
            continue
        pieces.append(plain(text[end : match.start()]))
        name = match["inside"].strip()
        value = values.get(name) if name in NAMES else None
        pieces.append(marked(name, "" if value is None else one_line(str(value))))
        end = match.end()
    pieces.append(plain(text[end:]))
    return "".join(pieces)


def _html_value(name: str, value: str) -> str:
    escaped = html.escape(value)
    # Only names that are addresses become links: a guest's name must not be able to.
    if name.endswith("_url") and _WEB_ADDRESS.fullmatch(value):
        return f'<a href="{escaped}" style="word-break:break-word">{escaped}</a>'
    return escaped


def _complaint(inside: str) -> str | None:
    if inside in NAMES:
        return None
    if not inside:
        return "There is no name between these braces. Write one, as in {{ lead_name }}."
    if not _NAME.fullmatch(inside):
        return f"“{inside}” is more than a name. Write one of the names alone: {_listed(NAMES)}."
    if near := difflib.get_close_matches(inside, NAMES, n=1):
        return f"There is no name “{inside}”. Did you mean “{near[0]}”?"
    return f"There is no name “{inside}”. These are known: {_listed(NAMES)}."


def _listed(names: Collection[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}"
