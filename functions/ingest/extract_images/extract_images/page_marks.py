"""Everything that a page paints, in the order of painting and as far as it is seen: within its clips and the page."""

from dataclasses import dataclass, field

from pymupdf import mupdf

from passages.page_boxes import Box

from .page_effort import Effort
from .page_geometry import Matrix, mapped
from .path_pieces import Kind

PAGE_SHARE = 0.8  # of the page's area, from which an image or a box is its background, a scan of it or its border


@dataclass(slots=True)
class PlacedImage:
    """One drawing of one image. `matrix` maps the unit square, its origin the image's top left, to the
    page as displayed; `stencil` images have no colour of their own. `xref` is the number of
    its object, or 0, and `parameters` are those of its last filter, or None; they are unknown for inline images."""

    image: mupdf.FzImage
    matrix: Matrix
    stencil: bool
    xref: int = 0
    parameters: dict[str, int] | None = None

    @property
    def box(self) -> Box:
        return mapped((0, 0, 1, 1), self.matrix)

    @property
    def is_upright(self) -> bool:
        return self.matrix.is_upright

    @property
    def density(self) -> float:
        """Pixels a point, the finer of the two directions."""
        a, b, c, d, *_ = self.matrix
        across, down = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
        return max(self.image.w() / max(across, 0.01), self.image.h() / max(down, 0.01))


@dataclass(slots=True)
class Mark:
    """`box` is where it is seen. `bends` counts slanted and curved segments; `colour` is that of a fill or a stencil,
    and unique for a gradient. `plain` marks are painted as they are: not through a mask or a clip of another shape than
    a rectangle, not in a pattern, opaque, and not blended with what is under them."""

    kind: Kind
    box: Box
    plain: bool
    colour: tuple[float, ...] | None = None
    bends: int = 0
    placed: PlacedImage | None = None

    @property
    def is_opaque(self) -> bool:
        """Whether nothing under it is seen."""
        if self.kind is Kind.IMAGE and self.placed:
            details = self.placed.image.m_internal
            return self.plain and not self.placed.stencil and not details.mask and not details.use_colorkey
        return self.plain and self.kind is Kind.BOX


@dataclass(slots=True)
class PageMarks:
    """`glyphs` counts those that are seen, so not the text that text recognition lays invisibly over a scan; of a long
    text not all, and none on a page without images. `images_left_off` and `paths_left_off` count what is beyond the
    caps, and `images_off_page` what is outside of the page or of its clip. MuPDF shows more than the cells of a pattern
    that is turned. Covering glyphs may hide what is under them, as black boxes do; they are looked for on a page that
    an image covers."""

    page: Box
    marks: list[Mark] = field(default_factory=list)
    glyphs: int = 0
    images: int = 0
    images_left_off: int = 0
    images_off_page: int = 0
    paths: int = 0
    paths_left_off: int = 0
    has_patterns: bool = False
    has_covering_glyphs: bool = False
    effort: Effort = field(default_factory=Effort)
