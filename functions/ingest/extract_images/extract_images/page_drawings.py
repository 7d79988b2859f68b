"""The areas of a page with vector drawings: charts, diagrams and logos drawn with paths.

The rule. Paths are sorted into rules (thin or straight along an axis), boxes (rectangles, also with round
corners) and shapes (whatever has slanted or curved segments). White fills, invisible paths and page
backgrounds are left out. Shapes and boxes that stand close together form a cluster, together with all
that stands in the same frame of axes: rules that enclose hardly any text. A cluster is a drawing if it is
at least MIN_SIDES large and

- its shapes have at least MIN_SEGMENTS slanted or curved segments, or
- at least MIN_BARS of its boxes are bars: filled, equally thick, standing on one line, not equally long, or
- its boxes are filled with at least MIN_COLOURS bright colours.

So table rules, underlines, shaded cells, frames and text boxes are not drawings. What belongs to a drawing but
does not make it one (axes, grid lines, short texts beside it) is taken into its area.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pymupdf

from .page_geometry import Box, Matrix, around, mapped

MIN_SIDES = (24.0, 48.0)  # points: shorter and longer side
MIN_SEGMENTS = 8
MIN_BARS = 3
MIN_COLOURS = 4
FRAME_TEXT_SHARE = 0.1  # of the area of crossing rules, from which text makes them a table
CELL = 8.0  # points; what stands closer than this is one cluster
RULE = 2.0  # points; a box thinner than this is a line
LABEL = 12.0  # points; a short text closer than this belongs to the drawing
LABEL_LINES = 3
MARGIN = 3.0  # points around a drawing
PAGE_SHARE = 0.9  # of the page's area, from which a box is its background or border
TEXT_SHARE = 0.45  # of a drawing's area, from which text lines make it a decorated text


@dataclass(slots=True)
class _Mark:
    """One path that is no rule. `segments` counts the slanted and curved ones, 0 for a box; `fill` is the
    colour a box is filled with."""

    box: Box
    segments: int = 0
    fill: tuple[float, ...] | None = None


def drawing_areas(page: pymupdf.Page) -> list[Box]:
    """The areas of the page as displayed, top to bottom, that hold a drawing."""
    marks, rules = _marks(page)
    if not _may_be_drawing(marks):
        return []
    lines = _text_lines(page)
    clusters = _in_frames(_clusters(marks), _frames(rules, lines))
    clusters = [cluster for cluster in clusters if _is_drawing(cluster)]
    areas: list[Box] = []
    for cluster in clusters:
        area = around(mark.box for mark in cluster)
        area = _with_rules(area, rules)
        if not _is_text(area, lines):
            areas.append(_with_labels(area, lines).grown(MARGIN, MARGIN).within(Box(*page.rect)))
    return sorted(_merged(areas), key=lambda area: (round(area.y0), area.x0))


def _marks(page: pymupdf.Page) -> tuple[list[_Mark], list[Box]]:
    marks, rules = [], []
    whole, turned = Box(*page.rect), _turn(page)
    for path in page.get_cdrawings() or []:
        if _is_invisible(path):
            continue
        rect = mapped(path["rect"], turned).within(whole.grown(1, 1))
        if rect.sides[0] < 0 or rect.area >= PAGE_SHARE * whole.area:
            continue
        segments, straight = _segments(path["items"])
        if segments == 0 and rect.sides[0] <= RULE:
            rules.append(rect)
        elif (segments == 0 and straight == 0) or (segments <= 4 and straight >= 2):
            marks.append(_Mark(rect, fill=path.get("fill")))
        elif segments:
            marks.append(_Mark(rect, segments))
        else:
            rules.append(rect)
    return marks, rules


def _turn(page: pymupdf.Page) -> Matrix:
    """From the page before its rotation, of which PyMuPDF tells the places, to the page as displayed."""
    turned = page.rotation_matrix
    return Matrix(turned.a, turned.b, turned.c, turned.d, turned.e, turned.f)


def _is_invisible(path: dict[str, Any]) -> bool:
    filled = path.get("fill") is not None and path.get("fill_opacity", 1) != 0 and min(path["fill"]) < 0.97
    stroked = path.get("color") is not None and path.get("stroke_opacity", 1) != 0
    return not (filled or stroked)


def _segments(items: list[Any]) -> tuple[int, int]:
    """How many segments are slanted or curved, and how many are straight along an axis (rectangles aside)."""
    bent = straight = 0
    for kind, *points in items:
        if kind == "c":
            bent += 1
        elif kind == "qu":
            bent += 2
        elif kind == "l":
            (x0, y0), (x1, y1) = points[:2]
            if min(abs(x1 - x0), abs(y1 - y0)) > 0.5:
                bent += 1
            else:
                straight += 1
    return bent, straight


def _clusters(marks: list[_Mark]) -> list[list[_Mark]]:
    """Marks grouped by the cells of a coarse grid that they touch: linear in marks, whatever their number."""
    parent: dict[tuple[int, int], tuple[int, int]] = {}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    firsts = []
    for mark in marks:
        columns = range(int((mark.box.x0 - CELL / 2) // CELL), int((mark.box.x1 + CELL / 2) // CELL) + 1)
        rows = range(int((mark.box.y0 - CELL / 2) // CELL), int((mark.box.y1 + CELL / 2) // CELL) + 1)
        first = (columns[0], rows[0])
        firsts.append(first)
        parent.setdefault(first, first)
        for column in columns:
            for row in rows:
                cell = (column, row)
                parent[root(parent.setdefault(cell, cell))] = root(first)
    clusters: dict[tuple[int, int], list[_Mark]] = defaultdict(list)
    for mark, first in zip(marks, firsts, strict=True):
        clusters[root(first)].append(mark)
    return list(clusters.values())


def _frames(rules: list[Box], lines: list[tuple[Box, int]]) -> list[Box]:
    """The boxes of rules that meet, as axes do, and enclose hardly any text, as tables do not."""
    frames = []
    for cluster in _clusters([_Mark(rule) for rule in rules]):
        frame = around(mark.box for mark in cluster)
        inside = sum(line.within(frame).area for line, _ in lines)
        if len(cluster) > 1 and _is_large(frame) and inside < FRAME_TEXT_SHARE * frame.area:
            frames.append(frame)
    return frames


def _in_frames(clusters: list[list[_Mark]], frames: list[Box]) -> list[list[_Mark]]:
    """Clusters that mostly stand in one frame become one with it."""
    framed: dict[int, list[_Mark]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        box = around(mark.box for mark in cluster)
        home = next((at for at, frame in enumerate(frames) if box.within(frame).area >= 0.5 * box.area > 0), None)
        framed[len(frames) + number if home is None else home] += cluster
    for at, frame in enumerate(frames):
        if at in framed:
            framed[at].append(_Mark(frame))
    return list(framed.values())


def _may_be_drawing(marks: list[_Mark]) -> bool:
    """Whether all marks of the page together would be one: if not, no text needs to be read."""
    return sum(mark.segments for mark in marks) >= MIN_SEGMENTS or _has_bars(marks) or _has_colours(marks)


def _is_drawing(cluster: list[_Mark]) -> bool:
    return _is_large(around(mark.box for mark in cluster)) and _may_be_drawing(cluster)


def _is_large(area: Box) -> bool:
    return area.sides[0] >= MIN_SIDES[0] and area.sides[1] >= MIN_SIDES[1]


def _has_bars(marks: list[_Mark]) -> bool:
    standing: dict[tuple[str, int, int], set[int]] = defaultdict(set)
    for mark in marks:
        box = mark.box
        if mark.fill and box.sides[0] > RULE:
            standing["upright", round(box.y1), round(box.width)].add(round(box.height))
            standing["lying", round(box.x0), round(box.height)].add(round(box.width))
    return any(len(lengths) >= MIN_BARS for lengths in standing.values())


def _has_colours(marks: list[_Mark]) -> bool:
    bright = {mark.fill for mark in marks if mark.fill and max(mark.fill) - min(mark.fill) > 0.4}
    return len(bright) >= MIN_COLOURS


def _text_lines(page: pymupdf.Page) -> list[tuple[Box, int]]:
    """Each line of text, with the number of lines of its block."""
    turned = _turn(page)
    content: Any = page.get_text("dict", flags=pymupdf.TEXT_MEDIABOX_CLIP)
    return [
        (mapped(line["bbox"], turned), len(block["lines"]))
        for block in content["blocks"]
        for line in block["lines"]
        if any(span["text"].strip() for span in line["spans"])
    ]


def _is_text(area: Box, lines: list[tuple[Box, int]]) -> bool:
    """Whether running text fills most of it."""
    covered = sum(line.within(area).area for line, count in lines if count > LABEL_LINES)
    return covered >= TEXT_SHARE * area.area


def _with_rules(area: Box, rules: list[Box]) -> Box:
    """Axes and grid lines that touch the area and reach out of it by no more than half its size."""
    room = area.grown(area.width / 2, area.height / 2)
    near = area.grown(CELL, CELL)
    return around([area, *(rule for rule in rules if near.touches(rule) and rule.within(room) == rule)])


def _with_labels(area: Box, lines: list[tuple[Box, int]]) -> Box:
    """Short texts beside it, and once more those beside these: tick labels, then the axis title.

    A column of tick labels may be one block of many lines, but then each is much shorter than the drawing.
    """
    widest = area.width + 4 * LABEL
    labels = [line for line, count in lines if line.width <= (widest if count <= LABEL_LINES else area.width / 4)]
    for _ in range(2):
        near = area.grown(LABEL, LABEL)
        area = around([area, *(label for label in labels if near.touches(label))])
    return area


def _merged(areas: list[Box]) -> list[Box]:
    """Overlapping areas become one."""
    merged: list[Box] = []
    for area in areas:
        while over := next((other for other in merged if other.touches(area)), None):
            merged.remove(over)
            area = around([area, over])
        merged.append(area)
    return merged
