"""How long MuPDF takes to render the paths of a page, told from their sizes before they are rendered, so that no page
takes longer than BUDGET, whatever is drawn on it.

The rise of the edges, the filled area, the area of layers and the number of paths decide it. A page that would take too
long is rendered without smooth edges, and if that does not suffice, with fewer pixels.
"""

from dataclasses import dataclass
from math import log2

BUDGET = 4.0  # seconds
STEP = 15e-9  # seconds for an edge in a row of pixels
SMOOTH_ROWS = 15  # of a row of pixels with smooth edges
PIXEL = 0.2e-9  # seconds for a filled pixel
LAYER = 20  # filled pixels for a pixel of a transparency group, a mask or an odd clip
PATH = 5e-6  # seconds for a path
MANY = 8  # edges of a path, from which sorting them counts
COARSEST = 0.5  # pixels a point, with which every page is rendered


@dataclass(slots=True)
class Effort:
    """`rise` is in points, for two edges of a stroke or of a fill, and `area` in square points."""

    rise: float = 0.0
    area: float = 0.0
    paths: int = 0

    def add(self, rise: float, area: float, edges: float) -> None:
        self.rise += rise * 2 * max(1.0, log2(max(edges, 1.0)) - log2(MANY))
        self.area += area
        self.paths += 1

    def add_layer(self, area: float) -> None:
        self.area += LAYER * area

    def seconds(self, zoom: float, smooth: bool) -> float:
        rows = zoom * (SMOOTH_ROWS if smooth else 1)
        return self.rise * rows * STEP + self.area * zoom * zoom * PIXEL + self.paths * PATH

    def affordable(self, zoom: float) -> tuple[float, bool]:
        """The number of pixels a point up to `zoom`, and whether edges are smooth."""
        if self.seconds(zoom, smooth=True) <= BUDGET:
            return zoom, True
        while zoom > COARSEST and self.seconds(zoom, smooth=False) > BUDGET:
            zoom = max(COARSEST, zoom * 0.8)
        return zoom, False
