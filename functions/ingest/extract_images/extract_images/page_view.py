"""A page as it is displayed: interpreted once, then asked for its marks, its lines of text and its pixels."""

from functools import cached_property

from pymupdf import mupdf

from passages.page_boxes import Box, around

from .extraction_limits import Limits
from .image_data import keeps_colours
from .mark_device import MarkDevice
from .page_effort import Effort
from .page_geometry import Bands
from .page_marks import PAGE_SHARE, PageMarks, PlacedImage
from .page_objects import PageObjects, decode_parameters, without_odd_turn
from .second_reader import SecondReader
from .text_lines import TextLine, lines_of


class PageView:
    """Page `number`, from 0. May raise what MuPDF raises on a damaged page. `errors` counts what MuPDF could not
    understand in its content. `objects` are those of its resources. `second` renders pages that MuPDF shows wrongly."""

    def __init__(self, document: mupdf.PdfDocument, number: int, objects: PageObjects, second: SecondReader) -> None:
        self._document, self._number = document, number
        self._effort = Effort()
        self._near: Bands | None = None  # boxes beside which nothing matters
        without_odd_turn(mupdf.pdf_lookup_page_obj(document, number))
        self._objects = objects
        self.has_drawn_fonts = objects.has_drawn_fonts
        self._second, self._is_beyond_mupdf = second, objects.is_beyond_mupdf
        self._as_stored = not self._is_beyond_mupdf and all(map(_keeps_colours, objects.device_colours))
        # FzPage, as a PdfPage would be run without its annotations.
        page = mupdf.FzPage(mupdf.pdf_load_page(document, number))
        bounds = mupdf.ll_fz_bound_page(page.m_internal)
        self.box = Box(bounds.x0, bounds.y0, bounds.x1, bounds.y1)
        self._list = mupdf.fz_new_display_list(mupdf.FzRect(bounds))
        device = mupdf.fz_new_list_device(self._list)
        cookie = mupdf.FzCookie()
        mupdf.fz_run_page(page, device, mupdf.FzMatrix(), cookie)
        mupdf.fz_close_device(device)
        self.errors = cookie.m_internal.errors

    def marks(self, limits: Limits) -> PageMarks:
        """If drawings are not wanted, only the marks that may be on an image."""
        images = self._collected(MarkDevice(self.box, limits, images_only=True), None)
        if not limits.drawings:
            if not images.marks:
                return images
            self._near = Bands(self.box, [mark.box for mark in images.marks])
        texts = bool(images.marks) or self.has_drawn_fonts
        covered = any(mark.box.covers(self.box, PAGE_SHARE) for mark in images.marks)
        device = MarkDevice(self.box, limits, self._near, as_stored=self._as_stored, texts=texts, is_covered=covered)
        found = self._collected(device, around(self._near.boxes) if self._near else None)
        if self._near:  # images that are not seen were passed over
            found.images, found.images_left_off = images.images, images.images_left_off
            found.images_off_page = images.images_off_page
        self._number_images([mark.placed for mark in found.marks if mark.placed])
        self._effort = found.effort
        self._is_beyond_mupdf = self._is_beyond_mupdf or found.has_patterns
        return found

    def _collected(self, device: MarkDevice, area: Box | None) -> PageMarks:
        self._run(device, device.cookie, area)
        if device.cookie.m_internal.errors:  # MuPDF passes on no error of the device's
            raise ValueError("its marks could not be read")
        if device.cookie.m_internal.abort:
            raise ValueError(f"it has more than {device.found.paths_left_off:,} paths")
        return device.found

    def _run(self, device: mupdf.FzDevice, cookie: mupdf.FzCookie, area: Box | None = None) -> None:
        """What is outside of the area is passed over, which takes next to no time."""
        within = mupdf.FzRect(*area) if area else _EVERYWHERE
        mupdf.fz_run_display_list(self._list, device, mupdf.FzMatrix(), within, cookie)
        mupdf.fz_close_device(device)

    @cached_property
    def lines(self) -> list[TextLine]:
        """Each line of text that may matter."""
        return lines_of(self._text(around(self._near.boxes) if self._near else self.box))

    def _text(self, area: Box) -> mupdf.FzStextPage:
        text = mupdf.FzStextPage(mupdf.FzRect(*area))
        device = mupdf.fz_new_stext_device(text, mupdf.FzStextOptions(mupdf.FZ_STEXT_MEDIABOX_CLIP))
        self._run(device, mupdf.FzCookie(), area)
        return text

    def rendered(
        self, area: Box, zoom: float, images: tuple[PlacedImage, ...] = (), text: bool = True
    ) -> mupdf.FzPixmap:
        """An area of the page in RGB, or in grey if it has no colours, over white, with up to `zoom` pixels a point.
        `images` are those that matter."""
        if self._is_beyond_mupdf:
            return self.rendered_by_second(area, zoom)
        zoom, smooth = self._effort.affordable(zoom)
        width, height = max(1, round(area.width * zoom)), max(1, round(area.height * zoom))
        colours = mupdf.fz_device_gray() if self._is_gray(area) else mupdf.fz_device_rgb()
        pixmap = mupdf.fz_new_pixmap_with_bbox(colours, mupdf.FzIrect(0, 0, width, height), mupdf.FzSeparations(), 0)
        mupdf.fz_clear_pixmap_with_value(pixmap, 255)
        across, down = width / area.width, height / area.height
        matrix = mupdf.FzMatrix(across, 0, 0, down, -area.x0 * across, -area.y0 * down)
        scissor = mupdf.FzRect(0, 0, width, height)
        levels = mupdf.fz_graphics_aa_level()
        mupdf.fz_set_graphics_aa_level(levels if smooth else 0)  # a device keeps the level it is made with
        mupdf.fz_set_graphics_min_line_width(HAIRLINE)
        try:
            device = mupdf.fz_new_draw_device(mupdf.FzMatrix(), pixmap)
            if images and all(each.is_upright and each.density <= zoom * ROUNDED for each in images):
                # Repeating pixels loses nothing then, and is several times as fast as computing those between them.
                mupdf.fz_enable_device_hints(device, mupdf.FZ_DONT_INTERPOLATE_IMAGES)
            if not text:
                device.m_internal.fill_text = device.m_internal.stroke_text = None
            mupdf.fz_run_display_list(self._list, device, matrix, scissor, mupdf.FzCookie())
            mupdf.fz_close_device(device)
        finally:
            mupdf.fz_set_graphics_aa_level(levels)
        return pixmap

    def _is_gray(self, area: Box) -> bool:
        """Whether all colours there are grey. Images whose colours could be others are not looked at, nor are glyphs
        that are drawn by operators."""
        if self.has_drawn_fonts:
            return False
        told = mupdf.ll_fz_new_test_device_outparams()  # the device writes into it while it runs
        device = mupdf.FzDevice(mupdf.ll_fz_new_test_device_outparams_fn(GRAY, 0, None, told))
        self._run(device, mupdf.FzCookie(), area)
        return not told.is_color

    def rendered_by_second(self, area: Box, zoom: float) -> mupdf.FzPixmap:
        return self._second.pixels(self._number, area, self.box, zoom)

    def _number_images(self, placed: list[PlacedImage]) -> None:
        """Adds the numbers of images that are objects of their own: MuPDF's store has one image per object, so the
        object whose image has the same address is the one drawn."""
        numbers: dict[int, tuple[int, dict[str, int]]] = {}
        kept = []  # the address of an image that is released could be used again
        for width in {each.image.w() for each in placed} & self._objects.images.keys():
            for number, shown in self._objects.images[width].items():
                kept.append(image := mupdf.pdf_load_image(self._document, shown))
                numbers[int(image.m_internal.this)] = (number, decode_parameters(shown))
        for each in placed:
            each.xref, each.parameters = numbers.get(int(each.image.m_internal.this), (0, None))


def _keeps_colours(space: mupdf.PdfObj) -> bool:
    colours = mupdf.pdf_load_colorspace(space)
    return colours.fz_colorspace_n() < CMYK and keeps_colours(colours)


CMYK = 4  # components
HAIRLINE = 1.0  # pixels of the thinnest line, as other readers show it
GRAY = 0.01  # of a colour's range, by which its components may differ
ROUNDED = 1.01  # times the density that an image seems to have, as positions are rounded
_EVERYWHERE = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
