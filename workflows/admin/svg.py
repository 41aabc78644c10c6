"""A flow as one SVG: boxes, arrows with their labels, all of them links. The colours are in picture.css.

It is for the eye and the pointer. Beside it stands the same as a list, for keyboard and screen reader, so the
picture itself is hidden from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from workflows.core.layout import Arrow, Box, Layout, Rectangle, Route, lay_out
from workflows.core.layout.lettering import width_of, wrapped

NAME, SMALL = 13, 11
LINE = 15
MOST_NAME, MOST_LABEL = 150, 150
ICON_ROOM, SIDE_ROOM = 40, 14
LEAST_BOX = 128
THINNEST, THICKEST = 1.5, 9.0
HEAD = 8

FADED, TAKEN = "faded", "taken"
ADDED, CHANGED, REMOVED, BAD = "added", "changed", "removed", "bad"


@dataclass(frozen=True)
class StageShape:
    """A box: what it says, the kind that gives its colour, and a tone such as ADDED."""

    name: str
    title: str
    what: str
    kind: str
    icon: str
    url: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class WayShape:
    """An arrow: `weight` from 0 to 1 gives its thickness, `figure` is told under its label."""

    key: str
    source: str
    target: str
    outcome: str
    when: str = ""
    url: str = ""
    figure: str = ""
    weight: float = 0
    tone: str = ""
    is_main: bool = False


def render(stages: Sequence[StageShape], ways: Sequence[WayShape], *, title: str) -> SafeString:
    """The picture in a box that scrolls by itself where the page is narrower, and then says so."""
    if not stages:
        return mark_safe("")
    names = {stage.name: stage.title for stage in stages}
    layout = lay_out([_box(stage) for stage in stages], [_arrow(way) for way in ways])
    drawn = sorted(ways, key=lambda way: (way.tone != FADED, bool(way.tone)))
    arrows = _joined(_way(way, layout.routes[way.key], names) for way in drawn)
    labels = _joined(_label(way, layout.routes[way.key], names) for way in drawn)
    boxes = _joined(_stage(stage, layout.boxes[stage.name]) for stage in stages)
    return format_html(
        '<div class="ord-picture-frame" style="--pic-width: {}px">'
        '<p class="ord-picture-hint"><span class="material-symbols-outlined" aria-hidden="true">swipe</span> '
        "Wider than the page: scroll sideways for the rest.</p>"
        '<div class="ord-picture" role="region" tabindex="0" aria-label="{}">'
        '<svg width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}{}{}</svg></div></div>',
        _size(layout)[0], title, *_size(layout), *_size(layout), arrows, labels, boxes,
    )  # fmt: skip


def _size(layout: Layout) -> tuple[int, int]:
    return int(layout.width), int(layout.height)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _name_lines(stage: StageShape) -> list[str]:
    return wrapped(stage.title, NAME, MOST_NAME, 2)


def _under(stage: StageShape) -> list[str]:
    """What stands under the name: what the stage does, if its name does not tell, and the note."""
    what = wrapped(stage.what, SMALL, MOST_NAME, 1) if stage.what and stage.what != stage.title else []
    return [*what, *([stage.note] if stage.note else [])]


def _box(stage: StageShape) -> Box:
    names, under = _name_lines(stage), _under(stage)
    text = max([*(width_of(line, NAME) * 1.06 for line in names), *(width_of(line, SMALL) for line in under)])
    height = max(44, 18 + LINE * (len(names) + len(under)))
    return Box(stage.name, round(max(LEAST_BOX, ICON_ROOM + text + SIDE_ROOM)), height)


def _label_lines(way: WayShape) -> list[tuple[str, str]]:
    """The lines of a label, each with the name of its style."""
    lines = [("outcome", line) for line in wrapped(way.outcome, NAME, MOST_LABEL, 2)]
    lines += [("when", line) for line in wrapped(way.when, SMALL, MOST_LABEL, 3)]
    return [*lines, *([("figure", way.figure)] if way.figure else [])]


def _arrow(way: WayShape) -> Arrow:
    lines = _label_lines(way)
    width = max(width_of(line, NAME if style == "outcome" else SMALL) for style, line in lines) + 10
    return Arrow(way.key, way.source, way.target, round(width), LINE * len(lines) + 4, way.is_main)


def _way(way: WayShape, route: Route, names: dict[str, str]) -> SafeString:
    thickness = THINNEST + (THICKEST - THINNEST) * way.weight
    x, y = route.points[-1]
    half = HEAD / 2 + thickness / 2
    body = format_html(
        '<path class="ord-arrow-line" d="{0}" stroke-width="{1}"/><path class="ord-arrow-reach" d="{0}"/>'
        '<path class="ord-arrow-head" d="M{2} {3}L{4} {3}L{5} {6}Z"/>',
        route.path(short_of=HEAD - 1), f"{thickness:.2f}", f"{x - half:g}", f"{y - HEAD:g}", f"{x + half:g}",
        f"{x:g}", f"{y - 1:g}",
    )  # fmt: skip
    back = " ord-way-back" if route.goes_back else ""
    return _linked(way.url, f"ord-way{back}{_tone(way.tone)}", _told(way, names), body)


def _told(way: WayShape, names: dict[str, str]) -> str:
    condition = f" {way.when}" if way.when else ""
    figure = f" ({way.figure})" if way.figure else ""
    start, end = names.get(way.source, way.source), names.get(way.target, way.target)
    return f"{start}: {way.outcome}{condition} → {end}{figure}"


def _label(way: WayShape, route: Route, names: dict[str, str]) -> SafeString:
    place = route.label
    rows = (
        (style, f"{place.middle:g}", f"{place.y + LINE * number + 13:g}", line)
        for number, (style, line) in enumerate(_label_lines(way))
    )
    text = format_html_join("", '<text class="ord-label-{}" x="{}" y="{}">{}</text>', rows)
    ground = format_html('<rect class="ord-label-ground" rx="4" {}/>', _geometry(place))
    return _linked(way.url, f"ord-label{_tone(way.tone)}", _told(way, names), ground + text)


def _stage(stage: StageShape, place: Rectangle) -> SafeString:
    names, under = _name_lines(stage), _under(stage)
    x = place.x + ICON_ROOM
    first = place.y + (place.height - LINE * (len(names) + len(under))) / 2 + 12
    rows = [("ord-box-name", line) for line in names]
    rows += [
        ("ord-box-note" if stage.note and line == stage.note else "ord-box-what", line) for line in under
    ]
    text = format_html_join(
        "", '<text class="{}" x="{}" y="{}">{}</text>',
        ((style, f"{x:g}", f"{first + LINE * number:g}", line) for number, (style, line) in enumerate(rows)),
    )  # fmt: skip
    icon = format_html(
        '<text class="material-symbols-outlined ord-box-icon" x="{}" y="{}">{}</text>',
        f"{place.x + 12:g}", f"{place.y + place.height / 2 + 9:g}", stage.icon,
    )  # fmt: skip
    body = format_html('<rect class="ord-box-ground" rx="8" {}/>', _geometry(place)) + icon + text
    return _linked(stage.url, f"ord-box ord-box-{stage.kind}{_tone(stage.tone)}", stage.title, body)


def _geometry(place: Rectangle) -> SafeString:
    return format_html(
        'x="{}" y="{}" width="{}" height="{}"',
        *(f"{number:g}" for number in (place.x, place.y, place.width, place.height)),
    )


def _tone(tone: str) -> str:
    return f" ord-tone-{tone}" if tone else ""


def _linked(url: str, classes: str, told: str, body: SafeString) -> SafeString:
    if not url:
        return format_html('<g class="{}"><title>{}</title>{}</g>', classes, told, body)
    return format_html(
        '<a href="{}" tabindex="-1" class="{}"><title>{}</title>{}</a>', url, classes, told, body
    )
