"""The images of a page: its regions that a person would call an image, and whether one stored image is all that is
seen there."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from passages.page_boxes import Box, around

from .page_drawings import drawing_areas, merged, unexplained_ink
from .page_geometry import Bands, Joined
from .page_marks import PAGE_SHARE, Mark, PageMarks, PlacedImage
from .path_pieces import RULE, Kind
from .text_lines import TextLine

SCAN_GLYPHS = 200  # seen on a page, from which its full-page image counts as a background and not as a scan
TOUCH = 1.5  # points; producers round the positions of strips, or leave hairlines between them
OVERLAP = 0.1  # of the smaller image, from which two that overlap are layers of one
INSIDE = 0.5  # of a mark, from which it belongs to the image that it is painted on
SLIVER = 0.75  # points by which neighbours may overlap
CUT, CUT_SHARE = 1.5, 0.02  # points, and share of a side, that may be cut off an image, as positions are rounded
BLACK = 0.3  # of a colour's range, up to which a stencil is kept as black
FEW_PIXELS = 64  # of the longer side; an image with fewer that is shown larger is rendered, as a model sees no fields
ZOOM = 3.0  # pixels a point, so that small print can be read
SEEN = 1568  # pixels of the longer side, which is all that a model sees,
LONG = 2  # unless an image is this many times as long as wide: then it is read in parts
LEAST_ZOOM, NEARLY = 2.0, 0.9
FINER = 1.3  # times what a model sees, from which fewer pixels are worth the work of making them
COARSE = 1.0  # pixels a point, below which the single pixels of an image are seen
CONSIDERABLE = 0.02  # of the page: ink that no rule explains, from which the page itself is an image
ABSORBED = 0.5  # of an image, from which it is a part of a drawing

DENSE = 1.0  # points between rules, up to which they hide what is under them as a box does
Lines = Callable[[], list[TextLine]]


@dataclass(frozen=True, slots=True)
class Region:
    """`kind` is as in ImageFile. `images` are those painted there, in their order; `stored` is the image that is all
    that is seen, if one is. `density` is the resolution that shows all of it, in pixels a point. A background is
    rendered without the text on it, so that it is one image for all pages. Regions of a document with the same `key`
    show the same."""

    area: Box
    kind: str
    images: tuple[PlacedImage, ...] = ()
    stored: PlacedImage | None = None
    density: float = ZOOM
    text: bool = True
    key: tuple[Any, ...] | None = None


def regions(found: PageMarks, lines: Lines, drawings: bool = True) -> list[Region]:
    """In the order of painting, drawings last. `lines` reads the lines of text when they are needed."""
    page, marks = found.page, found.marks
    numbers = [at for at, mark in enumerate(marks) if mark.kind is Kind.IMAGE and mark.box.area > 0]
    if not numbers and not found.paths:
        return []
    index = Bands(page, [mark.box for mark in marks] if numbers else [])
    numbers = [at for at in numbers if not _is_covered(at, marks, index)]
    groups = _groups(numbers, marks, page, found.glyphs > 0)
    whole = [group for group in groups if _area(group, marks).covers(page, PAGE_SHARE)]
    parts = [group for group in groups if group not in whole]
    result = []
    if whole:
        result.append(_whole_page(sorted(at for group in whole for at in group), found, index, lines))
    areas: list[Box] = []
    if drawings and found.paths:
        owned = Bands(page, [_area(group, marks) for group in parts])
        free = [mark for mark in marks if mark.kind is not Kind.TEXT and not _is_on_image(mark, owned)]
        if any(mark.kind is not Kind.IMAGE for mark in free):
            areas = drawing_areas(page, free, lines())
            if not whole and unexplained_ink(page, free, lines(), areas) >= CONSIDERABLE:
                areas = [page]
    for group in parts:
        area = _area(group, marks)
        home = next((at for at, drawing in enumerate(areas) if area.within(drawing).area >= ABSORBED * area.area), None)
        if home is not None and areas[home] != page:
            areas[home] = around([areas[home], area])
            continue
        result.append(_image(group, marks, index, lines))
    areas = [area for area in merged(areas) if not (whole and area.covers(page, PAGE_SHARE))]
    for area in areas:
        inside = tuple(
            placed
            for at in numbers
            if (placed := marks[at].placed)
            and marks[at].box.within(area).area >= OVERLAP * min(marks[at].box.area, area.area)
        )
        enough = max(ZOOM, SEEN / area.sides[1])  # however long it is, as its images are a part of it
        result.append(Region(area, "drawing", inside, density=min(enough, _density(inside, area, True))))
    return result


def _area(group: list[int], marks: list[Mark]) -> Box:
    return around(marks[at].box for at in group)


def _is_covered(at: int, marks: list[Mark], index: Bands) -> bool:
    """Whether something opaque that is painted later hides the whole image."""
    box = marks[at].box.grown(-SLIVER, -SLIVER)
    return any(other > at and marks[other].is_opaque and marks[other].box.covers(box) for other in index.near(box))


def _is_on_image(mark: Mark, owned: Bands) -> bool:
    if mark.kind is Kind.IMAGE:
        return False
    grown = mark.box.grown(0.1, 0.1)  # rules have no area
    return any(owned.boxes[at].within(grown).area >= INSIDE * grown.area for at in owned.near(grown))


def _groups(numbers: list[int], marks: list[Mark], page: Box, has_text: bool) -> list[list[int]]:
    """Images that overlap, or touch along an edge, are parts of one. On a page with text, a full-page image is a
    background, and the images on it are their own."""
    joined = Joined(len(numbers))
    boxes = Bands(page, [marks[at].box for at in numbers])
    large = {at for at in numbers if marks[at].box.covers(page, PAGE_SHARE)}
    for place, at in enumerate(numbers):
        box = marks[at].box
        for near in boxes.near(box.grown(TOUCH, TOUCH)):
            other = numbers[near]
            if near <= place or joined.root(place) == joined.root(near):
                continue
            on_background = has_text and len({at, other} & large) == 1 and not _is_ink(at, other, marks)
            if not on_background and _are_one(box, marks[other].box):
                joined.join(near, place)
    groups: dict[int, list[int]] = defaultdict(list)
    for place, at in enumerate(numbers):
        groups[joined.root(place)].append(at)
    return sorted(groups.values())


def _is_ink(at: int, other: int, marks: list[Mark]) -> bool:
    """Whether the later one of two images is painted through a mask, as the ink of a scan is."""
    return not marks[max(at, other)].is_opaque


def _are_one(one: Box, other: Box) -> bool:
    common = one.within(other)
    if common.area > 0 and common.area >= OVERLAP * min(one.area, other.area):
        return True
    beside = abs(one.y0 - other.y0) <= TOUCH and abs(one.y1 - other.y1) <= TOUCH
    below = abs(one.x0 - other.x0) <= TOUCH and abs(one.x1 - other.x1) <= TOUCH
    return (beside and common.x0 - common.x1 <= TOUCH) or (below and common.y0 - common.y1 <= TOUCH)


def _whole_page(group: list[int], found: PageMarks, index: Bands, lines: Lines) -> Region:
    """The page as a person sees it; but a background of text, with nothing else on it, is the same on many pages."""
    page, marks = found.page, found.marks
    images = tuple(placed for at in group if (placed := marks[at].placed))
    background = found.glyphs >= SCAN_GLYPHS and not found.has_covering_glyphs
    kind = "scan" if not background else "embedded" if any(each.xref for each in images) else "inline"
    if len(group) == 1 and _is_stored(group[0], marks, index, lines, text_matters=not background):
        area, stored, key = marks[group[0]].box, images[0], _stored_key(images[0])
    else:
        area, stored, key = page, None, _ground(found) if background else None
    return Region(area, kind, images, stored, _density(images, area, not stored), not background, key)


def _ground(found: PageMarks) -> tuple[Any, ...] | None:
    """What the page shows beside its text; None if that is more than plain images that are objects."""
    shown = [mark for mark in found.marks if mark.kind is not Kind.TEXT]
    if not all(mark.plain and mark.placed and mark.placed.xref for mark in shown):
        return None
    return (found.page, *((mark.placed.xref, mark.placed.matrix, mark.box) for mark in shown if mark.placed))


def _image(group: list[int], marks: list[Mark], index: Bands, lines: Lines) -> Region:
    images = tuple(placed for at in group if (placed := marks[at].placed))
    kind = "embedded" if any(each.xref for each in images) else "inline"
    stored = images[0] if len(group) == 1 and _is_stored(group[0], marks, index, lines) else None
    area = _area(group, marks)
    alone = stored or all(marks[at].kind is Kind.IMAGE for at in index.near(area) if _meet(marks[at].box, area))
    return Region(area, kind, images, stored, _density(images, area, not alone), key=stored and _stored_key(stored))


def _stored_key(stored: PlacedImage) -> tuple[Any, ...] | None:
    """Its object, and how it is turned or mirrored."""
    return (stored.xref, stored.stencil, stored.matrix.turn) if stored.xref else None


def _density(images: tuple[PlacedImage, ...], area: Box, drawn_on: bool) -> float:
    """That of the finest image as far as a model sees it, or if that is too coarse for what is drawn on it, a multiple:
    it repeats pixels."""
    finest = max((image.density for image in images), default=0.0)
    if not finest:
        return ZOOM
    shorter, longer = area.sides
    seen = finest if longer >= LONG * shorter else max(LEAST_ZOOM, SEEN / longer)
    if finest > FINER * seen:
        return seen
    if finest >= COARSE and not drawn_on:
        return finest
    wanted = ZOOM if longer >= LONG * shorter else min(ZOOM, seen)
    return finest * max(1, ceil(NEARLY * wanted / finest))


def _is_stored(at: int, marks: list[Mark], index: Bands, lines: Lines, text_matters: bool = True) -> bool:
    """Whether the stored image is all that is seen at its place: it is upright or turned by quarters, not clipped, not
    blended, and nothing is painted over it, nor seen through it."""
    mark = marks[at]
    placed = mark.placed
    if not placed or not mark.plain or not placed.is_upright or _is_cut(placed.box, mark.box):
        return False
    if placed.stencil and (mark.colour is None or max(mark.colour) > BLACK):
        return False
    if max(placed.image.w(), placed.image.h()) < FEW_PIXELS and _is_enlarged(placed):
        return False
    for other in index.near(mark.box):
        beside = marks[other]
        if other == at or (other < at and (mark.is_opaque or _is_white(beside))):
            continue
        if not _meet(beside.box, mark.box):
            continue
        if (
            not text_matters
            and _is_thin(beside)
            and not any(_is_dense(beside, marks[n]) for n in index.near(beside.box.grown(DENSE, DENSE)))
        ):
            continue  # it hides nothing
        if beside.kind is not Kind.TEXT:
            return False
        if text_matters and any(_meet(line.box, mark.box) for line in lines() if _meet(line.box, beside.box)):
            return False
    return True


def _is_thin(mark: Mark) -> bool:
    return mark.kind is Kind.RULE and mark.box.sides[0] <= RULE


def _is_dense(rule: Mark, other: Mark) -> bool:
    """Whether two rules lie beside each other, so that many of them would hide what is under them."""
    if other is rule or not _is_thin(other):
        return False
    common = rule.box.grown(DENSE, DENSE).within(other.box.grown(DENSE, DENSE))
    return common.sides[0] > 0 and common.sides[1] > 4 * RULE and rule.box != other.box


def _is_cut(whole: Box, seen: Box) -> bool:
    sides = ((whole.width, seen.width), (whole.height, seen.height))
    return any(side - left > min(CUT, CUT_SHARE * side) for side, left in sides)


def _is_enlarged(placed: PlacedImage) -> bool:
    return placed.box.width > placed.image.w() and placed.box.height > placed.image.h()


def _is_white(mark: Mark) -> bool:
    return mark.kind is Kind.BOX and mark.colour is not None and len(mark.colour) == 3 and min(mark.colour) > 0.99


def _meet(one: Box, other: Box) -> bool:
    """Whether they overlap by more than neighbours do; a rule has no thickness of its own."""
    common = one.within(other)
    wide, high = common.x1 - common.x0, common.y1 - common.y0
    if wide < 0 or high < 0:
        return False
    return (wide > SLIVER or one.width <= SLIVER < high) and (high > SLIVER or one.height <= SLIVER < wide)
