"""Laying out a flow as layers from top to bottom: boxes, the labels of arrows, and the ways between them.

After Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures" (1981):
ranks, an order within each rank with few crossings, then coordinates. Three things are of our own: the main way
stands in one straight column, arrows to the same box share one trunk, and arrows that lead back run in lanes
beside the picture. Same input, same picture; all lengths are pixels.
"""

from workflows.core.layout.drawing import lay_out
from workflows.core.layout.shapes import Arrow, Box, Layout, Rectangle, Route

__all__ = ["Arrow", "Box", "Layout", "Rectangle", "Route", "lay_out"]
