"""A flow is laid out so that it can be read: nothing overlaps, every arrow is there, the main way is straight."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings

from workflows.core.layout import Arrow, Box, Layout, Rectangle, Route, lay_out
from workflows.core.layout.layers import layers_of
from workflows.core.layout.ordering import crossings, put_in_order
from workflows.tests.core.layout.flows import EXAMPLE, Flow, chain, flows, rectangles


@settings(max_examples=25)
@given(flows())
def test_whatever_the_flow_nothing_overlaps_and_every_arrow_arrives(flow: Flow) -> None:
    boxes, arrows = flow
    layout = lay_out(boxes, arrows)
    assert_readable(layout, arrows)
    assert layout == lay_out(boxes, arrows)


@pytest.mark.parametrize("flow", [EXAMPLE, chain(12), chain(40)], ids=["example", "twelve", "forty"])
def test_workflows_of_usual_size_are_readable(flow: Flow) -> None:
    layout = lay_out(*flow)
    assert_readable(layout, flow[1])
    assert layout.width <= 1400


def assert_readable(layout: Layout, arrows: list[Arrow]) -> None:
    for one, other in combinations(rectangles(layout), 2):
        assert not one.overlaps(other)
    for place in rectangles(layout):
        assert place.x >= 0 and place.y >= 0
        assert place.right <= layout.width and place.bottom <= layout.height
    assert set(layout.routes) == {arrow.key for arrow in arrows}
    for arrow in arrows:
        assert_arrives(arrow, layout)
    assert {layout.boxes[name].middle for name in layout.main} == {layout.boxes[layout.main[0]].middle}


def assert_arrives(arrow: Arrow, layout: Layout) -> None:
    """From the bottom of the source, through its label, to the top of the target, and through no box."""
    route, source, target = (
        layout.routes[arrow.key],
        layout.boxes[arrow.source],
        layout.boxes[arrow.target],
    )
    (x, y), (end_x, end_y) = route.points[0], route.points[-1]
    assert (x, y) == (source.middle, source.bottom)
    assert end_y == target.y and target.x < end_x < target.right
    assert passes(route, route.label)
    assert not [name for name, box in layout.boxes.items() if passes(route, inside(box))]
    assert all(-1 <= x <= layout.width and -1 <= y <= layout.height for x, y in route.points)


def passes(route: Route, place: Rectangle) -> bool:
    """Whether the line touches the place; of a curve its whole surroundings count."""
    for (x, y), (to_x, to_y) in pairwise(route.points):
        low, high = sorted((y, to_y))
        left, right = sorted((x, to_x))
        if left < place.right and right > place.x and low < place.bottom and high > place.y:
            return True
        if x == to_x and place.x <= x <= place.right and low <= place.y and high >= place.bottom:
            return True
    return False


def inside(box: Rectangle) -> Rectangle:
    return Rectangle(box.x + 1, box.y + 1, box.width - 2, box.height - 2)


def test_the_happy_path_of_the_example_goes_straight_down() -> None:
    layout = lay_out(*EXAMPLE)
    assert layout.main == (
        "qualification", "routing", "offer", "confirmation", "meeting", "handoff", "won",
    )  # fmt: skip
    tops = [layout.boxes[name].y for name in layout.main]
    assert tops == sorted(tops)
    others = [box for name, box in layout.boxes.items() if name not in layout.main]
    assert all(box.middle > layout.boxes["won"].middle for box in others)


def test_only_what_closes_a_circle_goes_back() -> None:
    layout = lay_out(*EXAMPLE)
    assert {key for key, route in layout.routes.items() if route.goes_back} == {
        "meeting/reschedule_requested/4",
        "no-show/rebook_requested/1",
        "success-offer/booked/0",
        "follow-up-offer/booked/0",
    }


def test_arrows_to_the_same_box_share_a_trunk_that_is_straight() -> None:
    """Six ways end in “lost”; far from it they are one line."""
    layout = lay_out(*EXAMPLE)
    to_lost = [arrow.key for arrow in EXAMPLE[1] if arrow.target == "lost"]
    ends = {layout.routes[key].points[-1] for key in to_lost}
    trunks = {layout.routes[key].points[-2][0] for key in ("nurture/done/0", "meeting/cancelled/6")}
    assert len(to_lost) >= 6
    assert (len(ends), len(trunks)) == (1, 1)


def test_the_example_has_few_crossings() -> None:
    layers = layers_of(*EXAMPLE)
    for row in layers.rows:
        for place, item in enumerate(row):
            item.place = place
    before = crossings(layers.rows)
    put_in_order(layers)
    assert crossings(layers.rows) <= 15 < before


def test_what_can_be_drawn_without_crossings_is() -> None:
    boxes = [Box(name, 100, 40) for name in ("top", "left", "right", "low left", "low right")]
    pairs = [("top", "left"), ("top", "right"), ("left", "low right"), ("right", "low left")]
    layers = layers_of(boxes, [Arrow(f"{a}/{b}", a, b, 40, 20) for a, b in pairs])
    put_in_order(layers)
    assert crossings(layers.rows) == 0


def test_a_box_that_leads_to_itself_has_its_arrow_beside_it() -> None:
    layout = lay_out([Box("a", 100, 40)], [Arrow("a/again", "a", "a", 50, 20)])
    assert layout.routes["a/again"].goes_back
    assert_readable(layout, [Arrow("a/again", "a", "a")])


def test_nothing_is_an_empty_picture() -> None:
    assert lay_out([], []).boxes == {}


def test_an_arrow_to_nowhere_is_refused() -> None:
    with pytest.raises(KeyError):
        lay_out([Box("a", 100, 40)], [Arrow("a/x", "a", "b")])
