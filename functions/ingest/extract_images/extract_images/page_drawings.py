"""The areas of a page with vector drawings: charts, diagrams and logos drawn with paths.

Marks that stand close together form a cluster, and with it all that stands in the same frame of axes. A cluster is a
drawing if it is large enough, text does not fill it, and

- its shapes have at least MIN_BENDS slanted or curved segments, or MIN_LARGE_BENDS if it is large, or
- its bars (boxes that hold no text) are equally thick and not equally long, or are MIN_BARS at least, or
- its frames are equally wide, stand on one line and have MIN_OUTLINED heights, as in a histogram, or
- at least MIN_BARS of its rules lie too close beside each other for words, as in a bar code, or
- its boxes are filled with MIN_COLOURS bright colours, or
- its rules join boxes that stand apart, as in an organisation chart, or end amid it, as ticks and walls do.

So table rules, underlines, shaded cells, frames, text boxes and shadows are not drawings: they serve a text. Where text
does fill a cluster, such marks are left out and the rest of it is looked at once more. Short texts beside a drawing
are taken into its area.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from passages.page_boxes import Box, around

from .page_geometry import Bands, Joined
from .page_marks import PAGE_SHARE, Mark
from .path_pieces import Kind
from .text_lines import TextLine

MIN_SIDES = (24.0, 48.0)  # points: shorter and longer side
LARGE, MIN_LARGE_BENDS = 60.0, 2  # points of the shorter side, from which few slanted segments make a drawing
MIN_LINE = 8.0  # points: the shorter side of words in outlines
MIN_BENDS = 8
MIN_LINE_BENDS = 24
MIN_BARS = 9
MIN_OUTLINED = 3  # heights
MIN_COLOURS, MIN_COLOURED = 3, 6
MIN_APART, MIN_BOX = 3, 12.0  # boxes joined by rules, and points of their shorter sides
MIN_LOOSE = 2  # rules that end amid a drawing
APART = 0.75  # of an area, up to which boxes stand apart in it
CONTRAST = 0.04  # of a colour's range, from which a fill is seen on its ground
BRIGHT = 0.4
GROUND = 1000.0  # square points, from which a filled box is the ground of what is painted on it
GROUNDS = 30  # that are remembered
HOLDS_TEXT = 0.04  # of a box's area
SPARSE_TEXT = 0.1  # of the area of a diagram that rules make
TABLE_TEXT = 0.25  # of the area of a cluster, from which its rules and boxes serve the text
TEXT_SHARE = 0.45  # of a drawing's area, from which text lines make it a decorated text
CELL, CELLS = 5.0, 160  # points, and along the longer side of a page at most: what is closer is one cluster
ROOM = 12.0  # points around a bar
LABEL = (24.0, 12.0)  # points beside and below; a short text closer than this belongs to the drawing
LABEL_LINES = 3
MARGIN = 3.0  # points around a drawing
TOUCH = 3.0  # points
BAND = 0.8  # of a side of the page, from which a box along it is a decoration
HIDDEN = 0.6  # of a box, from which another one that is painted later makes it a shadow or a ground
SHAPE_FILLED = 0.5  # of the box around a filled shape
STACK_GAP, STACK_WIDTH = 2.0, 0.9  # of the lower and of the wider of two drawings that are one
MOST_RULES = 200  # of a cluster that are looked at
WHITE = (1.0, 1.0, 1.0)
_RUN = re.compile(rb"[^\0]+")

Lines = list[TextLine]
Cluster = list[Mark]


def drawing_areas(page: Box, marks: Cluster, lines: Lines) -> list[Box]:
    """The areas that hold a drawing, top to bottom. `lines` are those of the text."""
    seen = _seen(page, marks)
    texts = Bands(page, [line.box for line in lines])
    found, left = [], []
    for cluster in _in_frames(_clusters(page, seen, texts), texts):
        (found if _is_drawing(cluster, texts, TABLE_TEXT) else left).append(cluster)
    free = [mark for cluster in left for mark in cluster if not _serves_text(mark, texts)]
    found += [cluster for cluster in _clusters(page, free, texts) if _is_drawing(cluster, texts, 1.0)]
    areas = []
    for cluster in found:
        area = around(mark.box for mark in cluster)
        if not _is_text(area, lines):
            areas.append(_with_labels(area, lines).grown(MARGIN, MARGIN).within(page))
    parting = [*(line.box for line in lines), *(mark.box for mark in marks if mark.kind is Kind.IMAGE)]
    return _stacked(sorted(merged(areas), key=lambda area: (round(area.y0), area.x0)), parting)


def unexplained_ink(page: Box, marks: Iterable[Mark], lines: Lines, areas: list[Box]) -> float:
    """The share of the page that is painted with filled boxes and shapes that are in no drawing, hold no text, and are
    neither specks, nor bands along the page, nor shaded as boxes with text are, nor the shadow or the ground of another
    one, nor alone."""
    texts, drawn = Bands(page, [line.box for line in lines]), Bands(page, areas)
    filled = [mark for mark in _seen(page, marks) if mark.kind in (Kind.BOX, Kind.SHAPE) and mark.colour]
    shades = {mark.colour for mark in filled if mark.kind is Kind.BOX and _holds_text(mark, texts)}
    left = [
        mark
        for mark in filled
        if mark.colour not in shades
        and mark.box.sides[0] >= MIN_LINE
        and mark.box.width < BAND * page.width
        and mark.box.height < BAND * page.height
        and not (mark.kind is Kind.BOX and _holds_text(mark, texts))
        and drawn.share(mark.box) < 0.5
    ]
    later = Bands(page, [mark.box for mark in left])
    shown = [
        mark
        for at, mark in enumerate(left)
        if not any(other > at and later.boxes[other].covers(mark.box, HIDDEN) for other in later.near(mark.box))
    ]
    if len(shown) < 2:
        return 0.0
    return sum(mark.box.area * (1.0 if mark.kind is Kind.BOX else SHAPE_FILLED) for mark in shown) / page.area


def merged(areas: list[Box]) -> list[Box]:
    """Overlapping areas become one."""
    result: list[Box] = []
    for area in areas:
        while over := next((other for other in result if other.touches(area)), None):
            result.remove(over)
            area = around([area, over])
        result.append(area)
    return result


def _stacked(areas: list[Box], parting: list[Box]) -> list[Box]:
    """Areas one below the other with no text and no image between them, as lines of a handwriting, become one."""
    result: list[Box] = []
    for area in areas:
        above = result[-1] if result else None
        if above and _is_below(area, above):
            gap = Box(above.x0, above.y1, above.x1, area.y0).grown(0, -MARGIN)
            if not any(box.touches(gap) for box in parting):
                result[-1] = around([above, area])
                continue
        result.append(area)
    return result


def _is_below(area: Box, above: Box) -> bool:
    common = min(area.x1, above.x1) - max(area.x0, above.x0)
    near = 0 <= area.y0 - above.y1 <= STACK_GAP * min(area.height, above.height)
    return near and common >= STACK_WIDTH * max(area.width, above.width)


def _seen(page: Box, marks: Iterable[Mark]) -> list[Mark]:
    """The paths that differ from their ground, without backgrounds and borders of the page."""
    grounds: list[tuple[Box, tuple[float, ...] | None]] = []  # and their colours, if they are known
    seen = []
    for mark in marks:
        if mark.kind is Kind.TEXT:
            continue
        known = mark.colour if mark.colour and len(mark.colour) == 3 else None
        if known and mark.kind is not Kind.IMAGE:
            under = next((colour for box, colour in reversed(grounds) if box.covers(mark.box)), WHITE)
            if under and _contrast(known, under) < CONTRAST:
                continue
        if mark.kind in (Kind.BOX, Kind.IMAGE) and mark.box.area >= GROUND:
            grounds = [*grounds[-GROUNDS:], (mark.box, None if mark.kind is Kind.IMAGE else known)]
        if mark.kind is Kind.IMAGE:
            continue
        if mark.kind in (Kind.BOX, Kind.FRAME) and mark.box.area >= PAGE_SHARE * page.area:
            continue
        seen.append(mark)
    return seen


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _clusters(page: Box, marks: list[Mark], texts: Bands) -> list[Cluster]:
    """Marks grouped by the cells of a coarse grid: linear in marks, and bounded for each, whatever their sizes."""
    cell = max(CELL, max(page.width, page.height) / CELLS)
    columns, rows = int(page.width / cell) + 2, int(page.height / cell) + 2
    grid: dict[int, bytearray] = defaultdict(lambda: bytearray(columns))  # most rows of most pages are empty

    def paint(box: Box) -> None:
        left, right = (min(columns - 1, max(0, int((x - page.x0) / cell))) for x in (box.x0, box.x1))
        top, bottom = (min(rows - 1, max(0, int((y - page.y0) / cell))) for y in (box.y0, box.y1))
        for row in range(top, bottom + 1):
            grid[row][left : right + 1] = b"\1" * (right + 1 - left)

    for mark in marks:
        is_bar = mark.kind is Kind.BOX and not _holds_text(mark, texts)
        room = min(mark.box.sides[0] / 2, ROOM) if is_bar else 0.0  # a bar stands no further off than it is thick
        for edge in _edges(mark):
            paint(edge.grown(room, room))
    joined = Joined()
    starts: dict[int, list[int]] = {}  # of the runs of each row
    firsts: dict[int, int] = {}  # the number of the first run of each row
    above: list[tuple[int, int, int]] = []
    for row in sorted(grid):
        if row - 1 not in grid:
            above = []
        runs = []
        firsts[row] = len(joined)
        for match in _RUN.finditer(grid[row]):
            run = joined.add()
            runs.append((match.start(), match.end(), run))
            for start, end, other in above:
                if start < match.end() and match.start() < end:
                    joined.join(other, run)
        starts[row] = [start for start, _, _ in runs]
        above = runs
    clusters: dict[int, Cluster] = defaultdict(list)
    for mark in marks:
        column = min(columns - 1, max(0, int((mark.box.x0 - page.x0) / cell)))
        row = min(rows - 1, max(0, int((mark.box.y0 - page.y0) / cell)))
        clusters[joined.root(firsts[row] + bisect_right(starts[row], column) - 1)].append(mark)
    return _in_lines(list(clusters.values()))


def _in_lines(clusters: list[Cluster]) -> list[Cluster]:
    """Clusters of shapes side by side, no further apart than words, become one."""
    shapes, others = [], []
    for cluster in clusters:
        (shapes if all(mark.kind in (Kind.SHAPE, Kind.BOX) for mark in cluster) else others).append(cluster)
    boxed = sorted(((around(mark.box for mark in cluster), cluster) for cluster in shapes), key=lambda pair: pair[0].x0)
    lines: list[tuple[Box, Cluster]] = []
    for box, cluster in boxed:
        for at in range(len(lines) - 1, max(-1, len(lines) - 50), -1):
            last, words = lines[at]
            height = min(last.height, box.height)
            beside = box.x0 - last.x1 <= height
            level = min(last.y1, box.y1) - max(last.y0, box.y0) >= 0.5 * height
            alike = max(last.height, box.height) <= 2.5 * height
            if beside and level and alike and MIN_LINE <= height <= 4 * MIN_SIDES[1]:
                lines[at] = (around([last, box]), words + cluster)
                break
        else:
            lines.append((box, cluster))
    return [*others, *(words for _, words in lines)]


def _in_frames(clusters: list[Cluster], texts: Bands) -> list[Cluster]:
    """Clusters that mostly stand among rules or in a frame, as data do among axes, become one with them, unless these
    enclose text, as tables do."""
    boxes = [around(mark.box for mark in cluster) for cluster in clusters]
    frames = [
        at
        for at, cluster in enumerate(clusters)
        if _is_large(boxes[at])
        and (any(mark.kind is Kind.FRAME for mark in cluster) or sum(mark.kind is Kind.RULE for mark in cluster) > 1)
        and texts.share(boxes[at]) < SPARSE_TEXT
    ]
    if not frames:
        return clusters
    frames = sorted(frames, key=lambda at: -boxes[at].area)[:100]
    homes: dict[int, Cluster] = {}
    for at, cluster in enumerate(clusters):
        box = boxes[at].grown(0.5, 0.5)
        home = next((f for f in frames if f == at or boxes[f].within(box).area >= 0.5 * box.area), at)
        homes.setdefault(home, []).extend(cluster)
    return list(homes.values())


def _is_drawing(cluster: Cluster, texts: Bands, most_text: float) -> bool:
    area = around(mark.box for mark in cluster)
    bends = sum(mark.bends for mark in cluster)
    words = bends >= MIN_LINE_BENDS and area.sides[0] >= MIN_LINE and area.sides[1] >= MIN_SIDES[1]
    if not (_is_large(area) or words):
        return False
    share = texts.share(area)
    if share > most_text:
        return False
    if bends >= (MIN_LARGE_BENDS if area.sides[0] >= LARGE else MIN_BENDS):
        return True
    boxes = [mark for mark in cluster if mark.kind is Kind.BOX]
    if _has_colours(boxes) or _has_bars([mark for mark in boxes if not _holds_text(mark, texts)]):
        return True
    if _has_outlined_bars(cluster) or _has_dense_rules(cluster):
        return True
    return share < SPARSE_TEXT and (_has_joined_boxes(cluster, area) or _has_loose_rules(cluster))


def _is_large(area: Box) -> bool:
    return area.sides[0] >= MIN_SIDES[0] and area.sides[1] >= MIN_SIDES[1]


def _serves_text(mark: Mark, texts: Bands) -> bool:
    return mark.kind in (Kind.RULE, Kind.FRAME) or (mark.kind is Kind.BOX and _holds_text(mark, texts))


def _holds_text(mark: Mark, texts: Bands) -> bool:
    return texts.share(mark.box) > HOLDS_TEXT


def _has_bars(bars: list[Mark]) -> bool:
    if len(bars) >= MIN_BARS:
        return True
    lengths: dict[tuple[str, int], set[int]] = defaultdict(set)
    for mark in bars:
        lengths["upright", round(mark.box.width)].add(round(mark.box.height))
        lengths["lying", round(mark.box.height)].add(round(mark.box.width))
    return any(max(each) - min(each) > 2 for each in lengths.values())


def _has_outlined_bars(cluster: Cluster) -> bool:
    """Whether frames of one width and of several heights stand on one line, as in a histogram."""
    heights: dict[tuple[int, int], set[int]] = defaultdict(set)
    for mark in cluster:
        if mark.kind is Kind.FRAME:
            heights[round(mark.box.width), round(mark.box.y1)].add(round(mark.box.height))
    return any(len(each) >= MIN_OUTLINED for each in heights.values())


def _has_dense_rules(cluster: Cluster) -> bool:
    """Whether many rules beside each other are too close for words between them, as in a bar code or hatching."""
    places: dict[tuple[bool, int], list[float]] = defaultdict(list)
    for mark in cluster:
        if mark.kind is Kind.RULE:
            x0, y0, x1, y1 = mark.box
            lying = x1 - x0 >= y1 - y0
            places[lying, round(x0 + x1 if lying else y0 + y1)].append(y0 if lying else x0)
    return any(len(each) >= MIN_BARS and max(each) - min(each) < CELL * len(each) for each in places.values())


def _has_colours(boxes: list[Mark]) -> bool:
    colours = [mark.colour for mark in boxes if mark.colour and len(mark.colour) == 3]
    bright = [colour for colour in colours if max(colour) - min(colour) > BRIGHT]
    return len(bright) >= MIN_COLOURED and len(set(bright)) >= MIN_COLOURS


def _has_joined_boxes(cluster: Cluster, area: Box) -> bool:
    boxes = {
        tuple(round(edge / TOUCH) for edge in mark.box): mark.box.area  # a box that is filled and stroked counts once
        for mark in cluster
        if mark.kind in (Kind.BOX, Kind.FRAME) and mark.box.sides[0] >= MIN_BOX
    }
    rules = any(mark.kind is Kind.RULE for mark in cluster)
    arrows = any(mark.bends for mark in cluster)
    return rules and len(boxes) >= MIN_APART - arrows and sum(boxes.values()) <= APART * area.area


def _has_loose_rules(cluster: Cluster) -> bool:
    """Whether rules end at another one with one end only: the rules of a table do with both, underlines with none."""
    edges = [edge for mark in cluster[:MOST_RULES] for edge in _edges(mark)]
    loose = 0
    for mark in cluster[:MOST_RULES]:
        if mark.kind is not Kind.RULE:
            continue
        x0, y0, x1, y1 = mark.box
        lying = mark.box.width >= mark.box.height
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        ends = [(x0, middle[1]), (x1, middle[1])] if lying else [(middle[0], y0), (middle[0], y1)]
        held = sum(any(_holds(edge, x, y) for edge in edges if edge is not mark.box) for x, y in ends)
        loose += held == 1
    return loose >= MIN_LOOSE


def _edges(mark: Mark) -> list[Box]:
    """The four sides of a frame; the box of any other mark."""
    if mark.kind is not Kind.FRAME:
        return [mark.box]
    x0, y0, x1, y1 = mark.box
    return [Box(x0, y0, x1, y0), Box(x0, y1, x1, y1), Box(x0, y0, x0, y1), Box(x1, y0, x1, y1)]


def _holds(edge: Box, x: float, y: float) -> bool:
    near = TOUCH - 0.1
    return edge.x0 - near <= x <= edge.x1 + near and edge.y0 - near <= y <= edge.y1 + near


def _is_text(area: Box, lines: Lines) -> bool:
    """Whether running text fills most of it."""
    covered = sum(line.box.within(area).area for line in lines if line.of > LABEL_LINES)
    return covered >= TEXT_SHARE * area.area


def _with_labels(area: Box, lines: Lines) -> Box:
    """Short texts beside it, and once more those beside these: tick labels, then the axis title.

    A column of tick labels may be one block of many lines, but then each is much shorter than the drawing.
    """
    widest = area.width + 4 * LABEL[1]
    labels = [line.box for line in lines if line.box.width <= (widest if line.of <= LABEL_LINES else area.width / 4)]
    for _ in range(2):
        near = area.grown(*LABEL)
        area = around([area, *(label for label in labels if near.touches(label))])
    return area
