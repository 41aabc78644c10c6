"""Plots drawn by the server: figures of SVG and a table, which need no script and load nothing.

A figure has a title that says what it shows, its unit, bars from zero, one accent colour, labels beside what
they name, and the same numbers as a table beneath. Lengths are percentages, so that a figure is as wide as
the page while its text keeps its size, on a phone as on a desk. All text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from zlib import crc32

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workflows.core.scale import Scale, number, scale_of

ROW, BAR = 44, 12
PLOT, FOOT, HEAD = 180, 24, 20
NARROW = 0.72
"""Of the width for the longest horizontal bar; the rest is for the words at its end."""
GUTTER = 6
"""Percent of the width, at the left, for the numbers of the scale."""
MOST_NAMED, MOST_SAID = 8, 12
"""Columns that can each have their own name, and their own number, on a phone."""
FOLDED_FROM = 13
NOTHING = SafeString("")


@dataclass(frozen=True)
class Point:
    """One bar, or one instant of a line. `value` is None where there is nothing to say.

    `text` is how the number is said where it is not the bare number; `note` is said after it; `url` leads to
    what is behind it; `more` are further cells of its row in the table, each with its own address or "".
    """

    label: str
    value: float | None
    text: str = ""
    note: str = ""
    url: str = ""
    more: Sequence[tuple[str, str]] = ()
    mark: float | None = None
    """Where a bar would end if all were as it should be; drawn as a stroke across."""

    @property
    def said(self) -> str:
        if self.value is None:
            return self.text or "—"
        return self.text or number(self.value)


@dataclass(frozen=True)
class Words:
    """What stands around a picture: its title, the unit of its numbers, and what the table's columns are called."""

    title: str
    unit: str
    rows: str = ""
    remark: str = ""
    notes: str = "Share"
    more: Sequence[str] = ()
    empty: str = "Nothing to show for this time."
    is_folded: bool = False
    """Whether the table waits to be opened; a long one does in any case."""


def bars(words: Words, points: Sequence[Point], *, of: float | None = None) -> SafeString:
    """Horizontal bars, one below the other: for names. `of` is the number that a full bar stands for.

    Values below zero go to the left of the line of zero.
    """
    values = [point.value for point in points if point.value is not None]
    low, high = min([0.0, *values]), max([of or 0.0, *values, 0.0])
    scale = Scale(low, high, high - low) if high > low else Scale(0, 1, 1)
    drawn = _all(_row(place, point, scale) for place, point in enumerate(points))
    return _figure(words, points, drawn, height=len(points) * ROW)


def columns(words: Words, points: Sequence[Point]) -> SafeString:
    """Vertical bars, side by side: for hours, days, spans."""
    scale = scale_of(point.value for point in points if point.value is not None)
    drawn = _all(_column(place, point, scale, len(points)) for place, point in enumerate(points))
    return _figure(words, points, _grid(scale) + drawn, height=HEAD + PLOT + FOOT, is_tall=True)


def line(
    words: Words,
    points: Sequence[Point],
    *,
    name: str = "",
    before: Sequence[float | None] = (),
    before_name: str = "",
    beside: Iterable[float] = (),
) -> SafeString:
    """A line over time. `before` is the same span of the period before it, drawn grey and dashed.

    `beside` are values that have a place on the scale too: lines beside each other are read against each other.
    """
    values = [point.value for point in points]
    scale = scale_of(value for value in [*values, *before, *beside] if value is not None)
    drawn = [_grid(scale), _path(before, scale, "ord-plot-before"), _path(values, scale, "ord-plot-line")]
    drawn += [_dots(points, scale), _end(before, scale, before_name, "ord-plot-soft")]
    drawn += [_end(values, scale, name, "ord-plot-name"), _times(points)]
    told = list(points)
    if before:
        words = replace(words, more=(before_name, *words.more))
        told = [
            replace(point, more=((_said(then), ""), *point.more))
            for point, then in zip_longest(points, before[: len(points)])
        ]
    return _figure(words, told, _all(drawn), height=HEAD + PLOT + FOOT, is_tall=True)


def funnel(words: Words, points: Sequence[Point], *, whole: int = 0) -> SafeString:
    """Bars from the first step down, each with its share of all and, in the table, of the one before.

    `whole` is the place of the step that is all; steps up to it have no share of it.
    """
    told: list[Point] = []
    first = (points[whole].value or 0.0) if points else 0.0
    last = 0.0
    for place, point in enumerate(points):
        value = point.value or 0.0
        of_before = share(value, last) if place and last >= value else "—"
        shares = [share(value, first) if place > whole else "", of_before]
        told.append(
            replace(point, note=shares[0] and f"{shares[0]} of all", more=((shares[1], ""), *point.more))
        )
        last = value
    return bars(replace(words, more=("Of the step before", *words.more)), told)


def share(part: float, whole: float) -> str:
    """``41 %``; with a decimal below ten, where a whole per cent would be too coarse."""
    if not whole:
        return "—"
    percent = 100 * part / whole
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"


def _row(place: int, point: Point, scale: Scale) -> SafeString:
    top = place * ROW
    name = format_html('<text x="0" y="{}" class="ord-plot-label">{}</text>', top + 14, point.label)
    zero = scale.place(0) * NARROW
    end = scale.place(point.value or 0) * NARROW
    mark = scale.place(point.mark) * NARROW if point.mark is not None else None
    words = format_html(
        '<text x="{}%" y="{}" dx="8" class="ord-plot-value">{}<tspan dx="6" class="ord-plot-soft">{}</tspan></text>',
        _cut(max(zero, end, mark or 0)), top + 32, point.said, point.note,
    )  # fmt: skip
    bar = format_html(
        '<rect x="{}%" y="{}" width="{}%" height="{}" rx="2" class="ord-plot-bar"/>',
        _cut(min(zero, end)), top + 22, _cut(abs(end - zero)), BAR,
    )  # fmt: skip
    ground = format_html(
        '<line x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" class="ord-plot-zero"/>', _cut(zero), top + 20, top + 36
    )
    stroke = NOTHING if mark is None else format_html(
        '<line x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" class="ord-plot-due"/>', _cut(mark), top + 19, top + 37
    )  # fmt: skip
    return _linked(point, format_html("{}{}{}{}{}", name, bar, ground, stroke, words))


def _column(place: int, point: Point, scale: Scale, count: int) -> SafeString:
    width = (100 - GUTTER) / count
    middle, left = GUTTER + (place + 0.5) * width, GUTTER + (place + 0.15) * width
    zero, end = _height(0, scale), _height(point.value or 0, scale)
    bar = format_html(
        '<rect x="{}%" y="{}" width="{}%" height="{}" rx="2" class="ord-plot-bar"><title>{}: {}</title></rect>',
        _cut(left), _cut(min(zero, end)), _cut(width * 0.7), _cut(abs(end - zero)), point.label, point.said,
    )  # fmt: skip
    above = NOTHING
    if count <= MOST_SAID and point.value is not None:
        above = _text(middle, min(zero, end) - 6, point.said, "ord-plot-value ord-plot-middle ord-plot-small")
    every = -(-count // MOST_NAMED)
    below = (
        NOTHING
        if place % every
        else _text(middle, HEAD + PLOT + 17, point.label, "ord-plot-label ord-plot-middle")
    )
    return _linked(point, format_html("{}{}{}", bar, above, below))


def _grid(scale: Scale) -> SafeString:
    return format_html_join(
        "",
        '<line x1="0" x2="100%" y1="{0}" y2="{0}" class="ord-plot-grid"/>'
        '<text x="0" y="{0}" dy="-3" class="ord-plot-mark">{1}</text>',
        ((_cut(_height(mark, scale)), number(mark)) for mark in scale.marks),
    )


def _path(values: Sequence[float | None], scale: Scale, kind: str) -> SafeString:
    """A line that breaks where nothing is known. Its box is stretched; its stroke is not."""
    parts, is_down = [], False
    for place, value in enumerate(values):
        if value is not None:
            parts.append(
                f"{'L' if is_down else 'M'}{_cut(_across(place, len(values)) * 10)} {_cut(_height(value, scale))}"
            )
        is_down = value is not None
    if not parts:
        return NOTHING
    return format_html(
        '<svg x="0" y="0" width="100%" height="{0}" viewBox="0 0 1000 {0}" preserveAspectRatio="none">'
        '<path d="{1}" class="{2}"/></svg>',
        HEAD + PLOT, " ".join(parts), kind,
    )  # fmt: skip


def _dots(points: Sequence[Point], scale: Scale) -> SafeString:
    size = 4 if len(points) <= 31 else 2
    return _all(
        _linked(
            point,
            format_html(
                '<circle cx="{}%" cy="{}" r="{}" class="ord-plot-dot"><title>{}: {}</title></circle>',
                _cut(_across(place, len(points))), _cut(_height(point.value, scale)), size, point.label, point.said,
            ),
        )
        for place, point in enumerate(points)
        if point.value is not None
    )  # fmt: skip


def _end(values: Sequence[float | None], scale: Scale, name: str, kind: str) -> SafeString:
    """The line's name and last number, at its end."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not known:
        return NOTHING
    place, value = known[-1]
    across = _across(place, len(values))
    side = "ord-plot-last" if across > 50 else ""
    return _text(across, _height(value, scale) - 9, f"{name} {number(value)}".strip(), f"{kind} {side}")


def _times(points: Sequence[Point]) -> SafeString:
    """The first, middle and last label; more would meet on a phone."""
    if not points:
        return NOTHING
    last = len(points) - 1
    sides = {0: "", last: "ord-plot-last"} if last else {}
    return _all(
        _text(
            _across(place, len(points)), HEAD + PLOT + 17, points[place].label,
            f"ord-plot-label {sides.get(place, 'ord-plot-middle')}",
        )
        for place in sorted({0, len(points) // 2, last})
    )  # fmt: skip


def _figure(
    words: Words, points: Sequence[Point], drawn: SafeString, *, height: int, is_tall: bool = False
) -> SafeString:
    is_empty = not any(point.value is not None for point in points)
    return render_to_string(
        "admin/ordinus/plot.html",
        {
            "words": words,
            "name": f"plot-{crc32('|'.join([words.title, words.unit, str(drawn)]).encode()):08x}",
            "describes": _describe(words, points),
            "drawn": drawn,
            "height": height,
            "is_tall": is_tall,
            "is_empty": is_empty,
            "has_links": any(point.url for point in points),
            "has_notes": any(point.note for point in points),
            "points": points,
            "is_folded": words.is_folded or len(points) >= FOLDED_FROM,
        },
    )


def _describe(words: Words, points: Iterable[Point]) -> str:
    """The picture in a sentence, for those who hear it."""
    told = [f"{point.label}: {point.said}{f' ({point.note})' if point.note else ''}" for point in points]
    return f"{words.unit}. " + "; ".join(told[:MOST_SAID]) + ("; and so on" if len(told) > MOST_SAID else "")


def _all(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _linked(point: Point, drawn: SafeString) -> SafeString:
    return format_html('<a href="{}">{}</a>', point.url, drawn) if point.url else drawn


def _text(across: float, down: float, words: str, kind: str) -> SafeString:
    return format_html('<text x="{}%" y="{}" class="{}">{}</text>', _cut(across), _cut(down), kind, words)


def _height(value: float, scale: Scale) -> float:
    return HEAD + PLOT * (1 - scale.place(value) / 100)


def _across(place: int, count: int) -> float:
    """From the left, in percent; a little in from the right edge, so that no dot is cut."""
    return GUTTER + (98 - GUTTER) * (place / (count - 1) if count > 1 else 0.5)


def _said(value: float | None) -> str:
    return "—" if value is None else number(value)


def _cut(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
