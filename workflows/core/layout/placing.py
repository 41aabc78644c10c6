"""Where each item of an ordered layer stands from left to right.

Every item wants to stand where its neighbours above and below are; the positions nearest to these wishes that
keep order and distance are found exactly, by pooling adjacent violators (Ayer et al. 1955).
"""

from __future__ import annotations

from itertools import pairwise

from workflows.core.layout.layers import BOX, ON, TRUNK, Item, Layers

SWEEPS = 24
ROOM = 20
STRAIGHTENINGS = 3
PINNED = 1e6
STIFF = 6


def place(layers: Layers) -> None:
    """Gives every item its `x`, the middle; the main way stands at 0."""
    for row in layers.rows:
        _settle(row, [0.0] * len(row))
    for sweep in range(SWEEPS):
        rows = layers.rows if sweep % 2 == 0 else layers.rows[::-1]
        for row in rows:
            _settle(row, [_wish(item, sweep) for item in row])
    for row in layers.rows:
        for item in row:
            item.x = 0.0 if item.side == ON else float(round(item.x))
    for _ in range(STRAIGHTENINGS):
        for chain in _chains(layers):
            _straighten(chain, layers.rows)


def distance(left: Item, right: Item) -> float:
    """How far apart the middles of two neighbours must be; a little more, since positions are rounded."""
    return (left.width + right.width) / 2 + ROOM + 1


def _wish(item: Item, sweep: int) -> float:
    """The weighted mean of the neighbours, at first of those on the side that the sweep comes from."""
    if item.side == ON:
        return 0.0
    neighbours = item.above + item.below
    if sweep < SWEEPS // 2:
        neighbours = (item.above if sweep % 2 == 0 else item.below) or neighbours
    if not neighbours:
        return item.x
    weights = [_pull(item, other) for other in neighbours]
    return sum(w * other.x for w, other in zip(weights, neighbours, strict=True)) / sum(weights)


def _pull(item: Item, other: Item) -> float:
    """Long lines want to be straight most; what many share pulls each of them less."""
    if item.kind == TRUNK and other.kind == TRUNK:
        return STIFF
    return 1.0 if item.kind == BOX or len(other.above) + len(other.below) > 3 else 2.0


def _settle(row: list[Item], wishes: list[float]) -> None:
    """The positions nearest to the wishes, in the least squares, that keep the row's order and distances."""
    shift = 0.0
    shifts = [0.0]
    for left, right in pairwise(row):
        shift += distance(left, right)
        shifts.append(shift)
    pools: list[tuple[float, float, int]] = []
    for item, wish, offset in zip(row, wishes, shifts, strict=False):
        weight = PINNED if item.side == ON else (STIFF if item.kind == TRUNK else 1.0)
        value, size = wish - offset, 1
        while pools and pools[-1][0] > value:
            earlier, earlier_weight, earlier_size = pools.pop()
            value = (value * weight + earlier * earlier_weight) / (weight + earlier_weight)
            weight, size = weight + earlier_weight, size + earlier_size
        pools.append((value, weight, size))
    positions = [value for value, _, size in pools for _ in range(size)]
    for item, position, offset in zip(row, positions, shifts, strict=False):
        item.x = position + offset


def _chains(layers: Layers) -> list[list[Item]]:
    """The trunks of each target from the bottom up, those of the main way left out."""
    chains: dict[str, list[Item]] = {}
    for (target, _), trunk in sorted(layers.trunks.items(), key=lambda pair: -pair[0][1]):
        if trunk.side != ON:
            chains.setdefault(target, []).append(trunk)
    return list(chains.values())


def _straighten(chain: list[Item], rows: list[list[Item]]) -> None:
    """Gives as long stretches of a trunk as the neighbours leave room for one x each."""
    stretch: list[Item] = []
    low, high = -PINNED, PINNED
    for item in chain:
        least, most = _room(item, rows[item.layer])
        if stretch and (max(low, least) > min(high, most)):
            _align(stretch, low, high)
            stretch, low, high = [], -PINNED, PINNED
        stretch.append(item)
        low, high = max(low, least), min(high, most)
    _align(stretch, low, high)


def _room(item: Item, row: list[Item]) -> tuple[float, float]:
    least, most = -PINNED, PINNED
    if item.place:
        left = row[item.place - 1]
        least = left.x + distance(left, item)
    if item.place + 1 < len(row):
        right = row[item.place + 1]
        most = right.x - distance(item, right)
    return least, most


def _align(stretch: list[Item], low: float, high: float) -> None:
    wish = sorted(item.x for item in stretch)[len(stretch) // 2]
    for item in stretch:
        item.x = min(max(wish, low), high)
