"""An image is a region of a page as a person sees it: what the stored images hold beyond that never comes out."""

import io
import math
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageOps
from pymupdf import mupdf

from docent.documents import Place
from extract_images.page_effort import BUDGET, COARSEST, Effort
from extract_images.pdf_images import Extraction, ImageFile, Limits, read_images
from extract_images.pdf_opening import open_pdf
from tests.ingest.unit.test_pdf_images import difference, rendered
from tests.support.odd_images import (
    BOX,
    CONDITIONS,
    HEIGHT,
    PAGE,
    WIDTH,
    PdfWriter,
    ink,
    jpeg,
    optional_content,
    photo,
    shown,
)
from tests.support.project import CORPUS

REPORTS = CORPUS / "pdf-reports"
RGB = "/ColorSpace /DeviceRGB /BitsPerComponent 8"
WHOLE = (0.0, 0.0, float(PAGE[0]), float(PAGE[1]))
FIELD = 12  # points
Box = tuple[float, float, float, float]


class Read:
    """What was extracted from a page that shows images by name, and other things."""

    def __init__(self, folder: Path, pdf: bytes, limits: Limits | None = None) -> None:
        self.pdf = pdf
        self.files: dict[str, ImageFile] = {}
        path = folder / "a.pdf"
        path.write_bytes(pdf)
        found: Extraction = read_images(str(path), "a.pdf", limits or Limits(), self._save)
        self.gaps, self.skipped = found.gaps, found.skipped
        self.images = [(image, place) for image in found.images for place in image.places]

    def _save(self, file: ImageFile) -> None:
        self.files[file.image_id] = file

    @property
    def boxes(self) -> list[tuple[int, ...]]:
        return [tuple(round(edge) for edge in place.bbox) for _, place in self.images]

    @property
    def kinds(self) -> list[str]:
        return [image.kind for image, _ in self.images]

    def file(self, at: int = 0) -> ImageFile:
        return self.files[self.images[at][0].image_id]

    def unlike(self) -> float:
        """The largest mean difference, 0 to 255, between an image and its place on the page."""
        return max((self._difference(self.files[image.image_id], place) for image, place in self.images), default=0.0)

    def _difference(self, file: ImageFile, place: Place) -> float:
        there = rendered(self.pdf, place.bbox)
        return unlike(file, there)


def unlike(file: ImageFile, wanted: Image.Image) -> float:
    """The mean difference, 0 to 255, between an image and what it should show."""
    image = Image.open(io.BytesIO(file.data)).convert("RGB").resize(wanted.size, Image.Resampling.BOX)
    return difference(image, wanted.convert("RGB"))


def page_of(content: bytes, resources: str = "", images: dict[str, int] | None = None) -> bytes:
    """`images` are objects of `writer` by name."""
    writer = PdfWriter()
    names = [f"/Im {stored(writer)} 0 R", *(f"/{name} {number} 0 R" for name, number in (images or {}).items())]
    return writer.pdf([writer.page(content, f"/XObject << {' '.join(names)} >> {resources}")])


def stored(writer: PdfWriter, image: Image.Image | None = None, entries: str = "") -> int:
    image = image or photo()
    return writer.image(f"{RGB} /Filter /FlateDecode {entries}", zlib.compress(image.tobytes()), image.size)


def rectangle(box: Box, operator: str = "f") -> bytes:
    x0, y0, x1, y1 = box
    return f"{x0:g} {PAGE[1] - y1:g} {x1 - x0:g} {y1 - y0:g} re {operator}\n".encode()


def clipped(box: Box, content: bytes) -> bytes:
    return b"q " + rectangle(box, "W n") + content + b"Q\n"


# What is not seen does not come out.


def test_what_a_clip_cuts_away_is_not_extracted(tmp_path: Path) -> None:
    read = Read(tmp_path, page_of(clipped((100, 60, 200, 120), shown())))
    assert read.boxes == [(100, 60, 200, 120)]
    assert read.unlike() < 3


def test_a_stored_image_that_is_clipped_is_not_kept_even_as_a_jpeg(tmp_path: Path) -> None:
    writer, data = PdfWriter(), jpeg(photo())
    image = writer.image(f"{RGB} /Filter /DCTDecode", data)
    content = clipped((70, 40, 150, 100), shown())
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >>")]))
    assert read.file().data != data
    assert read.unlike() < 3


@pytest.mark.parametrize(
    "content",
    [
        clipped((0, 0, 30, 30), shown()),  # clipped away
        clipped((0, 0, 90, 90), clipped((100, 100, 250, 200), shown())),  # by two clips that do not meet
        b"/Gone gs " + shown(),  # opacity 0
        shown() + b"1 g " + rectangle((60, 30, 260, 200)),  # under a white shape
        shown() + b"0 g " + rectangle((60, 30, 260, 200)),  # under a black one
        shown(box=(400, 10, 480, 80)),  # outside of the page
        shown(box=(297, 10, 480, 80)),  # nearly
    ],
)
def test_what_nobody_sees_is_no_image(tmp_path: Path, content: bytes) -> None:
    read = Read(tmp_path, page_of(content, "/ExtGState << /Gone << /ca 0 /CA 0 >> >>"))
    assert (read.images, read.gaps) == ([], ())


def test_an_image_that_its_own_mask_hides_is_none(tmp_path: Path) -> None:
    writer = PdfWriter()
    gone = writer.image("/ColorSpace /DeviceGray /BitsPerComponent 8", bytes(WIDTH * HEIGHT))
    image = stored(writer, entries=f"/SMask {gone} 0 R")
    read = Read(tmp_path, writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>")]))
    assert read.images == []


@pytest.mark.parametrize("colour", [b"0 g ", b"1 g ", b"0.8 0.1 0.1 rg "])
def test_what_a_shape_covers_is_not_extracted(tmp_path: Path, colour: bytes) -> None:
    read = Read(tmp_path, page_of(shown() + colour + rectangle((80, 50, 230, 80))))
    assert read.boxes == [tuple(round(edge) for edge in BOX)]
    assert read.unlike() < 3


COVERS = {
    "black letters": b"BT 0 g /Squares 40 Tf 80 120 Td (nnnn) Tj ET ",
    "glyphs that are drawn": b"BT 0 g /Drawn 20 Tf 80 140 Td (aaaaaa) Tj 0 -12 Td (aaaaaa) Tj 0 -12 Td (aaaaaa) Tj ET ",
    "thin rules beside each other": b"0 G 2 w " + b"".join(b"80 %d m 200 %d l S\n" % (y, y) for y in range(115, 156)),
    "a box": b"0 g 80 115 120 40 re f\n",
}


@pytest.mark.parametrize("words", ["", "many words "])
@pytest.mark.parametrize("name", COVERS)
def test_what_is_covered_on_an_image_of_the_whole_page_is_not_extracted(tmp_path: Path, name: str, words: str) -> None:
    """With words, the image is a background, which is rendered without its text."""
    writer, secret = PdfWriter(), Image.new("RGB", PAGE, (240, 250, 255))
    ImageDraw.Draw(secret).rectangle((90, 100, 140, 130), fill=(255, 0, 255))
    image = writer.image(f"{RGB} /Filter /FlateDecode", zlib.compress(secret.tobytes()), PAGE)
    glyph = writer.stream("", b"1000 0 0 0 1000 1000 d1 0 0 1000 700 re f")
    drawn = writer.add(
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 97"
        f" /LastChar 97 /Widths [1000] /CharProcs << /a {glyph} 0 R >> /Encoding << /Differences [97 /a] >> >>"
    )
    fonts = f"/Font << /F << {HELVETICA} >> /Squares << {DINGBATS} >> /Drawn {drawn} 0 R >>"
    lines = b"".join(sentence(20, 20 + 9 * line, words * 3) for line in range(7)) if words else b""
    content = shown(box=WHOLE) + COVERS[name] + lines
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >> {fonts}")]))
    gaps = 400 if name == "black letters" else 20  # pixels, between the letters
    assert magenta(read.file()) < gaps


def magenta(file: ImageFile) -> int:
    """Points of a page that have the colour of what is hidden."""
    seen = Image.open(io.BytesIO(file.data)).convert("RGB").resize(PAGE, Image.Resampling.BOX)
    red, green, blue = (channel.tobytes() for channel in seen.split())
    return sum(r > 200 and g < 60 and b > 200 for r, g, b in zip(red, green, blue, strict=True))


def test_a_sliver_that_is_cut_off_a_small_image_is_not_extracted(tmp_path: Path) -> None:
    read = Read(tmp_path, page_of(clipped((70, 41.4, 90, 50), shown(box=(70, 40, 90, 50)))))
    assert read.images[0][1].bbox == pytest.approx((70, 41.4, 90, 50), abs=0.1)
    assert read.unlike() < 8


@pytest.mark.parametrize("matrix", ["1 0 0 1 20 30", ".5 .1 -.1 .5 20 30"])
def test_what_the_cells_of_a_pattern_leave_out_is_not_extracted(tmp_path: Path, matrix: str) -> None:
    writer, secret = PdfWriter(), photo()
    ImageDraw.Draw(secret).rectangle((0, 0, 60, HEIGHT), fill=(255, 0, 255))
    tile = writer.stream(
        f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [70 0 {WIDTH} {HEIGHT}] /XStep {WIDTH - 70}"
        f" /YStep {HEIGHT} /Matrix [{matrix}] /Resources << /XObject << /Im {stored(writer, secret)} 0 R >> >>",
        b"%d 0 0 %d 0 0 cm /Im Do" % (WIDTH, HEIGHT),
    )
    content = b"/Pattern cs /Tile scn " + rectangle((40, 40, 260, 220))
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/Pattern << /Tile {tile} 0 R >>")]))
    assert read.boxes == [(40, 40, 260, 220)]
    assert magenta(read.file()) == 0


@pytest.mark.parametrize(("condition", "is_shown"), CONDITIONS)
def test_optional_content_is_extracted_if_it_is_shown(tmp_path: Path, condition: str, is_shown: bool) -> None:
    writer = PdfWriter()
    image, layer = stored(writer), optional_content(writer, condition)
    page = writer.page(b"/OC /Layer BDC " + shown() + b"EMC", f"/XObject << /Im {image} 0 R >> {layer}")
    read = Read(tmp_path, writer.pdf([page]))
    assert (len(read.images), read.gaps) == (is_shown, ())


def test_what_is_drawn_on_an_image_is_in_it(tmp_path: Path) -> None:
    content = shown() + b"1 0 0 RG 3 w " + rectangle((100, 60, 180, 100), "S") + b"80 100 m 120 180 l S\n"
    read = Read(tmp_path, page_of(content))
    assert read.kinds == ["embedded"]
    assert read.unlike() < 3


def test_an_image_on_a_dark_ground_is_seen_on_it(tmp_path: Path) -> None:
    writer = PdfWriter()
    alpha = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(alpha).ellipse((20, 20, 120, 100), fill=255)
    mask = writer.image("/ColorSpace /DeviceGray /BitsPerComponent 8", alpha.tobytes())
    white = stored(writer, Image.new("RGB", (WIDTH, HEIGHT), "white"), f"/SMask {mask} 0 R")
    content = b"0 0 0.3 rg " + rectangle((50, 20, 250, 200)) + shown()
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Im {white} 0 R >>")]))
    assert len(read.images) == 1
    assert read.unlike() < 3


def test_a_blended_image_is_as_it_is_shown(tmp_path: Path) -> None:
    content = b"0.2 0.9 0.4 rg " + rectangle((50, 20, 250, 200)) + b"/Blend gs " + shown()
    read = Read(tmp_path, page_of(content, "/ExtGState << /Blend << /BM /Difference >> >>"))
    assert read.unlike() < 3


@pytest.mark.parametrize("subtype", ["Alpha", "Luminosity"])
def test_a_mask_of_the_graphics_state_is_applied(tmp_path: Path, subtype: str) -> None:
    writer = PdfWriter()
    seen = stored(writer)
    form = writer.stream(
        f"/Type /XObject /Subtype /Form /BBox [0 0 {PAGE[0]} {PAGE[1]}] /Group << /S /Transparency /CS /DeviceGray >>"
        f" /Resources << /XObject << /Im {seen} 0 R >> >>",
        shown(),
    )
    state = f"/ExtGState << /Masked << /SMask << /S /{subtype} /G {form} 0 R >> >> >>"
    read = Read(tmp_path, writer.pdf([writer.page(b"/Masked gs 0 g " + rectangle(BOX), state)]))
    assert len(read.images) == (subtype == "Luminosity")  # by alpha alone it is a black box
    assert read.unlike() < 3


def test_a_stencil_painted_with_a_pattern_is_one_image(tmp_path: Path) -> None:
    writer = PdfWriter()
    cell = stored(writer)
    stencil = writer.image("/ImageMask true /BitsPerComponent 1", ink().tobytes())
    tile = writer.stream(
        f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 {WIDTH} {HEIGHT}] /XStep {WIDTH}"
        f" /YStep {HEIGHT} /Matrix [1 0 0 1 70 90] /Resources << /XObject << /Cell {cell} 0 R >> >>",
        b"%d 0 0 %d 0 0 cm /Cell Do" % (WIDTH, HEIGHT),
    )
    resources = f"/XObject << /Im {stencil} 0 R >> /Pattern << /Tile {tile} 0 R >>"
    content = shown().replace(b"q 0 g", b"q /Pattern cs /Tile scn")
    read = Read(tmp_path, writer.pdf([writer.page(content, resources)]))
    assert len(read.images) == 1
    assert read.unlike() < 4


# Colours.


def profile(swap: bool) -> bytes:
    """An RGB profile: sRGB's, with red and blue exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    if swap:
        tags = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(data[128:132]), 12)}
        red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
        data[red : red + 4], data[blue : blue + 4] = data[blue : blue + 4], data[red : red + 4]
    return bytes(data)


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("coded", ["jpeg", "flate"])
def test_a_profile_that_changes_the_colours_is_applied(tmp_path: Path, swap: bool, coded: str) -> None:
    writer = PdfWriter()
    icc = writer.stream("/N 3", profile(swap))
    data = jpeg(photo()) if coded == "jpeg" else zlib.compress(photo().tobytes())
    codec = "/DCTDecode" if coded == "jpeg" else "/FlateDecode"
    image = writer.image(f"/ColorSpace [/ICCBased {icc} 0 R] /BitsPerComponent 8 /Filter {codec}", data)
    read = Read(tmp_path, writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>")]))
    assert read.unlike() < 3
    assert (read.file().data == data) is (coded == "jpeg" and not swap)  # kept where the profile changes nothing


@pytest.mark.parametrize("coded", ["jpeg", "flate"])
def test_a_profile_that_stands_for_the_colours_of_the_device_is_applied(tmp_path: Path, coded: str) -> None:
    writer = PdfWriter()
    icc = writer.stream("/N 3", profile(swap=True))
    data = jpeg(photo()) if coded == "jpeg" else zlib.compress(photo().tobytes())
    image = writer.image(f"{RGB} /Filter {'/DCTDecode' if coded == 'jpeg' else '/FlateDecode'}", data)
    spaces = f"/ColorSpace << /DefaultRGB [/ICCBased {icc} 0 R] >>"
    read = Read(tmp_path, writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >> {spaces}")]))
    assert read.file().data != data
    assert read.unlike() < 3


def test_a_jpeg_in_a_stamp_has_the_colours_that_the_pdf_says(tmp_path: Path) -> None:
    writer = PdfWriter()
    parameters = "/DecodeParms << /ColorTransform 0 >>"
    image = writer.image(f"{RGB} /Filter /DCTDecode {parameters}", jpeg(photo()))
    form = writer.stream(
        f"/Type /XObject /Subtype /Form /BBox [0 0 {PAGE[0]} {PAGE[1]}]"
        f" /Resources << /XObject << /Im {image} 0 R >> >>",
        shown(),
    )
    rect = f"/Rect [0 0 {PAGE[0]} {PAGE[1]}]"
    stamp = writer.add(f"<< /Type /Annot /Subtype /Stamp /F 4 {rect} /AP << /N {form} 0 R >> >>")
    read = Read(tmp_path, writer.pdf([writer.page(b"", "", f"/Annots [{stamp} 0 R]")]))
    assert len(read.images) == 1
    assert read.unlike() < 3


def test_a_transfer_function_is_applied(tmp_path: Path) -> None:
    writer = PdfWriter()
    inverted = writer.add("<< /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [0] /N 1 >>")
    image = stored(writer)
    state = f"/ExtGState << /Inverted << /TR {inverted} 0 R >> >>"
    pdf = writer.pdf([writer.page(b"/Inverted gs " + shown(), f"/XObject << /Im {image} 0 R >> {state}")])
    read = Read(tmp_path, pdf)
    assert read.boxes == [tuple(round(edge) for edge in BOX)]
    assert unlike(read.file(), ImageOps.invert(photo())) < 4


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_an_alpha_channel_that_is_not_asked_for_hides_nothing(tmp_path: Path, mode: str) -> None:
    writer, data = PdfWriter(), io.BytesIO()
    layered = photo().convert(mode)
    layered.putalpha(Image.new("L", (WIDTH, HEIGHT), 0))
    layered.save(data, "JPEG2000")
    space = "/DeviceRGB" if mode == "RGBA" else "/DeviceGray"
    image = writer.image(f"/ColorSpace {space} /SMaskInData 0 /Filter /JPXDecode", data.getvalue())
    read = Read(tmp_path, writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>")]))
    assert unlike(read.file(), photo().convert(mode[:-1])) < 4


@pytest.mark.parametrize("unit", [1.5, 2])
def test_a_page_may_have_a_unit_of_its_own(tmp_path: Path, unit: float) -> None:
    box = (150.0, 20.0, 290.0, 120.0)
    content = shown(box=box) + b"0 0 1 rg " + b"".join(map(rectangle, BARS))
    writer = PdfWriter()
    image = stored(writer)
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >>", f"/UserUnit {unit}")]))
    assert read.boxes[0] == tuple(round(edge * unit) for edge in box)
    assert read.kinds == ["embedded", "drawing"]
    assert read.unlike() < 3


@pytest.mark.parametrize(("colour", "images"), [(b"1 g", 0), (b"0.9 0.2 0.1 rg", 1), (b"0 g", 1)])
def test_a_stencil_has_the_colour_that_it_is_painted_with(tmp_path: Path, colour: bytes, images: int) -> None:
    writer = PdfWriter()
    stencil = writer.image("/ImageMask true /BitsPerComponent 1", ink().tobytes())
    content = shown().replace(b"q 0 g", b"q " + colour)
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Im {stencil} 0 R >>")]))
    assert len(read.images) == images
    assert read.unlike() < 3


# Images in parts.


def strips(order: list[int], gap: float = 0.0, coarse: int = -1) -> bytes:
    writer, content, names = PdfWriter(), b"", []
    for number in order:
        part = photo().crop((0, 20 * number, WIDTH, 20 * number + 20))
        if number == coarse:
            part = part.resize((WIDTH // 2, 10))
        names.append(f"/S{number} {stored(writer, part)} 0 R")
        top = BOX[1] + (20 + gap) * number
        content += shown(f"S{number}", box=(BOX[0], top, BOX[2], top + 20))
    return writer.pdf([writer.page(content, f"/XObject << {' '.join(names)} >>")])


@pytest.mark.parametrize(
    "pdf",
    [strips([0, 2, 4, 1, 3, 5]), strips([5, 4, 3, 2, 1, 0], gap=1), strips([0, 1, 2, 3, 4, 5], gap=-2, coarse=2)],
    ids=["out of order", "with hairlines", "overlapping, of unlike resolution"],
)
def test_strips_are_one_image(tmp_path: Path, pdf: bytes) -> None:
    read = Read(tmp_path, pdf)
    assert len(read.images) == 1
    assert read.unlike() < 4


def test_layers_of_a_figure_are_one_image(tmp_path: Path) -> None:
    writer = PdfWriter()
    back = stored(writer)
    front = writer.image("/ImageMask true /BitsPerComponent 1", ink().tobytes())
    content = shown("Back") + shown("Front", box=(100, 60, 200, 140))
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Back {back} 0 R /Front {front} 0 R >>")]))
    assert read.boxes == [tuple(round(edge) for edge in BOX)]
    assert read.unlike() < 3


def test_images_that_stand_apart_are_two(tmp_path: Path) -> None:
    content = shown(box=(10, 10, 90, 70)) + shown(box=(94, 10, 174, 70))
    assert len(Read(tmp_path, page_of(content)).images) == 2


def test_a_scan_with_ink_drawn_on_it_has_the_ink(tmp_path: Path) -> None:
    content = shown(box=WHOLE) + b"0 0 1 RG 2 w 50 50 m 80 90 120 20 160 60 c S\n"
    read = Read(tmp_path, page_of(content))
    assert ("scan", WHOLE) in [(image.kind, place.bbox) for image, place in read.images]
    assert read.unlike() < 3


@pytest.mark.parametrize(
    "seen", [shown(box=WHOLE) + shown("Im2", box=(40, 20, 200, 90)), b"/Half gs " + shown(box=WHOLE)]
)
def test_a_background_that_is_rendered_is_one_image_for_all_pages(tmp_path: Path, seen: bytes) -> None:
    writer = PdfWriter()
    resources = (
        f"/XObject << /Im {stored(writer)} 0 R /Im2 {stored(writer, ImageOps.invert(photo()))} 0 R >>"
        " /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /ExtGState << /Half << /ca 0.5 >> >>"
    )
    pages = []
    for page in range(3):
        words = b"".join(
            sentence(20, 20 * line, f"page {page} has other words than the others") for line in range(1, 10)
        )
        pages.append(writer.page(b"q " + seen + b"Q /F 9 Tf " + words, resources))
    read = Read(tmp_path, writer.pdf(pages))
    grounds = [image.image_id for image, place in read.images if place.bbox == WHOLE]
    assert (len(grounds), len(set(grounds))) == (3, 1)


def test_a_chart_on_a_background_is_a_drawing(tmp_path: Path) -> None:
    bars = b"".join(rectangle((60 + 30 * at, 200 - 30 * at, 80 + 30 * at, 200)) for at in range(1, 5))
    read = Read(tmp_path, page_of(shown(box=WHOLE) + b"0.1 0.2 0.7 rg " + bars))
    assert "drawing" in read.kinds
    assert read.unlike() < 3


def test_few_pixels_shown_large_are_shown_as_fields(tmp_path: Path) -> None:
    writer = PdfWriter()
    fields = Image.effect_noise((5, 5), 90).convert("RGB")
    read = Read(tmp_path, writer.pdf([writer.page(shown(), f"/XObject << /Im {stored(writer, fields)} 0 R >>")]))
    assert read.file().width >= WIDTH
    assert read.unlike() < 3


@pytest.mark.parametrize(("across", "pixels"), [(0.5, 6), (1.0, 3), (2.5, 2)])
def test_an_image_that_is_drawn_on_has_its_pixels_repeated_whole(tmp_path: Path, across: float, pixels: int) -> None:
    """`across` are its own pixels in a point, and `pixels` those of the result beside each of them."""
    writer, size = PdfWriter(), (round(WIDTH * across), round(HEIGHT * across))
    dots = Image.effect_noise(size, 200).convert("1").convert("RGB")
    image = writer.image(f"{RGB} /Filter /FlateDecode", zlib.compress(dots.tobytes()), size)
    content = shown() + b"1 0 0 RG 80 100 m 80 101 l S\n"
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >>")]))
    made = Image.open(io.BytesIO(read.file().data)).convert("RGB")
    assert made.size == tuple(side * pixels for side in size)
    wanted = dots.resize(made.size, Image.Resampling.NEAREST)
    assert sum(ImageChops.difference(made, wanted).convert("L").histogram()[9:]) < 40 * pixels * pixels


def test_a_region_without_colours_is_grey(tmp_path: Path) -> None:
    grey = Read(tmp_path, page_of(DRAWINGS["a curve of a thousand points"]))
    assert Image.open(io.BytesIO(grey.file().data)).mode == "L"
    coloured = Read(tmp_path, page_of(b"0.5 0.4 0.4 RG " + DRAWINGS["a curve of a thousand points"]))
    assert Image.open(io.BytesIO(coloured.file().data)).mode == "RGB"


def test_an_image_that_is_a_glyph_has_the_place_that_it_paints(tmp_path: Path) -> None:
    writer = PdfWriter()
    glyph = writer.stream("", b"1000 0 d0 q 1000 0 0 500 0 0 cm /Im Do Q")
    font = writer.add(
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 97"
        f" /LastChar 97 /Widths [1000] /CharProcs << /a {glyph} 0 R >> /Encoding << /Differences [97 /a] >>"
        f" /Resources << /XObject << /Im {stored(writer)} 0 R >> >> >>"
    )
    content = b"BT /F 200 Tf 60 100 Td (a) Tj ET"
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/Font << /F {font} 0 R >>")]))
    assert read.boxes == [(60, PAGE[1] - 200, 260, PAGE[1] - 100)]
    assert read.unlike() < 3


def test_a_rotation_that_is_no_quarter_turn_is_none(tmp_path: Path) -> None:
    writer = PdfWriter()
    image = stored(writer)
    read = Read(tmp_path, writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>", "/Rotate 45")]))
    assert read.boxes == [tuple(round(edge) for edge in BOX)]


# Drawings.


def curve(points: int) -> bytes:
    places = [(50 + 200 * at / points, 125 + 60 * math.sin(20 * at / points)) for at in range(points)]
    return b"50 125 m " + b" ".join(b"%.2f %.2f l" % place for place in places) + b" S\n"


BARS = [(60, 150, 80, 200), (90, 110, 110, 200)]
FAN = (
    "/Shading << /Fan << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [60 0 240 0] /Extend [true true]"
    " /Function << /FunctionType 2 /Domain [0 1] /C0 [0.5 0 0] /C1 [0 0 0.8] /N 1 >> >> >>"
)
DRAWINGS = {
    "an arrow": b"3 w 150 40 m 150 200 l S 110 160 m 150 200 l 190 160 l S ",
    "a curve of a thousand points": curve(1000),
    "a line of five points": b"2 w 40 50 m 90 120 l 140 90 l 190 160 l 240 200 l S\n",
    "a pyramid": b"0 0 1 rg 150 230 m 120 170 l 180 170 l h f 1 0 0 rg 118 166 m 182 166 l 240 50 l 60 50 l h f\n",
    "two bars": b"0 0 1 rg " + b"".join(map(rectangle, BARS)),
    "white bars on a dark panel": b"0 0 0.3 rg "
    + rectangle((40, 80, 260, 220))
    + b"1 g "
    + b"".join(map(rectangle, BARS)),
    "a Gantt chart": b"0 0.5 0 rg "
    + b"".join(rectangle((60 + 25 * at, 50 + 20 * at, 110 + 30 * at, 62 + 20 * at)) for at in range(5)),
    "a grid of squares, as in a QR code": b"0 g "
    + b"".join(
        rectangle((60 + 5 * x, 60 + 5 * y, 65 + 5 * x, 65 + 5 * y)) for x in range(20) for y in range(20) if x * y % 3
    ),
    "a stack of greys": b"0.2 g " + rectangle((60, 60, 120, 90)) + b"0.5 g " + rectangle((60, 90, 120, 150)),
    "a floor plan": b"2 w "
    + rectangle((40, 40, 260, 220), "S")
    + b"150 30 m 150 140 l S 40 120 m 110 120 l S 150 140 m 200 140 l S\n",
    "boxes and arrows": b"".join(rectangle((40, 40 + 60 * at, 140, 70 + 60 * at), "S") for at in range(3))
    + b"".join(
        b"90 %d m 90 %d l S 85 %d m 95 %d l 90 %d l f\n" % (y, y - 30, y - 24, y - 24, y - 30) for y in (180, 120)
    ),
    "a chart within a text object": b"BT 0 0 1 rg " + b"".join(map(rectangle, BARS)) + b"ET",
    "one path of many letters": b"".join(
        b"%d %d m %d %d l %d %d l h " % (x, y, x + 9, y, x + 5, y + 20) for x in range(20, 280, 14) for y in (30, 200)
    )
    + b"f",
    "outlined bars": b"".join(
        rectangle((60 + 25 * at, 200 - high, 85 + 25 * at, 200), "S")
        for at, high in enumerate((30, 90, 140, 100, 50, 20))
    ),
    "a bar code of rules": b"".join(
        b"%d w %d 80 m %d 140 l S\n" % (2 + at * 7 % 3 // 2 * 2, 60 + 5 * at, 60 + 5 * at) for at in range(30)
    ),
    "letters cut out of a box": b"40 60 220 60 re "
    + b"".join(b"%d 70 m %d 70 l %d 110 l h " % (x, x + 12, x + 6) for x in range(50, 240, 16))
    + b"f*",
    "a gradient within a triangle": b"q 60 60 m 150 220 l 240 60 l h W n /Fan sh Q",
    "white bars on a gradient": b"/Fan sh 1 g " + b"".join(map(rectangle, BARS)),
    "squares that are images of a pixel": b"".join(
        b"q 5 0 0 5 %d %d cm BI /W 1 /H 1 /CS /G /BPC 8 ID \0 EI Q " % (60 + 5 * x, 60 + 5 * y)
        for x in range(20)
        for y in range(20)
        if x * y % 3
    ),
    "straight digits in outlines": b"".join(
        b"%d 100 m %d 100 l %d 130 l %d 130 l %d 125 l %d 125 l h f\n" % (x, x + 4, x + 4, x - 3, x - 6, x)
        for x in range(60, 200, 20)
    ),
}


@pytest.mark.parametrize(
    "space",
    [
        "[/Separation /Gold /DeviceCMYK << /FunctionType 2 /Domain [0 1] /C0 [0 0 0 0] /C1 [0 0.2 0.8 0] /N 1 >>]",
        "[/Lab << /WhitePoint [0.95 1 1.09] /Range [-100 100 -100 100] >>]",
        "[/CalGray << /WhitePoint [0.95 1 1.09] >>]",
        "/DeviceCMYK",
    ],
)
def test_a_drawing_is_seen_in_any_colour_space(tmp_path: Path, space: str) -> None:
    components = {"/Lab": b"50 20 20", "/Dev": b"0 1 0 0"}.get(space.lstrip("[")[:4], b"0.9")
    content = b"/Odd cs " + components + b" sc " + b"".join(map(rectangle, BARS))
    read = Read(tmp_path, page_of(content, f"/ColorSpace << /Odd {space} >>"))
    assert (read.kinds, read.gaps) == (["drawing"], ())


def test_a_pattern_of_letters_is_a_drawing(tmp_path: Path) -> None:
    """MuPDF has the letters of one cell."""
    writer = PdfWriter()
    tile = writer.stream(
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 60 60] /XStep 60 /YStep 60"
        f" /Resources << /Font << /Squares << {DINGBATS} >> >> >>",
        b"BT 0 g /Squares 40 Tf 10 10 Td (u) Tj ET",
    )
    content = b"/Pattern cs /Tile scn " + rectangle((40, 20, 260, 220))
    read = Read(tmp_path, writer.pdf([writer.page(content, f"/Pattern << /Tile {tile} 0 R >>")]))
    assert read.kinds == ["drawing"]
    assert read.unlike() < 3


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_seen(tmp_path: Path, name: str) -> None:
    read = Read(tmp_path, page_of(DRAWINGS[name], FAN))
    assert set(read.kinds) == {"drawing"}
    assert read.unlike() < 15  # a thin line that falls between two pixels looks different


def sentence(x: float, y: float, words: str = "Some words in a line", size: int = 9) -> bytes:
    return b"0 g BT /F %d Tf %g %g Td (%s) Tj ET\n" % (size, x, PAGE[1] - y, words.encode())


def table(fill: bytes = b"") -> bytes:
    content = b""
    for row in range(7):
        for column in range(3):
            cell = (20 + 85 * column, 30 + 20 * row, 105 + 85 * column, 50 + 20 * row)
            content += (fill + rectangle(cell) if fill and row % 2 else b"") + rectangle(cell, "S")
            content += sentence(cell[0] + 4, cell[3] - 6, f"cell {row} of {column}")
    return content


NO_DRAWINGS = {
    "a table": table(),
    "a shaded table": table(b"0.8 0.9 1 rg "),
    "empty cells shaded as those with words": b"0.8 g "
    + b"".join(rectangle((20 + 65 * at, 40, 80 + 65 * at, 90)) for at in range(4))
    + b"".join(sentence(22, 52 + 12 * at, "words") for at in range(3)),
    "a side bar and a panel": b"0 0.4 0.4 rg "
    + rectangle((0, 0, 60, 250))
    + b"0.9 g "
    + rectangle((80, 30, 280, 110))
    + sentence(90, 60),
    "underlines": b"".join(
        sentence(30, 40 + 20 * at) + b"30 %d m 130 %d l S\n" % (206 - 20 * at, 206 - 20 * at) for at in range(9)
    ),
    "a frame around the page": rectangle((8, 8, 292, 242), "S") + sentence(30, 40),
    "a box with a shadow": b"0.6 g "
    + rectangle((43, 43, 203, 103))
    + b"0.95 g "
    + rectangle((40, 40, 200, 100))
    + sentence(50, 60)
    + sentence(50, 75),
    "specks": b"".join(
        b"%d %d m %d %d %d %d %d %d c f\n" % (x, y, x + 2, y + 3, x + 4, y + 3, x + 5, y)
        for x in (20, 280)
        for y in (20, 230)
    ),
    "a page's ground": b"0.9 0.95 1 rg " + rectangle(WHOLE) + sentence(30, 40),
    "a band": b"0 0 0.5 rg " + rectangle((0, 0, 300, 30)) + sentence(30, 60),
    "a button with round corners and a gradient": b"q 60 104 m 60 122 l 60 124 62 126 64 126 c 140 126 l"
    b" 142 126 144 124 144 122 c 144 104 l 144 102 142 100 140 100 c 64 100 l 62 100 60 102 60 104 c h W n /Fan sh Q "
    + sentence(70, 140),
    "a frame of two boxes": b"40 60 220 120 re 41 61 218 118 re f* " + sentence(60, 100),
    "form fields of several widths": b"".join(
        rectangle((30 + 90 * at, 40 + 22 * row, 90 + 95 * at, 58 + 22 * row), "S")
        for row in range(6)
        for at in range(3)
    ),
    "white on white": b"1 g " + b"".join(map(rectangle, BARS)),
}


@pytest.mark.parametrize("name", NO_DRAWINGS)
def test_what_serves_the_text_is_no_drawing(tmp_path: Path, name: str) -> None:
    fonts = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    read = Read(tmp_path, page_of(NO_DRAWINGS[name], fonts + FAN))
    assert (read.images, read.gaps) == ([], ())


def waves(y: float, high: float = 12) -> bytes:
    return (
        b"1 w %g %g m " % (40, PAGE[1] - y)
        + b"".join(b"%g %g l " % (40 + 2 * at, PAGE[1] - y - high * (at % 2)) for at in range(1, 100))
        + b"S\n"
    )


def test_drawings_below_each_other_are_one_unless_words_or_an_image_part_them(tmp_path: Path) -> None:
    fonts = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    lines = b"".join(waves(y) for y in (40, 80, 120))
    assert len(Read(tmp_path, page_of(lines, fonts)).images) == 1
    parted = waves(20, 30) + sentence(60, 90, size=7) + waves(115, 30)
    assert len(Read(tmp_path, page_of(parted, fonts)).images) == 2
    assert len(Read(tmp_path, page_of(waves(20, 30) + waves(115, 30), fonts)).images) == 1
    assert len(Read(tmp_path, page_of(waves(20, 30) + shown(box=(60, 60, 200, 100)) + waves(115, 30))).images) == 3


ODD = {
    "boxes alike, beside each other": [((40 + 60 * at, 60, 80 + 60 * at, 160), b"0 0 1 rg ") for at in range(4)],
    "two colours": [((40, 40, 100, 100), b"1 0 0 rg "), ((160, 140, 220, 200), b"0 0 1 rg ")],
}


@pytest.mark.parametrize("name", ODD)
def test_considerable_ink_that_no_rule_explains_makes_the_page_an_image(tmp_path: Path, name: str) -> None:
    read = Read(tmp_path, page_of(b"".join(colour + rectangle(box) for box, colour in ODD[name])))
    assert (read.kinds, read.boxes) == (["drawing"], [tuple(map(round, WHOLE))])


def test_an_image_within_a_long_drawing_does_not_make_it_finer_than_a_model_sees(tmp_path: Path) -> None:
    """A side bar with a small logo."""
    content = b"0 0 1 RG 3 w 5 5 m 80 60 5 120 40 245 c 20 200 l 60 150 l S " + shown(box=(20, 100, 28, 106))
    read = Read(tmp_path, page_of(content, images={}))
    assert read.kinds == ["drawing"]
    assert max(read.file().width, read.file().height) <= 1568


def test_layers_as_large_as_the_page_take_bounded_time() -> None:
    effort = Effort()
    for _ in range(10_000):
        effort.add_layer(600 * 800)
    zoom, _ = effort.affordable(3)
    assert effort.seconds(zoom, smooth=False) <= BUDGET or zoom == COARSEST
    assert zoom < 3


def test_the_structure_of_a_tagged_file_is_not_followed(tmp_path: Path) -> None:
    """MuPDF never comes back from a part of it that has no parent."""
    writer = PdfWriter()
    page = writer.page(b"/P << /MCID 0 >> BDC EMC", "", "/StructParents 0")
    orphan = writer.add("<< /Type /StructElem /S /P /K 0 >>")
    writer.root = f"/StructTreeRoot << /K [{orphan} 0 R] /ParentTree << /Nums [0 [{orphan} 0 R]] >> >>"
    (tmp_path / "a.pdf").write_bytes(writer.pdf([page]))
    document = open_pdf(str(tmp_path / "a.pdf"), "a.pdf", Limits())
    assert not mupdf.pdf_dict_gets(
        mupdf.pdf_dict_gets(mupdf.pdf_trailer(document), "Root"), "StructTreeRoot"
    ).m_internal


def test_a_page_of_endless_paths_is_one_image(tmp_path: Path) -> None:
    content = b"".join(b"%d 0 m %d 250 l S\n" % (at % 300, (7 * at) % 300) for at in range(120))
    read = Read(tmp_path, page_of(content), Limits(max_paths=100))
    assert read.boxes == [tuple(map(round, WHOLE))]


@pytest.mark.parametrize("segments", [50_000, 70_000])
def test_a_path_of_endless_segments_has_fewer_pixels(tmp_path: Path, segments: int) -> None:
    """MuPDF tells only of short paths how long they are. With 3 pixels a point, such a page took half a minute."""
    strokes = b"".join(b"%d %d l " % (at % 300, 240 * (at % 2)) for at in range(segments))
    read = Read(tmp_path, page_of(b"0 0 m " + strokes + b"S"))
    assert read.kinds == ["drawing"]
    assert read.file().width < 2.5 * PAGE[0]


def test_a_page_of_far_too_many_paths_is_a_gap(tmp_path: Path) -> None:
    read = Read(tmp_path, page_of(b"0 0 m 300 250 l S\n" * 120), Limits(max_paths=10))
    assert (read.images, [gap.name for gap in read.gaps]) == ([], ["UnreadablePageError"])


def test_what_takes_long_to_render_loses_smooth_edges_and_then_pixels() -> None:
    told = [(effort, *effort.affordable(3)) for effort in (Effort(rise=10.0**power) for power in range(3, 10))]
    assert all(effort.seconds(zoom, smooth) <= BUDGET or zoom == COARSEST for effort, zoom, smooth in told)
    seen = [(smooth, zoom) for _, zoom, smooth in told]
    assert seen == sorted(seen, reverse=True)
    assert (seen[0], seen[-1]) == ((True, 3), (False, COARSEST))


# Any page, beside what it must look like, drawn without a PDF reader.

Canvas = Image.Image
Painted = tuple[bytes, Callable[[Canvas], None]]  # the content, and the same on a canvas of a pixel a point

EDGES = st.tuples(st.integers(0, 200), st.integers(0, 160), st.integers(20, 160), st.integers(20, 120))
BOXES = EDGES.map(lambda told: (told[0], told[1], told[0] + told[2], told[1] + told[3]))
GREYS = st.integers(0, 10)
Edges = tuple[int, int, int, int]


def an_image(box: Edges) -> Painted:
    seen = photo().resize((box[2] - box[0], box[3] - box[1]))
    return shown(box=box), lambda canvas: canvas.paste(seen, box[:2])


def a_clipped_image(clip: Edges, box: Edges, slanted: bool) -> Painted:
    x0, y0, x1, y1 = clip
    corners = [(x0, y0), (x1, y0), (x0, y1)] if slanted else [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    path = b" ".join(b"%d %d %b" % (x, PAGE[1] - y, b"l" if at else b"m") for at, (x, y) in enumerate(corners))
    content, paint = an_image(box)

    inside = Image.new("L", PAGE, 0)
    ImageDraw.Draw(inside).polygon(corners, fill=255)
    return b"q " + path + b" W n " + content + b"Q\n", lambda canvas: painted_within(canvas, inside, paint)


def a_box(grey: int, box: Edges, opaque: bool) -> Painted:
    def paint(canvas: Canvas) -> None:
        covered = Image.new("RGB", canvas.size, (round(25.5 * grey),) * 3)
        inside = Image.new("L", canvas.size, 0)
        inside.paste(255 if opaque else 128, box)
        canvas.paste(covered, mask=inside)

    state = b"/Full gs " if opaque else b"/Half gs "
    return state + b"%.1f g " % (grey / 10) + rectangle(box) + b"/Full gs ", paint


def a_line(box: Edges) -> Painted:
    x0, y0, x1, y1 = box
    content = b"0 G 2 w %d %d m %d %d l S\n" % (x0, PAGE[1] - y0, x1, PAGE[1] - y1)
    return content, lambda canvas: ImageDraw.Draw(canvas).line(box, fill="black", width=2)


def a_sentence(x: int, y: int) -> Painted:
    return sentence(x, y), lambda canvas: None  # small enough to make no difference


def an_image_through_a_mask(level: int, box: Edges) -> Painted:
    """Of the graphics state: one of MASKS, which shows a part of the page in levels of grey."""
    content, paint = an_image(box)
    inside = Image.new("L", PAGE, 0)
    inside.paste(round(255 * MASK_LEVELS[level]), MASK_BOX)
    return b"q /Mask%d gs " % level + content + b"Q\n", lambda canvas: painted_within(canvas, inside, paint)


def an_image_within_letters(x: int, y: int, size: int, box: Edges) -> Painted:
    """Clipped by a text of one letter, the black square of Zapf Dingbats."""
    content, paint = an_image(box)
    square = (x + 0.035 * size, y - 0.705 * size, x + 0.726 * size, y + 0.014 * size)
    inside = Image.new("L", PAGE, 0)
    ImageDraw.Draw(inside).rectangle(square, fill=255)
    text = b"BT 7 Tr /Squares %d Tf %d %d Td (n) Tj ET " % (size, x, PAGE[1] - y)
    return b"q " + text + content + b"Q\n", lambda canvas: painted_within(canvas, inside, paint)


def a_box_of_images(box: Edges) -> Painted:
    """Filled with a pattern whose cells are images."""

    def paint(canvas: Canvas) -> None:
        tiled, seen = Image.new("RGB", PAGE, "white"), photo().resize(CELL)
        for left in range(0, PAGE[0], CELL[0]):
            for bottom in range(0, PAGE[1], CELL[1]):
                tiled.paste(seen, (left, PAGE[1] - bottom - CELL[1]))
        canvas.paste(tiled.crop(box), box[:2])

    return b"q /Pattern cs /Tile scn " + rectangle(box) + b"Q\n", paint


def a_blended_image(box: Edges) -> Painted:
    seen = photo().resize((box[2] - box[0], box[3] - box[1]))

    def paint(canvas: Canvas) -> None:
        canvas.paste(ImageChops.multiply(canvas.crop(box), seen), box[:2])

    return b"q /Darker gs " + shown(box=box) + b"Q\n", paint


def a_ring_of_an_image(hole: Edges, box: Edges) -> Painted:
    """All of it but what is in the hole."""
    content, paint = an_image(box)
    inside = Image.new("L", PAGE, 255)
    inside.paste(0, hole)
    x0, y0, x1, y1 = hole
    path = b"0 0 %d %d re %d %d %d %d re W* n " % (*PAGE, x0, PAGE[1] - y1, x1 - x0, y1 - y0)
    return b"q " + path + content + b"Q\n", lambda canvas: painted_within(canvas, inside, paint)


def a_black_letter(x: int, y: int, size: int) -> Painted:
    """The black square of Zapf Dingbats, which covers what is under it."""

    def paint(canvas: Canvas) -> None:
        square = (x + 0.035 * size, y - 0.705 * size, x + 0.726 * size, y + 0.014 * size)
        ImageDraw.Draw(canvas).rectangle(square, fill="black")

    return b"BT 0 g /Squares %d Tf %d %d Td (n) Tj ET " % (size, x, PAGE[1] - y), paint


def a_page_of_words(_: int) -> Painted:
    """Too small to make a difference, but so many that an image of the whole page is their background."""
    lines = b"".join(sentence(20, 40 + 50 * at, "words " * 12, 2) for at in range(4))
    return lines, lambda canvas: None


def painted_within(canvas: Canvas, inside: Canvas, paint: Callable[[Canvas], None]) -> None:
    whole = canvas.copy()
    paint(whole)
    canvas.paste(whole, mask=inside)


HELVETICA = "/Type /Font /Subtype /Type1 /BaseFont /Helvetica"
DINGBATS = "/Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats"
CELL = (80, 60)
MASK_BOX = (60, 50, 220, 190)
MASK_LEVELS = (0.0, 0.6, 1.0)

PAINTED = st.one_of(
    (BOXES | st.just((0, 0, *PAGE))).map(an_image),
    BOXES.map(a_blended_image),
    st.builds(a_ring_of_an_image, BOXES, BOXES),
    st.builds(a_black_letter, st.integers(0, 200), st.integers(100, 240), st.integers(20, 150)),
    st.just(0).map(a_page_of_words),
    st.builds(an_image_through_a_mask, st.integers(0, len(MASK_LEVELS) - 1), BOXES),
    st.builds(an_image_within_letters, st.integers(0, 200), st.integers(100, 240), st.integers(60, 150), BOXES),
    BOXES.map(a_box_of_images),
    st.builds(a_clipped_image, BOXES, BOXES, st.booleans()),
    st.builds(a_box, GREYS, BOXES, st.booleans()),
    BOXES.map(a_line),
    st.builds(a_sentence, st.integers(0, 200), st.integers(10, 240)),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PAINTED, min_size=1, max_size=6))
@example(
    [a_box_of_images((0, 0, 20, 61)), a_box_of_images((14, 0, 95, 20))]
)  # MuPDF would repeat the first one's cells
def test_whatever_is_painted_each_image_is_what_its_place_shows(tmp_path: Path, painted: list[Painted]) -> None:
    read = Read(tmp_path, page_painted(b"".join(content for content, _ in painted)))
    canvas = Image.new("RGB", PAGE, "white")
    for _, paint in painted:
        paint(canvas)
    assert read.gaps == ()
    for at, (x0, y0, x1, y1) in enumerate(read.boxes):
        assert farthest(read.file(at), canvas.crop((x0, y0, x1, y1))) < 80
    # Nothing of the images is left beside the places of what was read.
    left = canvas.copy()
    for x0, y0, x1, y1 in read.boxes:
        left.paste((255, 255, 255), (x0 - 1, y0 - 1, x1 + 1, y1 + 1))
    red, green, blue = left.split()
    colourful = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    assert sum(colourful.histogram()[60:]) < 8 * 300  # a speck, or an edge


def page_painted(content: bytes) -> bytes:
    writer = PdfWriter()
    image = stored(writer)
    states = ["/Half << /ca 0.5 >> /Full << /ca 1 >> /Darker << /BM /Multiply >>"]
    for at, level in enumerate(MASK_LEVELS):
        group = writer.stream(
            f"/Type /XObject /Subtype /Form /BBox [0 0 {PAGE[0]} {PAGE[1]}]"
            " /Group << /S /Transparency /CS /DeviceGray >>",
            b"%.1f g " % level + rectangle(MASK_BOX),
        )
        states.append(f"/Mask{at} << /SMask << /S /Luminosity /G {group} 0 R >> >>")
    tile = writer.stream(
        f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 {CELL[0]} {CELL[1]}] /XStep {CELL[0]}"
        f" /YStep {CELL[1]} /Resources << /XObject << /Im {image} 0 R >> >>",
        b"%d 0 0 %d 0 0 cm /Im Do" % CELL,
    )
    resources = (
        f"/XObject << /Im {image} 0 R >> /Pattern << /Tile {tile} 0 R >> /ExtGState << {' '.join(states)} >>"
        f" /Font << /F << {HELVETICA} >> /Squares << {DINGBATS} >> >>"
    )
    return writer.pdf([writer.page(content, resources)])


def farthest(file: ImageFile, there: Canvas) -> int:
    """The largest mean difference, 0 to 255, between fields of some points of an image and of its place."""
    size = max(1, there.width // FIELD), max(1, there.height // FIELD)
    image = Image.open(io.BytesIO(file.data)).convert("RGB").resize(size, Image.Resampling.BOX)
    differences = ImageChops.difference(image, there.resize(size, Image.Resampling.BOX))
    return max(max(channel.tobytes()) for channel in differences.split())


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("path", sorted(REPORTS.glob("25-jbig2*.pdf")), ids=lambda path: path.stem)
def test_jbig2_data_beyond_mupdf_is_read_by_the_second_reader(tmp_path: Path, path: Path) -> None:
    read = Read(tmp_path, path.read_bytes())
    assert (len(read.images), read.gaps) == (1, ())
    low, high = Image.open(io.BytesIO(read.file().data)).convert("L").getextrema()
    assert (low, high) == (0, 255)
