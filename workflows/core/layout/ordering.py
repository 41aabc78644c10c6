"""The order within each layer: few crossings, the main way first, what leads back before it.

Barycentres swept down and up (Sugiyama et al. 1981), then neighbours exchanged while that helps; the best order
seen is kept.
"""

from __future__ import annotations

from collections.abc import Callable

from workflows.core.layout.layers import Item, Layers

SWEEPS = 12
EXCHANGES = 6
Rows = list[list[Item]]


def put_in_order(layers: Layers) -> None:
    """Sorts the rows in place, and numbers the places."""
    rows = layers.rows
    _sort(rows, lambda item: item.place)
    best, fewest = [list(row) for row in rows], crossings(rows)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        if sweep % 2:
            for row in reversed(rows):
                _arrange(row, lambda item: _mean(item.below, item.place))
        else:
            for row in rows:
                _arrange(row, lambda item: _mean(item.above, item.place))
        _exchange(rows)
        found = crossings(rows)
        if found < fewest:
            best, fewest = [list(row) for row in rows], found
    rows[:] = best
    _number(rows)


def crossings(rows: Rows) -> int:
    """How many pairs of lines between neighbouring layers cross."""
    return sum(
        _crossings_between(one, other) for row in rows for i, one in enumerate(row) for other in row[i + 1 :]
    )


def _sort(rows: Rows, key: Callable[[Item], float]) -> None:
    _number(rows)
    for row in rows:
        _arrange(row, key)


def _arrange(row: list[Item], key: Callable[[Item], float]) -> None:
    keys = {id(item): (item.side, key(item), item.place) for item in row}
    row.sort(key=lambda item: keys[id(item)])
    for place, item in enumerate(row):
        item.place = place


def _number(rows: Rows) -> None:
    for row in rows:
        for place, item in enumerate(row):
            item.place = place


def _mean(neighbours: list[Item], otherwise: float) -> float:
    return sum(item.place for item in neighbours) / len(neighbours) if neighbours else otherwise


def _exchange(rows: Rows) -> None:
    for _ in range(EXCHANGES):
        exchanged = [_exchange_in(row) for row in rows]
        if not any(exchanged):
            return


def _exchange_in(row: list[Item]) -> bool:
    is_better = False
    for place in range(len(row) - 1):
        left, right = row[place], row[place + 1]
        if left.side == right.side and _gain(left, right) > 0:
            row[place], row[place + 1] = right, left
            left.place, right.place = right.place, left.place
            is_better = True
    return is_better


def _gain(left: Item, right: Item) -> int:
    """How many crossings fewer there would be with the two exchanged."""
    pairs = [(left.above, right.above), (left.below, right.below)]
    now = sum(_inversions(one, other) for one, other in pairs)
    return now - sum(_inversions(other, one) for one, other in pairs)


def _crossings_between(left: Item, right: Item) -> int:
    """Of two items of a row, the crossings of their lines downwards."""
    return _inversions(left.below, right.below)


def _inversions(left: list[Item], right: list[Item]) -> int:
    return sum(one.place > other.place for one in left for other in right)
