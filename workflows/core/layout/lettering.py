"""How much room text takes, told without its font: a little generous, so that it fits in any."""

from __future__ import annotations

NARROW = frozenset("ijl.,:;'|!()[] ·“”‘’")
WIDE = frozenset("mwMW@%…—→")
ELLIPSIS = "…"


def width_of(text: str, size: float) -> float:
    """Pixels that the text takes at this font size, about; for the system's sans serif."""
    return size * sum(_share(letter) for letter in text)


def _share(letter: str) -> float:
    if letter in NARROW:
        return 0.34
    if letter in WIDE:
        return 0.92
    if ord(letter) > 0x2E7F:
        return 1.05
    return 0.7 if letter.isupper() else 0.57


def wrapped(text: str, size: float, most_width: float, most_lines: int) -> list[str]:
    """The text in lines that are no wider; what does not fit into so many lines ends in an ellipsis."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most_lines:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}", size) <= most_width:
            line = f"{line} {words.pop(0)}"
        lines.append(line)
    if words:
        lines[-1] = f"{lines[-1]} {words[0]}{ELLIPSIS}"
    return [_cut(line, size, most_width) for line in lines]


def _cut(line: str, size: float, most_width: float) -> str:
    if width_of(line, size) <= most_width:
        return line
    while len(line) > 1 and width_of(line + ELLIPSIS, size) > most_width:
        line = line.removesuffix(ELLIPSIS)[:-1].rstrip()
    return line + ELLIPSIS
