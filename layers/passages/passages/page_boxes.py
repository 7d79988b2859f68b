"""Boxes of a page, in points from its top left.

Plain tuples: PyMuPDF's own Rect costs a few microseconds each, which is most of the time on a page with hundreds of
images or paths.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Self


class Box(NamedTuple):
    """May be empty: then an edge is before its opposite, and the area is 0."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def of(cls, rect: Any) -> Self:
        """Of a rectangle of MuPDF's."""
        return cls(rect.x0, rect.y0, rect.x1, rect.y1)

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return max(0.0, self.x1 - self.x0) * max(0.0, self.y1 - self.y0)

    @property
    def sides(self) -> tuple[float, float]:
        """The shorter and the longer one."""
        return min(self.width, self.height), max(self.width, self.height)

    def within(self, other: "Box") -> "Box":
        """What is in both."""
        return Box(max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1))

    def grown(self, across: float, down: float) -> "Box":
        return Box(self.x0 - across, self.y0 - down, self.x1 + across, self.y1 + down)

    def touches(self, other: "Box") -> bool:
        return self.x0 <= other.x1 and other.x0 <= self.x1 and self.y0 <= other.y1 and other.y0 <= self.y1

    def meets(self, other: "Box") -> bool:
        """Whether they share more than an edge."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def covers(self, other: "Box", share: float = 1.0) -> bool:
        """Whether at least that share of the other's area is in this."""
        return self.within(other).area >= share * other.area > 0


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))
