"""How much one extraction may read, find and use before it stops."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one extraction. What a limit cuts off is reported as an error, a gap or a count, never dropped.

    max_bytes          size of the PDF file; above it the document is refused, as Kendra and Q Business refuse it
    max_pages          pages; above it the document is refused
    max_images         distinct images; the first ones are kept
    max_page_images    images drawn on one page, inline ones included; the first ones are kept
    max_pixels         declared width times height of one image, looked at before anything is decoded
    max_paths          vector paths of one page that are looked at one by one; a page with more is a map or
                       a plan and is rendered whole
    max_places         places that are kept of one image
    min_pixels         shorter side of an image in pixels, below which it is a decorative speck
    min_points         shorter side of an image on its page in points, below which it is a decorative speck
    seconds            wall time for the whole PDF, uploads included
    page_seconds       seconds without news from a worker, after which it counts as hung
    max_megabytes      memory a worker may take beyond what its parent had mapped
    max_restarts       workers that may hang or crash before the extraction stops
    render             whether vector drawings, layered scans and split images are rendered as well
    """

    max_bytes: int = 50 << 20
    max_pages: int = 1000
    max_images: int = 1000
    max_page_images: int = 2000
    max_pixels: int = 150_000_000
    max_paths: int = 20_000
    max_places: int = 1000
    min_pixels: int = 8
    min_points: float = 8.0
    seconds: float = 300.0
    page_seconds: float = 30.0
    max_megabytes: int = 1500
    max_restarts: int = 8
    render: bool = True
