"""Flows to lay out: the example, and any that chance makes."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from workflows.core.graph import StageSpec
from workflows.core.layout import Arrow, Box, Layout, Rectangle
from workflows.tests.core.graphs import INBOUND_DEMO

Flow = tuple[list[Box], list[Arrow]]


def flow_of(stages: Sequence[StageSpec]) -> Flow:
    """Boxes and arrows of a workflow; main is the last branch of each stage's first outcome."""
    boxes = [Box(stage.name, 150, 48) for stage in stages]
    arrows = []
    for stage in stages:
        first = [branch for branch in stage.branches if branch.outcome == stage.branches[0].outcome]
        for place, branch in enumerate(stage.branches):
            key = f"{stage.name}/{branch.outcome}/{place}"
            arrows.append(Arrow(key, stage.name, branch.to, 90, 34, branch is first[-1]))
    return boxes, arrows


EXAMPLE = flow_of(INBOUND_DEMO)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Up to 40 boxes with arrows anywhere: circles, arrows to the box itself, and several to the same one."""
    count = draw(st.integers(1, 40))
    sizes = st.sampled_from((120, 150, 200))
    boxes = [Box(f"box{n}", draw(sizes), draw(st.sampled_from((44, 60)))) for n in range(count)]
    arrows = []
    for box in boxes:
        targets = draw(st.lists(st.integers(0, count - 1), max_size=4))
        arrows += [
            Arrow(f"{box.name}/{n}", box.name, f"box{target}", draw(sizes) / 2, 20 + 15 * (n % 3), n == 0)
            for n, target in enumerate(targets)
        ]
    return boxes, arrows


def rectangles(layout: Layout) -> list[Rectangle]:
    """Everything that has to be readable: boxes and labels."""
    return [*layout.boxes.values(), *(route.label for route in layout.routes.values())]


def chain(length: int) -> Flow:
    """A flow of so many boxes, each with a way aside that joins again and one that gives up."""
    names = [f"box{n}" for n in range(length)]
    boxes = [Box(name, 150, 48) for name in names]
    arrows = []
    for n, name in enumerate(names[:-1]):
        arrows.append(Arrow(f"{name}/on", name, names[n + 1], 60, 20, n % 3 != 2))
        arrows.append(Arrow(f"{name}/aside", name, names[min(n + 3, length - 1)], 90, 34))
        if n % 5 == 4:
            arrows.append(Arrow(f"{name}/again", name, names[n - 3], 90, 34))
    return boxes, arrows
