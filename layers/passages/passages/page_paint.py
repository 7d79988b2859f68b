"""What a page paints that may hide text, in the order of painting.

No layer packages PyMuPDF, so callers pass its module `mupdf`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .page_boxes import Box

_SCAN = 0.8  # of the page, which the images of a scan cover


@dataclass(slots=True)
class Paint:
    """Boxes of what is painted, opaque or not, and of clips, masks and groups that may leave out some of what they are
    around; each with how many came before it. Visible text is filled or stroked."""

    boxes: dict[Box, int] = field(default_factory=dict)
    images: dict[Box, int] = field(default_factory=dict)
    before_visible_text: int | None = None
    before_invisible_text: int | None = None
    has_patterns: bool = False
    has_actual_text: bool = False

    def add(self, box: Box) -> None:
        if box.x0 < box.x1 and box.y0 < box.y1:
            self.boxes[box] = len(self.boxes)

    def over_visible_text(self) -> list[Box]:
        return _after(self.before_visible_text, self.boxes)

    def over_invisible_text(self) -> list[Box]:
        return _after(self.before_invisible_text, self.boxes)

    def is_scan(self, page: Box) -> bool:
        return _cover(self.images, page)

    def has_scan_over_text(self, page: Box) -> bool:
        """Text recognition may lay its text under the images that show it."""
        return _cover(_after(self.before_visible_text, self.images), page)


def _cover(images: Iterable[Box], page: Box) -> bool:
    return sum(image.within(page).area for image in images) >= _SCAN * page.area


def _after(before: int | None, boxes: dict[Box, int]) -> list[Box]:
    return [] if before is None else [box for box, count in boxes.items() if count >= before]


def paint_in(mupdf: Any, displayed: Any, matrix: Any) -> Paint:
    """What a display list of MuPDF's paints, in its places after the matrix."""
    paint = Paint()

    class Watch(mupdf.FzDevice2):
        """MuPDF calls those of its methods that it has been told to use."""

        def __init__(self) -> None:
            super().__init__()
            self._own = self.m_internal.this
            for name in vars(Watch):
                if not name.startswith("_"):
                    getattr(self, f"use_virtual_{name}")()

        def _add(self, rect: Any) -> Box:
            box = Box.of(rect).within(Box.of(mupdf.ll_fz_device_current_scissor(self._own)))
            paint.add(box)
            return box

        def fill_path(self, *told: Any) -> None:
            self._add(mupdf.ll_fz_bound_path(told[1], None, told[3]))

        def stroke_path(self, *told: Any) -> None:
            self._add(mupdf.ll_fz_bound_path(told[1], told[2], told[3]))

        def fill_shade(self, *told: Any) -> None:
            self._add(mupdf.ll_fz_bound_shade(told[1], told[2]))

        def fill_image(self, *told: Any) -> None:
            box = self._add(mupdf.ll_fz_transform_rect(unit, told[2]))
            paint.images[box] = len(paint.boxes)

        fill_image_mask = fill_image

        def begin_tile(self, *told: Any) -> int:
            paint.has_patterns = True
            paint.add(Box.of(mupdf.ll_fz_transform_rect(told[1], told[5])))
            return 0

        def clip_path(self, *told: Any) -> None:
            if not mupdf.ll_fz_path_is_rect(told[1], told[3]):
                self._add(mupdf.ll_fz_bound_path(told[1], None, told[3]))

        def clip_stroke_path(self, *told: Any) -> None:
            self._add(mupdf.ll_fz_bound_path(told[1], told[2], told[3]))

        def clip_text(self, *told: Any) -> None:
            self._add(mupdf.ll_fz_bound_text(told[1], None, told[2]))

        def clip_stroke_text(self, *told: Any) -> None:
            self._add(mupdf.ll_fz_bound_text(told[1], told[2], told[3]))

        def clip_image_mask(self, *told: Any) -> None:
            self._add(mupdf.ll_fz_transform_rect(unit, told[2]))

        def begin_mask(self, *told: Any) -> None:
            self._add(told[1])

        def begin_group(self, *told: Any) -> None:
            _, area, _, _, _, blend, opacity = told
            if opacity < 1 or blend != mupdf.FZ_BLEND_NORMAL:
                self._add(area)

        def fill_text(self, *_: Any) -> None:
            if paint.before_visible_text is None:
                paint.before_visible_text = len(paint.boxes)

        def stroke_text(self, *_: Any) -> None:
            self.fill_text()

        def ignore_text(self, *_: Any) -> None:
            if paint.before_invisible_text is None:
                paint.before_invisible_text = len(paint.boxes)

        def begin_metatext(self, *told: Any) -> None:
            paint.has_actual_text = paint.has_actual_text or told[1] == mupdf.FZ_METATEXT_ACTUALTEXT

    square = mupdf.FzRect(0, 0, 1, 1)
    unit = square.internal()
    device, cookie = Watch(), mupdf.FzCookie()
    mupdf.fz_run_display_list(displayed, device, matrix, mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE), cookie)
    mupdf.fz_close_device(device)
    if cookie.m_internal.errors:  # MuPDF passes on no error of the device's
        raise ValueError("what it paints could not be read")
    return paint
