"""Text that nobody sees: covered, transparent, cut away, or in the colour of its ground.

Which text that may be is told first, from the places of what is painted and the colours of the text. Only then is its
part of the page rendered, as it is and without text: a letter is seen where the two differ.

No layer packages PyMuPDF, so callers pass its module `mupdf`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from math import ceil
from typing import Any

from .page_boxes import Box, around
from .page_paint import paint_in

_DPI, _LONGEST = 108, 3000  # and pixels of the longer side of what is rendered
_MANY = 300  # boxes that are looked at one by one
_NEAR = 10  # lines before a line, and after it, that are looked at one by one
_MOST_OVER = 1000  # lines that are under others; more are read as if nothing were over them
_FAINT = 25  # of 255: letters may not be seen if their opacity is less, or their colour as near to white
_CONTRAST = 12  # of 255 levels, from which a letter is seen on its ground
_UPPER, _LOWER, _SIDE = 0.3, 0.8, 0.15  # of a character's box: what is within has ink of every letter and digit
_RUN = 2  # letters and digits side by side that are hidden; a single one may be hollow
_OVER = 0.5  # of the height of a line, from which a later one is over it
_ROW = 8.0  # points
_BLOCK = 0.5  # of a letter's place: other letters have less ink, and blocks with gaps between them have more
_TRACES = 0.15  # of a letter's place, if the rest of it is under blocks in the colour of the ground
_POINTS = 12  # that are looked at across a letter, and down
_FILLED_OR_STROKED = 48  # of a character's flags in PyMuPDF; neither is what text recognition lays over a scan

Blocks = list[dict[str, Any]]
Line = dict[str, Any]
Span = dict[str, Any]


class PageText:
    """Tells which text of a page of PyMuPDF is hidden. Boxes are those of the page before it is turned, as those of its
    text are. May raise what MuPDF raises about a damaged page."""

    def __init__(self, mupdf: Any, page: Any) -> None:
        self._mupdf = mupdf
        self._turn = tuple(page.derotation_matrix)
        self._page = Box(*(page.rect * page.derotation_matrix))
        self._displayed = page.get_displaylist().this
        self._paint = paint_in(mupdf, self._displayed, mupdf.FzMatrix(*self._turn))
        self.has_actual_text = self._paint.has_actual_text
        self._around, self._over = _few(list(self._paint.boxes)), _few(self._paint.over_visible_text())
        self._over_invisible, self._images = _few(self._paint.over_invisible_text()), _few(list(self._paint.images))
        self._is_scan, self._is_under_scan = self._paint.is_scan(self._page), self._paint.has_scan_over_text(self._page)

    def may_be_hidden(self, blocks: Blocks) -> bool:
        """`blocks` are those of `get_text("dict")` or `get_text("rawdict")`."""
        return any(self._suspects(blocks))

    def hide(self, blocks: Blocks) -> None:
        """Puts spaces in place of the letters that are hidden. `blocks` are those of `get_text("rawdict")`."""
        suspects = list(self._suspects(blocks))
        if not suspects:
            return
        area = around(Box(*span["bbox"]) for span, _ in suspects).within(self._page)
        if area.x0 >= area.x1 or area.y0 >= area.y1:
            return
        view = _View(self._mupdf, self._displayed, self._turn, area, self._paint.has_patterns)
        for span, blocking in suspects:
            through = self._may_show_through(span)
            hidden = [_is_hidden(character, view, blocking, through) for character in span["chars"]]
            for run in _runs(span["chars"], hidden):
                for character in run:
                    character["c"] = " "

    def _suspects(self, blocks: Blocks) -> Iterator[tuple[Span, list[Span]]]:
        """The spans that may be hidden, each with the later ones that are over it."""
        lines = [line for block in blocks for line in block.get("lines", ())]
        over = _lines_over(lines)
        for number, line in enumerate(lines):
            later = [span for above in over.get(number, ()) for span in lines[above]["spans"]]
            for span in line["spans"]:
                box = Box(*span["bbox"])
                blocking = [other for other in later if _is_over(other, span)]
                if blocking or self._is_suspect(span, box):
                    yield span, blocking

    def _is_suspect(self, span: Span, box: Box) -> bool:
        """It is white, as the ground of most text is, or transparent, or something is painted there. What text
        recognition lays over a scan may only be hidden by what is over it."""
        if not span["char_flags"] & _FILLED_OR_STROKED:
            return not _meets(box, self._images) or _meets(box, self._over_invisible)
        faint = span["alpha"] < _FAINT or min(span["color"].to_bytes(3)) > 255 - _FAINT
        return faint or _meets(box, self._around)

    def _may_show_through(self, span: Span) -> bool:
        """Whether what is seen in its place may be the same words, as in a scan, though its own letters are not."""
        if span["alpha"] == 0 or not span["char_flags"] & _FILLED_OR_STROKED:
            return True
        return self._is_under_scan if _meets(Box(*span["bbox"]), self._over) else self._is_scan


def _few(boxes: list[Box]) -> list[Box] | None:
    """None if they are too many to be looked at one by one."""
    return boxes if len(boxes) <= _MANY else None


def _meets(box: Box, others: list[Box] | None) -> bool:
    return others is None or any(other.meets(box) for other in others)


def _lines_over(lines: Sequence[Line]) -> dict[int, list[int]]:
    """By the number of a line, those of later lines that are over it, if both are level or both are not. Text is told
    in the order of painting."""
    over: dict[int, list[int]] = {}
    rows: dict[tuple[bool, int], list[int]] = defaultdict(list)  # lines by their middles
    boxes = [Box(*line["bbox"]) for line in lines]
    for number, (line, box) in enumerate(zip(lines, boxes, strict=True)):
        level = abs(line["dir"][0]) >= abs(line["dir"][1])
        start, end = (box.y0, box.y1) if level else (box.x0, box.x1)
        for row in range(int(start // _ROW), min(int(end // _ROW), int(start // _ROW) + _NEAR) + 1):
            for earlier in rows[level, row][-_NEAR:]:
                under = boxes[earlier]
                low, high = (under.y0, under.y1) if level else (under.x0, under.x1)
                above = over.get(earlier, [])
                near = box.meets(under) and len(above) < _NEAR and len(over) < _MOST_OVER
                if near and min(end, high) - max(start, low) >= _OVER * (high - low):
                    over[earlier] = [*above, number]
        rows[level, int((start + end) / 2 // _ROW)].append(number)
    return over


def _is_over(other: Span, span: Span) -> bool:
    """Other words than those of the span, which may be painted more than once for its outline or its shadow."""
    over = Box(*other["bbox"]).meets(Box(*span["bbox"])) and other["alpha"] == 255
    return over and _words(other) != _words(span)


def _words(span: Span) -> str:
    return span["text"] if "text" in span else "".join(character["c"] for character in span["chars"])


def _is_hidden(character: dict[str, Any], view: "_View", blocking: list[Span], through: bool) -> bool:
    box = Box(*character["bbox"])
    if box.x0 >= box.x1 or box.y0 >= box.y1:  # its font does not say where it is
        return False
    if not character["c"].isalnum():
        return True
    over = {span["color"] for span in blocking if box.meets(Box(*span["bbox"]))}
    if over and view.is_under(box, over):
        return True
    return not view.shows_text(box) and not (through and not view.is_plain(box))


def _runs(characters: list[dict[str, Any]], hidden: list[bool]) -> Iterator[list[dict[str, Any]]]:
    """Characters side by side of which no letter and no digit is seen."""
    run: list[dict[str, Any]] = []
    for character, is_hidden in chain(zip(characters, hidden, strict=True), [(None, False)]):
        if character is not None and is_hidden:
            run.append(character)
            continue
        if sum(each["c"].isalnum() for each in run) >= _RUN:
            yield run
        run = []


def _are_alike(pixels: bytes, others: bytes) -> bool:
    return all(abs(one - other) < _CONTRAST for one, other in zip(pixels, others, strict=True))


class _View:
    """An area of a page as it is seen, and the same without text. In RGB: in grey, MuPDF shows colours alike that
    differ."""

    def __init__(self, mupdf: Any, displayed: Any, turn: tuple[float, ...], area: Box, has_patterns: bool) -> None:
        wide, high = area.x1 - area.x0, area.y1 - area.y0
        self._scale = scale = min(_DPI / 72, _LONGEST / max(wide, high))
        self._area, self._width, self._height = area, max(1, ceil(wide * scale)), max(1, ceil(high * scale))
        a, b, c, d, e, f = turn
        placed = (a * scale, b * scale, c * scale, d * scale, (e - area.x0) * scale, (f - area.y0) * scale)
        self._bare = self._rendered(mupdf, displayed, placed, text=False)
        if has_patterns:  # MuPDF keeps their drawn cells, without their text
            mupdf.fz_empty_store()
        self._shown = self._rendered(mupdf, displayed, placed, text=True)

    def _rendered(self, mupdf: Any, displayed: Any, placed: tuple[float, ...], text: bool) -> bytes:
        box = mupdf.FzIrect(0, 0, self._width, self._height)
        pixmap = mupdf.fz_new_pixmap_with_bbox(mupdf.fz_device_rgb(), box, mupdf.FzSeparations(), 0)
        mupdf.fz_clear_pixmap_with_value(pixmap, 255)
        levels = mupdf.fz_graphics_aa_level()
        mupdf.fz_set_graphics_aa_level(0)  # of shapes: with smooth edges, text is seen between two that touch
        try:
            device = mupdf.fz_new_draw_device(mupdf.FzMatrix(), pixmap)  # which keeps the level it is made with
        finally:
            mupdf.fz_set_graphics_aa_level(levels)
        if not text:  # text that clips stays
            device.m_internal.fill_text = device.m_internal.stroke_text = None
        within = mupdf.FzRect(0, 0, self._width, self._height)
        mupdf.fz_run_display_list(displayed, device, mupdf.FzMatrix(*placed), within, mupdf.FzCookie())
        mupdf.fz_close_device(device)
        return bytes(mupdf.fz_pixmap_samples_memoryview(pixmap))

    def shows_text(self, box: Box) -> bool:
        rows = ((self._shown[part], self._bare[part]) for part in self._middle(box))
        return any(shown != bare and not _are_alike(shown, bare) for shown, bare in rows)

    def is_plain(self, box: Box) -> bool:
        """Whether one colour only is seen there."""
        pixels = b"".join(self._shown[part] for part in self._middle(box))
        return all(max(levels) - min(levels) < _CONTRAST for levels in (pixels[at::3] for at in range(3)) if levels)

    def is_under(self, box: Box, colours: set[int]) -> bool:
        """Whether a letter is under blocks in text of such colours of PyMuPDF's. Some points tell."""
        parts = list(self._middle(box))
        across = 3 * ceil((parts[0].stop - parts[0].start) / 3 / _POINTS)
        starts = [at for part in parts[:: ceil(len(parts) / _POINTS)] for at in range(part.start, part.stop, across)]
        points = ((self._shown[at : at + 3], self._bare[at : at + 3]) for at in starts)
        ink = [shown for shown, bare in points if not _are_alike(shown, bare)]
        alike = (sum(_are_alike(point, colour.to_bytes(3)) for point in ink) for colour in colours)
        return len(ink) < _TRACES * len(starts) or any(count >= _BLOCK * len(starts) for count in alike)

    def _middle(self, box: Box) -> Iterator[slice]:
        """Where its rows of pixels are."""
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        left, right = (self._across(x) for x in (box.x0 + _SIDE * wide, box.x1 - _SIDE * wide))
        top, bottom = (self._down(y) for y in (box.y0 + _UPPER * high, box.y0 + _LOWER * high))
        starts = (3 * self._width * row for row in range(top, bottom + 1))
        return (slice(start + 3 * left, start + 3 * right + 3) for start in starts)

    def _across(self, x: float) -> int:
        return min(self._width - 1, max(0, int((x - self._area.x0) * self._scale)))

    def _down(self, y: float) -> int:
        return min(self._height - 1, max(0, int((y - self._area.y0) * self._scale)))
