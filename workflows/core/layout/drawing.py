"""The finished picture: rows from top to bottom, routes through them, and lanes beside them for the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workflows.core.layout.layers import AFTER, BEFORE, BOX, Item, Layers, layers_of
from workflows.core.layout.ordering import put_in_order
from workflows.core.layout.placing import place
from workflows.core.layout.shapes import Arrow, Box, Layout, Point, Rectangle, Route

MARGIN = 16
BELOW_BOXES = 22
BELOW_LABELS = 30
TRACK = 9
LANE = 14
BESIDE_ARROW = 16


@dataclass(frozen=True, order=True)
class Lane:
    """A way up beside the picture, shared by all arrows that lead back to one box on one side."""

    target: str
    side: int


@dataclass
class Frame:
    """Tops and bottoms of the rows, and where lanes and their tracks run."""

    tops: list[float] = field(default_factory=list)
    bottoms: list[float] = field(default_factory=list)
    tracks: dict[tuple[int, Lane], float] = field(default_factory=dict)
    lanes: dict[Lane, float] = field(default_factory=dict)
    height: float = 0


def lay_out(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Layout:
    """The picture of a flow that begins at the first box. Sources and targets must be among the boxes.

    No two boxes or labels overlap, and no route passes through a box; the boxes of the main way, each reached
    by the main arrow of the one before, stand in one column. Raises KeyError for an arrow from or to nowhere.
    """
    if not boxes:
        return Layout(2 * MARGIN, 2 * MARGIN, {}, {}, ())
    layers = layers_of(boxes, arrows)
    put_in_order(layers)
    place(layers)
    back = [arrow for arrow in arrows if arrow.key in layers.back]
    frame = _frame(layers, back)
    _move_right_of_lanes(layers, frame)
    rectangles = {name: _rectangle(item, frame) for name, item in layers.boxes.items()}
    routes = {arrow.key: _route(arrow, layers, frame, rectangles) for arrow in arrows}
    width = max(
        [*frame.lanes.values(), *(item.x + item.width / 2 for row in layers.rows for item in row)], default=0
    )
    return Layout(round(width + MARGIN), round(frame.height), rectangles, routes, layers.main)


def _lane_of(arrow: Arrow, layers: Layers) -> Lane:
    return Lane(arrow.target, BEFORE if layers.labels[arrow.key].side == BEFORE else AFTER)


def _frame(layers: Layers, back: Sequence[Arrow]) -> Frame:
    """Rows with room between them for the tracks of the lanes that begin or end there.

    Gap n lies above layer n; arrows back leave into the gap below their label and arrive in the one above
    their target.
    """
    in_gap: dict[int, list[Lane]] = {}
    for arrow in back:
        lane = _lane_of(arrow, layers)
        for gap in (layers.labels[arrow.key].layer + 1, layers.boxes[arrow.target].layer):
            if lane not in in_gap.setdefault(gap, []):
                in_gap[gap].append(lane)
    frame = Frame()
    y: float = MARGIN
    for layer, row in enumerate([*layers.rows, []]):
        lanes = sorted(in_gap.get(layer, ()), key=lambda lane: (layers.boxes[lane.target].layer, lane))
        for number, lane in enumerate(lanes, 1):
            frame.tracks[layer, lane] = y + number * TRACK
        y += len(lanes) * TRACK + (TRACK if lanes else 0)
        if layer:
            y += BELOW_BOXES if layer % 2 else BELOW_LABELS
        if layer < len(layers.rows):
            frame.tops.append(y)
            y += max((item.height for item in row), default=0)
            frame.bottoms.append(y)
    used = max((layer for layer, row in enumerate(layers.rows) if row), default=0)
    last = max([frame.bottoms[used], *frame.tracks.values()])
    frame.height = last + MARGIN
    frame.lanes = _lanes(layers, back)
    return frame


def _lanes(layers: Layers, back: Sequence[Arrow]) -> dict[Lane, float]:
    """Short lanes inside, long ones outside, so that they do not cross; x of each."""
    spans: dict[Lane, int] = {}
    for arrow in back:
        lane = _lane_of(arrow, layers)
        span = layers.labels[arrow.key].layer - layers.boxes[arrow.target].layer
        spans[lane] = max(spans.get(lane, 0), span)
    edges = [(item.x - item.width / 2, item.x + item.width / 2) for row in layers.rows for item in row]
    left, right = min(edge[0] for edge in edges), max(edge[1] for edge in edges)
    found: dict[Lane, float] = {}
    for side, edge in ((BEFORE, left), (AFTER, right)):
        lanes = sorted((lane for lane in spans if lane.side == side), key=lambda lane: (spans[lane], lane))
        for number, lane in enumerate(lanes, 1):
            found[lane] = edge + side * number * LANE
    return found


def _move_right_of_lanes(layers: Layers, frame: Frame) -> None:
    """Nothing lies left of the margin afterwards."""
    items = [item for row in layers.rows for item in row]
    least = min([*frame.lanes.values(), *(item.x - item.width / 2 for item in items)])
    for item in items:
        item.x += MARGIN - least
    frame.lanes = {lane: x + MARGIN - least for lane, x in frame.lanes.items()}


def _rectangle(item: Item, frame: Frame) -> Rectangle:
    """Boxes hang from the top of their row, labels stand in its middle."""
    top, bottom = frame.tops[item.layer], frame.bottoms[item.layer]
    y = top if item.kind == BOX else top + (bottom - top - item.height) / 2
    return Rectangle(item.x - item.width / 2, y, item.width, item.height)


def _route(arrow: Arrow, layers: Layers, frame: Frame, boxes: dict[str, Rectangle]) -> Route:
    label, source, target = layers.labels[arrow.key], boxes[arrow.source], boxes[arrow.target]
    start = [(source.middle, source.bottom), *_through(layers.boxes[arrow.source], frame)[1:]]
    way = [*start, *_through(label, frame)]
    if arrow.key in layers.back:
        points = _back(way, _lane_of(arrow, layers), label.layer + 1, layers, frame, target)
        return Route(arrow.key, points, _rectangle(label, frame), goes_back=True)
    for layer in range(label.layer + 1, layers.boxes[arrow.target].layer):
        way += _through(layers.trunks[arrow.target, layer], frame)
    way.append((target.middle, target.y))
    return Route(arrow.key, _without_repeats(way), _rectangle(label, frame))


def _through(item: Item, frame: Frame) -> list[Point]:
    """Straight down through the item's row."""
    return [(item.x, frame.tops[item.layer]), (item.x, frame.bottoms[item.layer])]


def _back(
    way: list[Point], lane: Lane, gap: int, layers: Layers, frame: Frame, target: Rectangle
) -> tuple[Point, ...]:
    """Down to the track below the label, out to the lane, up, in again above the target, and down to it."""
    leaving, x = frame.tracks[gap, lane], frame.lanes[lane]
    arriving = frame.tracks[layers.boxes[lane.target].layer, lane]
    port = target.middle + lane.side * BESIDE_ARROW
    label_x = way[-1][0]
    (start_x, start_y), (_, row_bottom) = way[0], way[1]
    bend = row_bottom + (way[2][1] - row_bottom) / 2
    begin = [(start_x, start_y), (start_x, bend), (label_x, bend)] if start_x != label_x else [way[0]]
    return _without_repeats(
        [*begin, (label_x, leaving), (x, leaving), (x, arriving), (port, arriving), (port, target.y)]
    )


def _without_repeats(points: Iterable[Point]) -> tuple[Point, ...]:
    kept: list[Point] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    return tuple(kept)
