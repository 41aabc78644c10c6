"""Boxes, labels and trunks as items of layers: boxes on the even ones, labels below them on the odd ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflows.core.layout.ranks import leading_back, main_way, ranks, ways_out
from workflows.core.layout.shapes import Arrow, Box

BOX, LABEL, TRUNK = "box", "label", "trunk"
TRUNK_WIDTH = 10
BEFORE, ON, AFTER = -1, 0, 1


@dataclass(eq=False)
class Item:
    """One place in a layer. `side` tells whether it stands before, on or after the main way."""

    kind: str
    name: str
    layer: int
    width: float
    height: float
    side: int = AFTER
    above: list[Item] = field(default_factory=list)
    below: list[Item] = field(default_factory=list)
    place: int = 0
    x: float = 0


@dataclass
class Layers:
    """A flow in layers. `labels` and `boxes` are items by key and name; `trunks` by target and layer."""

    rows: list[list[Item]]
    boxes: dict[str, Item]
    labels: dict[str, Item]
    trunks: dict[tuple[str, int], Item]
    back: set[str]
    main: tuple[str, ...]


def layers_of(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Layers:
    """The items of a flow, joined from layer to layer; the order within a layer is that of discovery."""
    ways = ways_out(boxes, arrows)
    back = leading_back(boxes, ways)
    main = main_way(boxes, ways, back)
    rank = ranks(boxes, ways, back)
    on_main = {boxes[0].name, *(arrow.target for arrow in main)}
    found = Layers(
        [[] for _ in range(2 * max(rank.values()) + 2)], {}, {}, {}, back,
        (boxes[0].name, *(arrow.target for arrow in main)),
    )  # fmt: skip
    for box in boxes:
        item = Item(BOX, box.name, 2 * rank[box.name], box.width, box.height)
        item.side = ON if box.name in on_main else AFTER
        found.boxes[box.name] = item
    main_keys = {arrow.key for arrow in main}
    for box in boxes:
        for arrow in ways[box.name]:
            _join(found, arrow, arrow.key in main_keys, on_main)
    for item in _in_order_of_discovery(found, boxes, ways):
        found.rows[item.layer].append(item)
    return found


def _join(found: Layers, arrow: Arrow, is_main: bool, on_main: set[str]) -> None:
    source, target = found.boxes[arrow.source], found.boxes[arrow.target]
    label = Item(LABEL, arrow.key, source.layer + 1, arrow.width, arrow.height)
    label.side = ON if is_main else AFTER
    found.labels[arrow.key] = label
    _connect(source, label)
    if arrow.key in found.back:
        label.side = BEFORE if arrow.source in on_main else AFTER
        return
    last = label
    for layer in range(label.layer + 1, target.layer):
        trunk = found.trunks.get((arrow.target, layer))
        if trunk is None:
            trunk = Item(TRUNK, arrow.target, layer, TRUNK_WIDTH, 0)
            found.trunks[arrow.target, layer] = trunk
        if is_main:
            trunk.side = ON
        _connect(last, trunk)
        last = trunk
    _connect(last, target)


def _connect(above: Item, below: Item) -> None:
    if below not in above.below:
        above.below.append(below)
        below.above.append(above)


def _in_order_of_discovery(
    found: Layers, boxes: Sequence[Box], ways: Mapping[str, Sequence[Arrow]]
) -> list[Item]:
    """All items, depth first from the first box: what hangs together comes together."""
    order: dict[int, Item] = {}
    for box in boxes:
        stack = [found.boxes[box.name]]
        while stack:
            item = stack.pop()
            if id(item) not in order:
                order[id(item)] = item
                stack += reversed(item.below)
    return list(order.values())
