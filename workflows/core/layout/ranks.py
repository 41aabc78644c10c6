"""Which boxes stand above which: the main way, the arrows that lead back, and each box's rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflows.core.layout.shapes import Arrow, Box


def ways_out(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> dict[str, list[Arrow]]:
    """The arrows of each box, main ones first, otherwise in the order given."""
    ways: dict[str, list[Arrow]] = {box.name: [] for box in boxes}
    for arrow in arrows:
        ways[arrow.source].append(arrow)
    return {name: sorted(each, key=lambda arrow: not arrow.is_main) for name, each in ways.items()}


def leading_back(boxes: Sequence[Box], ways: Mapping[str, Sequence[Arrow]]) -> set[str]:
    """The keys of arrows that close a circle when boxes are visited depth first, main ways first."""
    back: set[str] = set()
    open_boxes: set[str] = set()
    done: set[str] = set()
    for box in boxes:
        if box.name in done:
            continue
        stack = [(box.name, iter(ways[box.name]))]
        open_boxes.add(box.name)
        while stack:
            name, remaining = stack[-1]
            arrow = next(remaining, None)
            if arrow is None:
                stack.pop()
                open_boxes.discard(name)
                done.add(name)
            elif arrow.target in open_boxes:
                back.add(arrow.key)
            elif arrow.target not in done:
                open_boxes.add(arrow.target)
                stack.append((arrow.target, iter(ways[arrow.target])))
    return back


def main_way(boxes: Sequence[Box], ways: Mapping[str, Sequence[Arrow]], back: set[str]) -> list[Arrow]:
    """The arrows from the first box on, each the main one of its box, until none goes on downwards."""
    way: list[Arrow] = []
    name = boxes[0].name
    while True:
        arrow = next((each for each in ways[name] if each.is_main and each.key not in back), None)
        if arrow is None:
            return way
        way.append(arrow)
        name = arrow.target


def ranks(boxes: Sequence[Box], ways: Mapping[str, Sequence[Arrow]], back: set[str]) -> dict[str, int]:
    """Each box as high as the arrows that lead down to it allow; those without any stand at the top."""
    coming: dict[str, int] = {box.name: 0 for box in boxes}
    for arrow in (arrow for each in ways.values() for arrow in each if arrow.key not in back):
        coming[arrow.target] += 1
    found = {box.name: 0 for box in boxes}
    ready = [box.name for box in boxes if not coming[box.name]]
    for name in ready:
        for arrow in ways[name]:
            if arrow.key in back:
                continue
            found[arrow.target] = max(found[arrow.target], found[name] + 1)
            coming[arrow.target] -= 1
            if not coming[arrow.target]:
                ready.append(arrow.target)
    return found
