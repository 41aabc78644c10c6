"""Stored structures shown to people: names and values, never braces."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workflows.admin.words import instant, said

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
NOTHING = SafeString("—")


def folded(content: Any) -> SafeString:
    """Any stored structure as nested rows of words, for people: names to the left, values to the right."""
    if isinstance(content, dict):
        rows = ((said(str(name)), folded(item)) for name, item in content.items())
        body = format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
        return format_html('<dl class="ord-facts">{}</dl>', body)
    if isinstance(content, list | tuple):
        items = format_html_join("", "<li>{}</li>", ((folded(item),) for item in content))
        return format_html("<ul>{}</ul>", items) if content else NOTHING
    if content is None or content == "":
        return NOTHING
    if isinstance(content, bool):
        return format_html("{}", "yes" if content else "no")
    if isinstance(content, str) and INSTANT.fullmatch(content):
        return format_html("{}", instant(datetime.fromisoformat(content)))
    return format_html("{}", content)
