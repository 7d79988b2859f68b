"""Collects the marks of a page.

The page is interpreted once, into a display list of MuPDF's, and the list is run again for whatever is asked of it:
its marks, its lines of text, a region of it as pixels. Reading the marks decodes no image.
"""

# MuPDF passes the arguments of a device's methods by position; its stubs name the parameters.
# pyright: reportIncompatibleMethodOverride=false

from collections.abc import Callable
from functools import cached_property
from typing import Any

from pymupdf import mupdf

from passages.page_boxes import Box, around

from .extraction_limits import Limits
from .mupdf_structures import box_of, depth_of, glyphs_of, matrix_of
from .page_geometry import Bands, Matrix, mapped
from .page_marks import Mark, PageMarks, PlacedImage
from .path_pieces import RULE, Kind, PathReader
from .pixel_colours import rgb_of, samples_in

MOST_SEGMENTS = 60_000  # of a page's paths that are looked at one by one
BIG_GLYPH = 2000.0  # square points a glyph, from which a glyph that is drawn by operators is a drawing
BIG_GLYPH_BENDS = 100
BLOCK, BLOCK_BYTES = 0.3, 64  # ems and bytes: the shorter side of a glyph that is a filled box, and its outline at most
EM = 1000.0  # points, in which outlines of glyphs are looked at
COVERING = 100.0  # square points of a text that are such boxes, from which they hide something
MANY_GLYPHS = 200  # of a text, up to which they are counted
MOST_LEFT_OFF = 10  # times the paths that are looked at one by one; a page with more is not read
GRADIENT_KINDS = (mupdf.FZ_LINEAR, mupdf.FZ_RADIAL)


def _used(*names: str) -> tuple[Callable[[Any], None], ...]:
    """What has a device call its methods of those names."""
    return tuple(getattr(mupdf.FzDevice2, f"use_virtual_{name}") for name in names)


_IMAGES = _used("fill_image", "fill_image_mask", "clip_image_mask", "begin_tile", "end_tile")
_TEXTS = _used("fill_text", "stroke_text")
_ALL = (
    *_IMAGES,
    *_used("fill_path", "stroke_path", "clip_path", "clip_stroke_path", "clip_text", "clip_stroke_text"),
    *_used("fill_shade", "begin_mask", "end_mask", "begin_group"),
)


class MarkDevice(mupdf.FzDevice2):
    """Collects the marks of a page; if `near` is given, paths only where they touch its boxes. With `images_only`, the
    rest is passed over, which takes next to no time. No mark is plain if stored images are not what is seen, whatever
    is painted on them (`as_stored`). Texts are passed over if they do not matter (`texts`), and looked at closer if an
    image covers the page (`is_covered`). `cookie` is to be given to the run that it collects from."""

    def __init__(
        self,
        page: Box,
        limits: Limits,
        near: Bands | None = None,
        images_only: bool = False,
        as_stored: bool = True,
        texts: bool = True,
        is_covered: bool = False,
    ) -> None:
        super().__init__()
        self._own = self.m_internal.this
        device: Any = self
        for use in _IMAGES if images_only else (*_ALL, *(_TEXTS if texts else ())):
            use(device.this)
        self.found = PageMarks(page)
        self._near = near
        self._as_stored = as_stored
        self._is_covered = is_covered
        self._blocks: dict[tuple[int, int], float] = {}  # by fonts and glyphs
        self._max_images = limits.max_page_images
        self._max_paths = limits.max_paths
        self._segments = MOST_SEGMENTS  # that are still looked at one by one
        self._altered: list[int] = []  # depths of clips, from which on marks are not plain
        self._hidden: list[int] = []  # and from which on nothing is seen
        self._clips: list[tuple[int, Box]] = []  # with their depths
        self._tiled: list[tuple[int, Box]] = []  # patterns: the marks before each, and where it is seen
        self._odd_clips: list[tuple[int, Any, Matrix, bool]] = []  # depths, paths, and whether they are filled
        self._in_glyph = False
        self.cookie = mupdf.FzCookie()

    @cached_property
    def _reader(self) -> PathReader:
        return PathReader()

    def fill_path(self, *arguments: Any) -> None:
        _, path, _, matrix, colours, colour, alpha, *_ = arguments
        self._add_path(path, None, matrix.this, colours, colour, alpha)

    def stroke_path(self, *arguments: Any) -> None:
        _, path, stroke, matrix, colours, colour, alpha, *_ = arguments
        self._add_path(path, stroke, matrix.this, colours, colour, alpha)

    def clip_path(self, *arguments: Any) -> None:
        _, path, _, matrix, *_ = arguments
        is_odd = not mupdf.ll_fz_path_is_rect(path, matrix)
        self._clip(layer=is_odd)
        if is_odd:
            self._alter()
            self._odd_clips.append((depth_of(self._own), path, matrix_of(matrix.this), True))

    def clip_stroke_path(self, *arguments: Any) -> None:
        _, path, _, matrix, *_ = arguments
        self._clip()
        self._alter()
        self._odd_clips.append((depth_of(self._own), path, matrix_of(matrix.this), False))

    def fill_text(self, *arguments: Any) -> None:
        _, text, matrix, _, _, alpha, *_ = arguments
        self._add_text(text, None, matrix.this, alpha)

    def stroke_text(self, *arguments: Any) -> None:
        _, text, stroke, matrix, _, _, alpha, *_ = arguments
        self._add_text(text, stroke, matrix.this, alpha)

    def clip_text(self, *_: Any) -> None:
        self._clip()
        self._alter()

    def clip_stroke_text(self, *_: Any) -> None:
        self._clip()
        self._alter()

    def fill_shade(self, *arguments: Any) -> None:
        _, shade, matrix, alpha, *_ = arguments
        box = self._seen(box_of(mupdf.ll_fz_bound_shade(shade, matrix).this))
        if not self._counts_path(box, alpha):
            return
        unique = (float(self.found.paths), -1.0)
        is_box = shade.type in GRADIENT_KINDS and not self._is_clipped_oddly()
        self._append(Mark(Kind.BOX if is_box else Kind.SHAPE, box, False, unique, 0 if is_box else BIG_GLYPH_BENDS))

    def fill_image(self, *arguments: Any) -> None:
        _, image, matrix, alpha, *_ = arguments
        depth = depth_of(self._own)
        # An image with a mask of its own is announced by a clip to that mask.
        last = self.found.marks[-1] if self.found.marks else None
        if image.mask and last and last.placed and _address(last.placed.image.m_internal) == _address(image.mask):
            self.found.marks.pop()
            self.found.images -= 1
            if self._altered and self._altered[-1] == depth:
                self._altered.pop()
        self._add_image(image, matrix, alpha, stencil=False)

    def fill_image_mask(self, *arguments: Any) -> None:
        _, image, matrix, colours, colour, alpha, *_ = arguments
        self._add_image(image, matrix, alpha, stencil=True, colour=rgb_of(colours, colour))

    def clip_image_mask(self, *arguments: Any) -> None:
        _, image, matrix, *_ = arguments
        self._clip()
        self._add_image(image, matrix, 1.0, stencil=True)
        self._alter()

    def begin_mask(self, *_: Any) -> None:
        self._clip()
        self._alter()

    def end_mask(self, *_: Any) -> None:
        self._alter()

    def begin_group(self, *arguments: Any) -> None:
        self._clip()
        _, _, _, _, _, blend, alpha = arguments
        if alpha <= 0:
            self._hidden.append(depth_of(self._own))
        elif alpha < 1 or blend != mupdf.FZ_BLEND_NORMAL:
            self._alter()

    def begin_tile(self, *arguments: Any) -> int:
        """MuPDF shows one cell of a pattern only, wherever that is."""
        _, area, _, _, _, matrix, *_ = arguments
        self.found.has_patterns = True
        whole = mapped((area.x0, area.y0, area.x1, area.y1), matrix_of(matrix.this))
        box = whole.within(self._clip_around()).within(self.found.page)
        self._tiled.append((len(self.found.marks), box))
        self._alter()
        return 0

    def end_tile(self, *_: Any) -> None:
        """A pattern of images is where all of its cells are, and any other one is a shape. Of a pattern of words, the
        text of the page has one cell only, and there may be no mark of it."""
        before, box = self._tiled.pop()
        painted = self.found.marks[before:]
        images = [mark for mark in painted if mark.placed]
        for mark in images:
            mark.box = box
        if not images:
            words = all(mark.kind is Kind.TEXT for mark in painted)
            bends = BIG_GLYPH_BENDS if words else max(1, sum(mark.bends for mark in painted))
            images = [Mark(Kind.SHAPE, box, False, None, bends)]
            self.found.paths += 1
        self.found.marks[before:] = images

    def _clip(self, layer: bool = True) -> None:
        """A layer is painted by itself and then laid over the page through a mask."""
        box = box_of(mupdf.ll_fz_device_current_scissor(self._own).this)
        self._clip_around()
        self._clips.append((depth_of(self._own), box))
        if layer:
            self.found.effort.add_layer(box.within(self.found.page).area)

    def _clip_around(self) -> Box:
        """The clip around what has begun just now: MuPDF has the clip of a pattern wrong."""
        depth = depth_of(self._own)
        while self._clips and self._clips[-1][0] >= depth:
            self._clips.pop()
        return self._clips[-1][1] if self._clips else self.found.page

    def _is_clipped_oddly(self) -> bool:
        """Whether a gradient is seen through a shape that is no box; it may have round corners."""
        depth = depth_of(self._own)
        while self._odd_clips and self._odd_clips[-1][0] > depth:
            self._odd_clips.pop()
        if not self._odd_clips:
            return False
        _, path, placed, filled = self._odd_clips[-1]
        matrix = mupdf.ll_fz_make_matrix(*placed)
        box = box_of(mupdf.ll_fz_bound_path(path, None, matrix).this)
        pieces = self._reader.pieces(path, matrix.this, box, filled, self._segments)
        return pieces is None or any(piece.bends for piece in pieces)

    def _alter(self) -> None:
        self._altered.append(depth_of(self._own))

    def _seen(self, box: Box) -> Box:
        if self._tiled:
            return box
        x0, y0, x1, y1 = box
        page, clip = self.found.page, box_of(mupdf.ll_fz_device_current_scissor(self._own).this)
        return Box(
            max(x0, page.x0, clip.x0), max(y0, page.y0, clip.y0), min(x1, page.x1, clip.x1), min(y1, page.y1, clip.y1)
        )

    def _is_plain(self) -> bool:
        depth = depth_of(self._own)
        while self._altered and self._altered[-1] > depth:
            self._altered.pop()
        return self._as_stored and not self._altered

    def _is_hidden(self, alpha: float) -> bool:
        depth = depth_of(self._own)
        while self._hidden and self._hidden[-1] > depth:
            self._hidden.pop()
        return alpha <= 0 or bool(self._hidden)

    def _append(self, mark: Mark) -> None:
        self.found.marks.append(mark)

    def _counts_path(self, box: Box, alpha: float) -> bool:
        if self._is_hidden(alpha) or box.x1 < box.x0 or box.y1 < box.y0:
            return False
        if self.found.paths >= self._max_paths:
            self.found.paths_left_off += 1
            return False
        self.found.paths += 1
        return True

    def _add_path(self, path: Any, stroke: Any, matrix: Any, colours: Any, colour: Any, alpha: float) -> None:
        whole = box_of(mupdf.ll_fz_bound_path(path, None, matrix).this)
        half = 0.5 * stroke.linewidth * mupdf.ll_fz_matrix_expansion(matrix) if stroke else 0.0
        box = self._seen(whole.grown(half, half))
        if self._near and not self._near.near(box):
            return
        if not self._counts_path(box, alpha):
            if self.found.paths_left_off:
                self._leave_off(path, matrix, box)
            return
        plain = self._is_plain() and alpha >= 1
        filled = None if stroke else rgb_of(colours, colour)
        pieces = self._reader.pieces(path, matrix, whole, stroke is None, self._segments)
        if pieces is None:
            self._add_unread(path, matrix, box, not stroke)
            self._append(Mark(Kind.SHAPE, box, plain, filled, BIG_GLYPH_BENDS))
            return
        self._segments -= self._reader.segments
        self._add_effort(box, not stroke, sum(1 + piece.bends for piece in pieces), sum(piece.rise for piece in pieces))
        for piece in pieces:
            shown = piece.box.grown(half, half).within(box)
            if shown.x1 >= shown.x0 and shown.y1 >= shown.y0:
                self._append(Mark(piece.kind, shown, plain, None if piece.hole else filled, piece.bends))

    def _leave_off(self, path: Any, matrix: Any, box: Box) -> None:
        self._add_unread(path, matrix, box, True)
        if self.found.paths_left_off > self._max_paths * MOST_LEFT_OFF:
            self.cookie.m_internal.abort = 1

    def _add_unread(self, path: Any, matrix: Any, box: Box, filled: bool) -> None:
        rise = self._reader.rise(path, matrix)
        self._add_effort(box, filled, self._reader.segments, rise)

    def _add_effort(self, box: Box, filled: bool, edges: int, rise: float) -> None:
        most = box.height * self._reader.segments
        self.found.effort.add(min(rise, most), box.area if filled else 0.0, edges)

    def _add_text(self, text: Any, stroke: Any, matrix: Any, alpha: float) -> None:
        if self._is_hidden(alpha):
            return
        box = self._seen(box_of(mupdf.ll_fz_bound_text(text, stroke, matrix).this))
        if not box.area:
            return
        glyphs, drawn = glyphs_of(text.this, max(MANY_GLYPHS, box.area / BIG_GLYPH))
        self.found.glyphs += glyphs
        if self._is_covered and not self.found.has_covering_glyphs:
            self.found.has_covering_glyphs = drawn or self._has_blocks(text, matrix)
        if drawn and box.area >= BIG_GLYPH * max(1, glyphs) and not self._in_glyph:
            self._add_drawn(text, matrix)
        else:
            self._append(Mark(Kind.TEXT, box, self._is_plain() and alpha >= 1))

    def _has_blocks(self, text: Any, matrix: Any) -> bool:
        """Whether glyphs are filled boxes that are too many, or too large, to be bullets."""
        blocks, span = 0.0, text.head
        while span and blocks < COVERING:
            item, font = mupdf.FzTextSpan(span).items, _address(span.font)
            glyphs = [item(at).gid for at in range(span.len)]
            for glyph in set(glyphs):
                if (font, glyph) not in self._blocks:
                    self._blocks[font, glyph] = self._block_area(span.font, glyph)
                if area := self._blocks[font, glyph]:
                    scale = mupdf.ll_fz_matrix_expansion(mupdf.ll_fz_concat(span.trm, matrix)) ** 2
                    blocks += area * scale * glyphs.count(glyph)
            span = span.next
        return blocks >= COVERING

    def _block_area(self, font: Any, glyph: int) -> float:
        """In square ems; 0 if a glyph is no filled box, or one that is thin, as some letters and dashes are."""
        large, same = mupdf.ll_fz_make_matrix(EM, 0, 0, EM, 0, 0), mupdf.ll_fz_make_matrix(1, 0, 0, 1, 0, 0)
        outline = mupdf.ll_fz_outline_glyph(font, glyph, large) if glyph >= 0 else None
        if not outline:
            return 0.0
        area = 0.0
        if mupdf.ll_fz_packed_path_size(outline) <= BLOCK_BYTES:
            box = box_of(mupdf.ll_fz_bound_path(outline, None, same).this)
            pieces = self._reader.pieces(outline, same.this, box, True, MOST_SEGMENTS) or ()
            if [piece.kind for piece in pieces] == [Kind.BOX] and box.sides[0] >= BLOCK * EM:
                area = box.area / EM**2
        mupdf.ll_fz_drop_path(outline)
        return area

    def _add_drawn(self, text: Any, matrix: Any) -> None:
        """What glyphs paint that are drawn by operators: images, or else a drawing. No mark is plain, as their colour
        may be that of the text."""
        as_stored, self._as_stored, self._in_glyph = self._as_stored, False, True
        before = len(self.found.marks)
        span = text.head
        while span:
            items = mupdf.FzTextSpan(span)
            for at in range(span.len if span.font.t3procs else 0):
                item, turned = items.items(at), span.trm
                placed = mupdf.ll_fz_make_matrix(turned.a, turned.b, turned.c, turned.d, item.x, item.y)
                where = mupdf.ll_fz_concat(placed, matrix)
                mupdf.ll_fz_run_t3_glyph(span.font, item.gid, where, self._own)
            span = span.next
        self._as_stored, self._in_glyph = as_stored, False
        painted = self.found.marks[before:]
        if painted and not any(mark.placed for mark in painted):
            area = around(mark.box for mark in painted)
            self.found.marks[before:] = [Mark(Kind.SHAPE, area, False, None, BIG_GLYPH_BENDS)]

    def _add_image(
        self, image: Any, matrix: Any, alpha: float, stencil: bool, colour: tuple[float, ...] | None = None
    ) -> None:
        if self._is_hidden(alpha):
            return
        if image.w == image.h == 1 and not (stencil or image.mask or image.use_colorkey):
            self._add_pixel(image, matrix, alpha)
            return
        if self.found.images >= self._max_images:
            self.found.images_left_off += 1
            return
        self.found.images += 1
        kept = mupdf.FzImage(mupdf.ll_fz_keep_image(image))
        placed = PlacedImage(kept, matrix_of(matrix.this), stencil)
        box = self._seen(placed.box)
        if not box.area:
            self.found.images_off_page += 1
        self._append(Mark(Kind.IMAGE, box, self._is_plain() and alpha >= 1, colour, placed=placed))

    def _add_pixel(self, image: Any, matrix: Any, alpha: float) -> None:
        """An image of one pixel is a box."""
        box = self._seen(mapped((0, 0, 1, 1), matrix_of(matrix.this)))
        if not self._counts_path(box, alpha):
            return
        pixmap = mupdf.FzImage(mupdf.ll_fz_keep_image(image)).fz_get_unscaled_pixmap_from_image()
        samples = samples_in(pixmap, mupdf.fz_device_rgb())
        kind = Kind.RULE if box.sides[0] <= RULE else Kind.BOX
        self._append(Mark(kind, box, self._is_plain() and alpha >= 1, tuple(round(v / 255, 3) for v in samples[:3])))


def _address(pointer: Any) -> int:
    return int(pointer.this)
