"""Colours of the brand made legible: contrast as WCAG 2.1 counts it, and shades that reach it.

Source of luminance and contrast: WCAG 2.1, definitions of “relative luminance” and “contrast ratio”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ENOUGH = 4.5  # of text, success criterion 1.4.3
ENOUGH_OF_A_SHAPE = 3.0  # of what marks a control, 1.4.11
WHITE, BLACK = "#ffffff", "#000000"

# The surfaces of static/ordinus/tokens.css that text in the brand's colour stands on.
LIGHT = ("#ffffff", "#f5f6f8", "#f0f2f5")
DARK = ("#171a20", "#0e1014", "#1f232b")

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS = 100


def normalised(colour: str, otherwise: str) -> str:
    """`colour` as #rrggbb in small letters, from #rgb or #rrggbb; `otherwise` if it is neither."""
    match = _HEX.fullmatch(colour.strip())
    if match is None:
        return otherwise
    digits = match[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb: 0 for black, 1 for white."""
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, whichever is the lighter: 1 (the same) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(background: str) -> str:
    """White or black, whichever can be read on `background`: contrast is ENOUGH for every colour.

    White wins where both would do, because people expect it on a button.
    """
    return WHITE if contrast(WHITE, background) >= ENOUGH else BLACK


def legible(colour: str, on: str, ratio: float = ENOUGH) -> str:
    """The nearest shade of `colour` that reaches `ratio` on the surface `on`.

    It is mixed with black on light surfaces and with white on dark ones, no more than it takes.
    """
    towards = BLACK if luminance(on) > luminance("#767676") else WHITE
    for step in range(_STEPS + 1):
        shade = mixed(colour, towards, step / _STEPS)
        if contrast(shade, on) >= ratio:
            return shade
    return towards


def palette(brand: str, surfaces: Sequence[str]) -> dict[str, str]:
    """The shades of #rrggbb that pages use on these surfaces, the one of cards first.

    `brand` with `on-brand` fills what is pressed, `brand-strong` the same under the pointer; `brand-edge` draws
    its outline; `brand-tint` is a faint fill; `brand-ink` is text on the tint and on every surface.
    """
    card = surfaces[0]
    tint = mixed(card, brand, 0.1)
    strong = mixed(brand, BLACK if text_on(brand) == WHITE else WHITE, 0.14)
    ink = brand
    for surface in (tint, *surfaces):
        ink = legible(ink, surface)
    return {
        "brand": brand,
        "on-brand": text_on(brand),
        "brand-strong": strong,
        "on-brand-strong": text_on(strong),
        "brand-edge": legible(brand, card, ENOUGH_OF_A_SHAPE),
        "brand-tint": tint,
        "brand-ink": ink,
    }


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it, in sRGB."""
    parts = (
        round(mine + (theirs - mine) * share)
        for mine, theirs in zip(_parts(colour), _parts(other), strict=True)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
