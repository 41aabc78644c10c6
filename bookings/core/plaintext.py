"""What may stand in a single line: the cleaning that headers, invites and mails share."""

from __future__ import annotations

import re

_BREAKS_AND_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
# Overrides and isolates turn the order of what follows; a name could so disguise the words after it.
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str, limit: int | None = None) -> str:
    """`text` on one line: no line break, control character or direction override, no doubled blank.

    Longer than `limit` characters, it is cut and ends with an ellipsis; `limit` includes it.
    """
    line = _BREAKS_AND_CONTROLS.sub(" ", _DIRECTION_MARKS.sub("", text)).strip()
    if limit is not None and len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return line


def many_lines(text: str) -> str:
    """`text` with its line breaks as `\\n` and without any other control character but the tab."""
    lines = re.split(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", text)
    return "\n".join(re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "", line) for line in lines)
