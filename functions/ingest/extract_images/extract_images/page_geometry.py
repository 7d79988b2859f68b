"""Where things are on a page as displayed: matrices, boxes near each other, groups of them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from passages.page_boxes import Box

BANDS = 64
SKEW = 0.01


class Matrix(NamedTuple):
    """Maps x, y to a·x + c·y + e, b·x + d·y + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @property
    def is_upright(self) -> bool:
        """Or turned by quarters."""
        a, b, c, d, *_ = self
        return abs(b) + abs(c) <= SKEW * (abs(a) + abs(d)) or abs(a) + abs(d) <= SKEW * (abs(b) + abs(c))

    @property
    def turn(self) -> tuple[bool, bool, bool]:
        """The nearest of the eight ways an image can be turned and mirrored: whether it lies on its side, and whether
        its rows and its columns run backwards."""
        a, b, c, d, *_ = self
        lies = abs(a) + abs(d) < abs(b) + abs(c)
        return (lies, b < 0, c < 0) if lies else (lies, a < 0, d < 0)


UPRIGHT = (False, False, False)


def mapped(box: tuple[float, float, float, float], matrix: tuple[float, float, float, float, float, float]) -> Box:
    """The box around a box that a matrix has moved, turned or scaled."""
    x0, y0, x1, y1 = box
    a, b, c, d, e, f = matrix
    xs = (a * x0 + c * y0, a * x1 + c * y0, a * x0 + c * y1, a * x1 + c * y1)
    ys = (b * x0 + d * y0, b * x1 + d * y0, b * x0 + d * y1, b * x1 + d * y1)
    return Box(min(xs) + e, min(ys) + f, max(xs) + e, max(ys) + f)


class Bands:
    """Boxes of a page, found by the horizontal bands that they are in."""

    def __init__(self, page: Box, boxes: Iterable[Box]) -> None:
        self._top, self._height = page.y0, max(page.height, 1.0) / BANDS
        self.boxes = list(boxes)
        self._bands: dict[int, list[int]] = defaultdict(list)
        for number, box in enumerate(self.boxes):
            for band in self._of(box):
                self._bands[band].append(number)

    def near(self, box: Box) -> list[int]:
        """The numbers of those that touch the box, in their order."""
        numbers = {number for band in self._of(box) for number in self._bands.get(band, ())}
        return sorted(number for number in numbers if self.boxes[number].touches(box))

    def share(self, box: Box) -> float:
        """The part of a box's area that they cover; where they overlap it counts twice."""
        if not box.area:
            return 0.0
        return sum(self.boxes[number].within(box).area for number in self.near(box)) / box.area

    def _of(self, box: Box) -> range:
        first, last = (int((edge - self._top) / self._height) for edge in (box.y0, box.y1))
        return range(min(BANDS - 1, max(0, first)), min(BANDS - 1, max(0, last)) + 1)


class Joined:
    """Things that are numbered from 0, and joined to groups. The number of one stands for its group."""

    def __init__(self, things: int = 0) -> None:
        self._parents = list(range(things))

    def __len__(self) -> int:
        return len(self._parents)

    def add(self) -> int:
        """One more, which is in no group yet."""
        self._parents.append(len(self._parents))
        return self._parents[-1]

    def join(self, one: int, other: int) -> None:
        self._parents[self.root(one)] = self.root(other)

    def root(self, thing: int) -> int:
        parents = self._parents
        while parents[thing] != thing:
            parents[thing] = thing = parents[parents[thing]]
        return thing
