"""How much one extraction may read and use before it stops."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a limit cuts off is reported as an error or a gap, never dropped.

    max_pages            pages; above it the document is refused
    max_page_characters  of one page; a page with more is a gap
    max_characters       of the document; the pages after it are a gap
    seconds              wall time for the whole PDF
    page_seconds         seconds without news from a worker, after which it counts as hung
    max_megabytes        memory a worker may take beyond what its parent had mapped
    max_restarts         workers that may hang or crash before the extraction stops
    """

    max_pages: int = 1000
    max_page_characters: int = 1_000_000
    max_characters: int = 40_000_000
    seconds: float = 600.0
    page_seconds: float = 30.0
    max_megabytes: int = 1200
    max_restarts: int = 8
