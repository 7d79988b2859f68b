"""Text that nobody sees: something is painted over it, it is transparent, or it has the colour of its ground.

Which text that may be is told first, from the places of what is painted and the colours of the text; only then is the
page rendered and looked at.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

_DPI, _LONGEST = 144, 4000  # and pixels of the longer side of the page
_THIN = 2.0  # points; what is thinner hides no text
_MANY = 300  # boxes
_SHARE = 0.5  # of a character's box, from which a painted box may hide it
_TEXTS, _INVISIBLE = ("fill-text", "stroke-text"), "ignore-text"
_IMAGES = ("fill-image", "fill-imgmask")
_FILLED_OR_STROKED = 48  # of a character's flags in PyMuPDF; neither is what text recognition lays over a scan
_CONTRAST = 12  # of 255 levels, from which a letter is seen on its ground
_UPPER, _LOWER, _SIDE = 0.3, 0.8, 0.15  # of a character's box: what is within has ink of every letter and digit
_RUN = 2  # letters and digits side by side that are hidden; a single one may be hollow

Blocks = list[dict[str, Any]]


class _Box(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float

    def share_in(self, other: "_Box") -> float:
        across = min(self.x1, other.x1) - max(self.x0, other.x0)
        down = min(self.y1, other.y1) - max(self.y0, other.y0)
        area = (self.x1 - self.x0) * (self.y1 - self.y0)
        return max(0.0, across) * max(0.0, down) / area if area > 0 else 0.0

    def meets(self, other: "_Box") -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


class Painted:
    """What a page of PyMuPDF paints where its text is, opaque or not: over it, or under it in the same colour."""

    def __init__(self, page: Any) -> None:
        boxes: dict[_Box, None] = {}
        later = 0  # than the first invisible text
        self._images: list[_Box] = []
        for kind, told in reversed(page.get_bboxlog()):
            box = _Box(*told)
            if kind in _IMAGES:
                self._images.append(box)
            if kind == _INVISIBLE:
                later = len(boxes)
            elif kind not in _TEXTS and min(box.x1 - box.x0, box.y1 - box.y0) > _THIN:
                boxes[box] = None
        self._around, self._over_invisible = _few(list(boxes)), _few(list(boxes)[:later])

    def may_hide(self, blocks: Blocks) -> bool:
        spans = (span for block in blocks for line in block.get("lines", ()) for span in line["spans"])
        return any(self._may_hide(span) for span in spans)

    def _may_hide(self, span: dict[str, Any]) -> bool:
        hiding, box = self.hiding(span), _Box(*span["bbox"])
        return hiding is None or any(other.meets(box) for other in hiding)

    def hiding(self, span: dict[str, Any]) -> list[_Box] | None:
        """The boxes that may hide parts of a span; None if it may be hidden without any: it is white, as the ground of
        most text is, or transparent. What text recognition lays over a scan may only be hidden by what is over it."""
        if not span["char_flags"] & _FILLED_OR_STROKED:
            box = _Box(*span["bbox"])
            return self._over_invisible if any(image.meets(box) for image in self._images) else None
        faint = span["alpha"] == 0 or min(span["color"].to_bytes(3)) > 255 - _CONTRAST
        return None if faint else self._around


def _few(boxes: list[_Box]) -> list[_Box] | None:
    """None if they are too many to be looked at one by one for each letter."""
    return boxes if len(boxes) <= _MANY else None


def hide(page: Any, blocks: Blocks, painted: Painted) -> None:
    """Puts spaces in place of the letters that are hidden. `blocks` are those of `get_text("rawdict")`."""
    view = _View(page)
    for block in blocks:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for run in _hidden_runs(span["chars"], view, painted.hiding(span)):
                    for character in run:
                        character["c"] = " "


def _hidden_runs(
    characters: list[dict[str, Any]], view: "_View", covers: list[_Box] | None
) -> Iterator[list[dict[str, Any]]]:
    """Characters side by side of which no letter and no digit is seen. Without covers, any of them may be hidden."""
    run: list[dict[str, Any]] = []
    for character in [*characters, None]:
        if character is not None and _is_hidden(character, view, covers):
            run.append(character)
            continue
        if sum(each["c"].isalnum() for each in run) >= _RUN:
            yield run
        run = []


def _is_hidden(character: dict[str, Any], view: "_View", covers: list[_Box] | None) -> bool:
    box = _Box(*character["bbox"])
    if box.x0 >= box.x1 or box.y0 >= box.y1:  # its font does not say where it is
        return False
    if covers is not None and not any(box.share_in(cover) >= _SHARE for cover in covers):
        return False
    return not character["c"].isalnum() or view.is_plain(box)


class _View:
    """A page as it is seen, in RGB: in grey, MuPDF shows colours alike that differ."""

    def __init__(self, page: Any) -> None:
        dpi = min(_DPI, 72 * _LONGEST / max(page.rect.width, page.rect.height, 1))
        self._pixmap = page.get_pixmap(dpi=max(1, int(dpi)), alpha=False)
        self._scale = self._pixmap.width / max(page.rect.width, 1)
        self._turn = page.rotation_matrix
        self._samples = self._pixmap.samples

    def is_plain(self, box: _Box) -> bool:
        """Whether the middle of a character's box shows one colour only."""
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        across, down = (box.x0 + _SIDE * wide, box.x1 - _SIDE * wide), (box.y0 + _UPPER * high, box.y0 + _LOWER * high)
        corners = [(x, y) for x in across for y in down]
        a, b, c, d, e, f = (float(value) for value in self._turn)
        xs, ys = zip(*((a * x + c * y + e, b * x + d * y + f) for x, y in corners), strict=True)
        left, right = (self._within(x, self._pixmap.width) for x in (min(xs), max(xs)))
        top, bottom = (self._within(y, self._pixmap.height) for y in (min(ys), max(ys)))
        starts = (self._pixmap.stride * row for row in range(top, bottom + 1))
        pixels = b"".join(self._samples[start + 3 * left : start + 3 * right + 3] for start in starts)
        return all(max(levels) - min(levels) < _CONTRAST for levels in (pixels[at::3] for at in range(3)) if levels)

    def _within(self, edge: float, pixels: int) -> int:
        return min(pixels - 1, max(0, int(edge * self._scale)))
