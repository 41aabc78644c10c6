"""What goes into a layout and what comes out of it. Lengths are pixels, y grows downwards."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """Something to place: its name, which is unique, and its size."""

    name: str
    width: float
    height: float


@dataclass(frozen=True)
class Arrow:
    """A way from one box to another, with the size of its label. `key` is unique.

    Of the arrows of a box the first that `is_main` belongs to the main way.
    """

    key: str
    source: str
    target: str
    width: float = 0
    height: float = 0
    is_main: bool = False


@dataclass(frozen=True)
class Rectangle:
    """A place in the picture; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlaps(self, other: Rectangle) -> bool:
        """Whether they share more than an edge."""
        beside = self.right <= other.x or other.right <= self.x
        above = self.bottom <= other.y or other.bottom <= self.y
        return not (beside or above)


@dataclass(frozen=True)
class Route:
    """The way of an arrow: from the bottom of its source through its label to the top of its target.

    Points of a route that goes down are joined by curves that begin and end upright; one that `goes_back`
    has straight pieces with rounded corners.
    """

    key: str
    points: tuple[Point, ...]
    label: Rectangle
    goes_back: bool = False

    def path(self, *, short_of: float = 0, radius: float = 8) -> str:
        """The route as the `d` of an SVG path that ends `short_of` pixels above its target."""
        x, y = self.points[-1]
        points = (*self.points[:-1], (x, y - short_of))
        return _rounded(points, radius) if self.goes_back else _curved(points)


@dataclass(frozen=True)
class Layout:
    """The finished picture: its size, each box by name, and each arrow's route by key."""

    width: float
    height: float
    boxes: dict[str, Rectangle]
    routes: dict[str, Route]
    main: tuple[str, ...]


def _curved(points: tuple[Point, ...]) -> str:
    (x, y), *others = points
    pieces = [f"M{x:g} {y:g}"]
    for after_x, after_y in others:
        if after_x == x:
            pieces.append(f"V{after_y:g}")
        else:
            middle = (y + after_y) / 2
            pieces.append(f"C{x:g} {middle:g} {after_x:g} {middle:g} {after_x:g} {after_y:g}")
        x, y = after_x, after_y
    return "".join(pieces)


def _rounded(points: tuple[Point, ...], radius: float) -> str:
    pieces = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, end = _towards(corner, before, room), _towards(corner, after, room)
        pieces.append(f"L{start[0]:g} {start[1]:g}Q{corner[0]:g} {corner[1]:g} {end[0]:g} {end[1]:g}")
    pieces.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return "".join(pieces)


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, goal: Point, length: float) -> Point:
    """`length` from `start` on the way to `goal`, which lies straight beside, above or below it."""
    whole = _distance(start, goal) or 1
    return (
        start[0] + (goal[0] - start[0]) * length / whole,
        start[1] + (goal[1] - start[1]) * length / whole,
    )
