"""The text in a file that people upload, whichever program wrote it."""

from __future__ import annotations

import codecs
import re

CURE = "Save it as “CSV UTF-8” and choose that file."
NO_TEXT = f"This is no text file, or its encoding is wrong: it holds characters that no text has. {CURE}"

_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class NoText(ValueError):
    """The file is no text in an encoding that is known; the sentences say so, and what to do."""


def decoded(content: bytes) -> str:
    """The text of UTF-8 or, with its mark, UTF-16; else of Windows-1252, as older spreadsheets have it.

    Raises NoText.
    """
    try:
        return in_utf(content)
    except UnicodeDecodeError:
        return _sound(content, "cp1252")


def in_utf(content: bytes) -> str:
    """The like of UTF-8 and UTF-16 only. Raises NoText, and UnicodeDecodeError where a text is not UTF-8."""
    if content[:2] in _UTF_16:
        return _sound(content[2:], _UTF_16[content[:2]])
    if b"\x00" in content:
        raise NoText(NO_TEXT)
    content.decode()  # raises with the place
    return _sound(content, "utf-8-sig")


def _sound(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise NoText(NO_TEXT) from None
    if _BINARY.search(text):
        raise NoText(NO_TEXT)
    return text
