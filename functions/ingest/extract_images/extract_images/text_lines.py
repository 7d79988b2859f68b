"""The lines of text of a page, as MuPDF lays them out.

MuPDF writes them as JSON: each object of a line or a letter that Python asks MuPDF for takes longer than a line of it.
"""

import json
from typing import NamedTuple

from pymupdf import mupdf

from passages.page_boxes import Box

_SCALE = 1000  # of the boxes, which are written as whole numbers


class TextLine(NamedTuple):
    """`of` is the number of lines of its block."""

    box: Box
    of: int
    text: str


def lines_of(text: mupdf.FzStextPage) -> list[TextLine]:
    """Those that have more than spaces."""
    buffer = mupdf.fz_new_buffer(1 << 12)
    output = mupdf.FzOutput(buffer)
    mupdf.fz_print_stext_page_as_json(output, text, _SCALE)
    mupdf.fz_close_output(output)
    written = json.loads(buffer.fz_buffer_extract_copy().decode(errors="replace"), strict=False)
    found = []
    for block in written["blocks"]:
        lines = [line for line in block.get("lines", ()) if line["text"].strip(" ")]
        found += [TextLine(_box(line["bbox"]), len(lines), line["text"]) for line in lines]
    return found


def _box(told: dict[str, int]) -> Box:
    x, y, width, height = (told[key] / _SCALE for key in ("x", "y", "w", "h"))
    return Box(x, y, x + width, y + height)
