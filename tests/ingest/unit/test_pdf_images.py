"""Images come out of a PDF as a reader sees them, each once, and a damaged part never loses the rest."""

import hashlib
import io
import zlib
from pathlib import Path

import pymupdf
import pytest
from PIL import Image, ImageChops, ImageStat

from docent.errors.ingest import EmptyPdfError, EncryptedPdfError, OversizedPdfError, UnreadablePdfError
from extract_images import png_stream
from extract_images.pdf_images import Extraction, ImageFile, Limits, read_images
from tests.support.odd_images import (
    BOX,
    HEIGHT,
    PAGE,
    WIDTH,
    PdfWriter,
    fax,
    ink,
    inline_image,
    jpeg,
    odd_images,
    pdf_of_image,
    photo,
    shown,
    with_png_predictor,
    with_tiff_predictor,
)
from tests.support.project import ROOT

NAME = "s3://documents/reports/a.pdf"
RGB = "/ColorSpace /DeviceRGB /BitsPerComponent 8"
FLATE = "/Filter /FlateDecode"
ODD_IMAGES = odd_images()


class Shelf:
    """Keeps what is saved, and minds that nothing is saved twice."""

    def __init__(self) -> None:
        self.files: dict[str, ImageFile] = {}

    def save(self, file: ImageFile) -> None:
        assert file.image_id not in self.files
        self.files[file.image_id] = file


def read(tmp_path: Path, pdf: bytes, limits: Limits | None = None) -> tuple[Extraction, Shelf]:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    shelf = Shelf()
    return read_images(str(path), NAME, limits or Limits(), shelf.save), shelf


def only_image(extraction: Extraction, shelf: Shelf) -> Image.Image:
    assert extraction.gaps == ()
    (found,) = extraction.images
    return decoded(shelf.files[found.image_id])


def decoded(file: ImageFile) -> Image.Image:
    image = Image.open(io.BytesIO(file.data))
    assert image.format is not None
    assert image.format.lower() == file.format
    assert image.size == (file.width, file.height)
    return image.convert("RGB")


def rendered(pdf: bytes, box: tuple[float, float, float, float] = BOX, page: int = 0) -> Image.Image:
    """The box of the page as MuPDF shows it, a pixel a point."""
    pixmap = pymupdf.open(stream=pdf, filetype="pdf")[page].get_pixmap(clip=pymupdf.Rect(box), alpha=False)
    return Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean absolute difference of samples, 0 to 255."""
    assert one.size == other.size
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.mark.parametrize("name", ODD_IMAGES)
def test_an_odd_image_comes_out_as_the_page_shows_it(tmp_path: Path, name: str) -> None:
    pdf = ODD_IMAGES[name]
    image = only_image(*read(tmp_path, pdf))
    assert difference(image, rendered(pdf)) < 2.5
    assert max(high for _, high in image.getextrema()) > 100, "never a black image"


# The defects of the published articles' code, one by one.


def test_a_cmyk_image_is_converted_to_rgb(tmp_path: Path) -> None:
    extraction, shelf = read(tmp_path, ODD_IMAGES["cmyk jpeg"])
    (file,) = shelf.files.values()
    assert Image.open(io.BytesIO(file.data)).mode == "RGB"
    assert extraction.gaps == ()


def test_what_a_soft_mask_makes_transparent_is_white_and_not_black(tmp_path: Path) -> None:
    writer = PdfWriter()
    alpha = Image.new("L", (WIDTH, HEIGHT))
    alpha.paste(255, (0, 0, 10, 10))
    mask = writer.image("/ColorSpace /DeviceGray /BitsPerComponent 8", alpha.tobytes())
    image = writer.image(f"{RGB} /SMask {mask} 0 R", bytes(3 * WIDTH * HEIGHT))
    pdf = writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>")])
    seen = only_image(*read(tmp_path, pdf))
    assert (seen.getpixel((5, 5)), seen.getpixel((80, 60))) == ((0, 0, 0), (255, 255, 255))


def test_a_logo_on_every_page_is_one_image_with_every_place(tmp_path: Path) -> None:
    writer = PdfWriter()
    image = writer.image(f"{RGB} {FLATE}", zlib.compress(photo().tobytes()))
    pages = [writer.page(shown(), f"/XObject << /Im {image} 0 R >>") for _ in range(5)]
    extraction, shelf = read(tmp_path, writer.pdf(pages))
    (found,) = extraction.images
    assert [place.page for place in found.places] == [1, 2, 3, 4, 5]
    assert {tuple(round(edge) for edge in place.bbox) for place in found.places} == {BOX}
    assert len(shelf.files) == 1


def test_the_same_image_in_two_objects_is_one_image(tmp_path: Path) -> None:
    writer = PdfWriter()
    data = jpeg(photo())
    images = [writer.image(f"{RGB} /Filter /DCTDecode", data) for _ in range(2)]
    pages = [writer.page(shown(), f"/XObject << /Im {image} 0 R >>") for image in images]
    extraction, _ = read(tmp_path, writer.pdf(pages))
    (found,) = extraction.images
    assert [place.page for place in found.places] == [1, 2]


def test_a_jpeg_is_kept_as_it_is(tmp_path: Path) -> None:
    data = jpeg(photo())
    extraction, shelf = read(tmp_path, pdf_of_image(f"{RGB} /Filter /DCTDecode", data))
    (file,) = shelf.files.values()
    assert file.data == data
    (found,) = extraction.images
    assert found.image_id == hashlib.sha256(data).hexdigest()
    assert (found.format, found.width, found.height, found.kind) == ("jpeg", WIDTH, HEIGHT, "embedded")


def test_a_deflated_image_with_png_rows_is_not_deflated_again(tmp_path: Path) -> None:
    deflated = with_png_predictor(photo())
    parameters = f"/DecodeParms << /Predictor 15 /Colors 3 /Columns {WIDTH} >>"
    extraction, shelf = read(tmp_path, pdf_of_image(f"{RGB} {FLATE} {parameters}", deflated))
    (file,) = shelf.files.values()
    assert deflated in file.data
    assert difference(only_image(extraction, shelf), photo()) == 0


def opaque_mask(writer: PdfWriter, alpha: bytes = bytes([255])) -> str:
    mask = writer.image("/ColorSpace /DeviceGray /BitsPerComponent 8", alpha * (WIDTH * HEIGHT))
    return f"/SMask {mask} 0 R"


def test_a_mask_that_hides_nothing_is_no_reason_to_decode(tmp_path: Path) -> None:
    writer, data = PdfWriter(), jpeg(photo())
    image = writer.image(f"{RGB} {opaque_mask(writer)} /Filter /DCTDecode", data)
    _, shelf = read(tmp_path, writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>")]))
    assert [file.data for file in shelf.files.values()] == [data]


def test_a_mask_that_hides_a_little_counts(tmp_path: Path) -> None:
    writer = PdfWriter()
    image = writer.image(f"{RGB} {opaque_mask(writer, bytes([250]))} {FLATE}", zlib.compress(photo().tobytes()))
    pdf = writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>")])
    assert difference(only_image(*read(tmp_path, pdf)), photo()) > 0


def test_a_giant_mask_of_a_small_image_is_a_gap_and_is_never_decoded(tmp_path: Path) -> None:
    writer = PdfWriter()
    giant = zlib.compress(bytes(1_000_000))
    mask = writer.image(f"/ColorSpace /DeviceGray /BitsPerComponent 8 {FLATE}", giant, (35000, 35000))
    image = writer.image(f"{RGB} /SMask {mask} 0 R /Filter /DCTDecode", jpeg(photo()))
    extraction, _ = read(tmp_path, writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>")]))
    assert extraction.images == ()
    assert [(gap.page, gap.name) for gap in extraction.gaps] == [(1, "UnreadablePictureError")]


PACKED = {
    "raw": (RGB, photo().tobytes()),
    "deflated": (f"{RGB} {FLATE}", zlib.compress(photo().tobytes())),
    "deflated with PNG rows": (
        f"{RGB} {FLATE} /DecodeParms << /Predictor 15 /Colors 3 /Columns {WIDTH} >>",
        with_png_predictor(photo()),
    ),
    "deflated with TIFF's predictor": (
        f"{RGB} {FLATE} /DecodeParms << /Predictor 2 /Colors 3 /Columns {WIDTH} >>",
        zlib.compress(with_tiff_predictor(photo())),
    ),
    "fax": (
        "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode"
        f" /DecodeParms << /K -1 /Columns {WIDTH} /Rows {HEIGHT} >>",
        fax(ink()),
    ),
    "palette": (
        f"/ColorSpace [/Indexed /DeviceRGB 255 <{bytes(range(255, -1, -1)).hex() * 3}>] /BitsPerComponent 8 {FLATE}",
        zlib.compress(photo().convert("L").tobytes()),
    ),
}


@pytest.mark.parametrize("matrix", ["", "160 0 0 -120 70 210"], ids=["upright", "bottom up"])
@pytest.mark.parametrize("name", PACKED)
def test_samples_that_are_repacked_in_pieces_are_the_ones_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, matrix: str
) -> None:
    monkeypatch.setattr(png_stream, "PIECE", 1000)
    writer = PdfWriter()
    image = writer.image(*PACKED[name])
    pdf = writer.pdf([writer.page(shown(matrix=matrix), f"/XObject << /Im {image} 0 R >>")])
    assert difference(only_image(*read(tmp_path, pdf)), rendered(pdf)) == 0


@pytest.mark.parametrize("entries", [RGB, f"{RGB} {FLATE}"])
def test_samples_that_end_early_are_shown_as_far_as_they_go(tmp_path: Path, entries: str) -> None:
    data = photo().tobytes()
    cut = zlib.compress(data)[:-9] if FLATE in entries else data[: len(data) // 2]
    pdf = pdf_of_image(entries, cut)
    assert difference(only_image(*read(tmp_path, pdf)), rendered(pdf)) == 0


def test_reading_a_pdf_writes_no_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read(tmp_path, ODD_IMAGES["jpx"])
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


# Images where they stand, and as they stand.


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_an_image_on_a_turned_page_is_upright_and_in_its_place(tmp_path: Path, rotation: int) -> None:
    pdf = pdf_of_image(f"{RGB} {FLATE}", zlib.compress(photo().tobytes()), rotation=rotation)
    extraction, shelf = read(tmp_path, pdf)
    place = extraction.images[0].places[0]
    assert difference(only_image(extraction, shelf), rendered(pdf, place.bbox)) < 1


@pytest.mark.parametrize("matrix", ["-160 0 0 120 230 90", "160 0 0 -120 70 210", "0 160 -120 0 200 50"])
def test_an_image_stored_mirrored_or_turned_comes_out_as_shown(tmp_path: Path, matrix: str) -> None:
    writer = PdfWriter()
    image = writer.image(f"{RGB} /Filter /DCTDecode", jpeg(photo()))
    pdf = writer.pdf([writer.page(shown(matrix=matrix), f"/XObject << /Im {image} 0 R >>")])
    extraction, shelf = read(tmp_path, pdf)
    place = extraction.images[0].places[0]
    assert difference(only_image(extraction, shelf), rendered(pdf, place.bbox)) < 2.5


def test_exif_does_not_turn_an_image_that_the_page_shows_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pdf = pdf_of_image(f"{RGB} /Filter /DCTDecode", jpeg(photo(), exif=exif.tobytes()))
    _, shelf = read(tmp_path, pdf)
    (file,) = shelf.files.values()
    assert Image.open(io.BytesIO(file.data)).getexif().get(0x0112, 1) == 1
    assert difference(decoded(file), rendered(pdf)) < 2.5


def test_an_image_at_two_places_of_a_page_has_both(tmp_path: Path) -> None:
    writer = PdfWriter()
    image = writer.image(f"{RGB} {FLATE}", zlib.compress(photo().tobytes()))
    content = shown(box=(10, 10, 90, 70)) + shown(box=(150, 100, 230, 160))
    extraction, _ = read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >>")]))
    (found,) = extraction.images
    assert [tuple(round(edge) for edge in place.bbox) for place in found.places] == [
        (10, 10, 90, 70),
        (150, 100, 230, 160),
    ]


def test_strips_that_abut_are_one_image(tmp_path: Path) -> None:
    writer, content, names = PdfWriter(), b"", []
    for strip in range(0, HEIGHT, 8):
        part = photo().crop((0, strip, WIDTH, strip + 8))
        image = writer.image(f"{RGB} {FLATE}", zlib.compress(part.tobytes()), (WIDTH, 8))
        names.append(f"/S{strip} {image} 0 R")
        content += shown(f"S{strip}", box=(BOX[0], BOX[1] + strip, BOX[2], BOX[1] + strip + 8))
    pdf = writer.pdf([writer.page(content, f"/XObject << {' '.join(names)} >>")])
    extraction, shelf = read(tmp_path, pdf)
    assert difference(only_image(extraction, shelf), photo()) < 1
    assert tuple(round(edge) for edge in extraction.images[0].places[0].bbox) == BOX


def test_a_page_that_is_one_image_is_a_scan_in_its_original_bytes(tmp_path: Path) -> None:
    writer, data = PdfWriter(), jpeg(photo())
    image = writer.image(f"{RGB} /Filter /DCTDecode", data)
    content = shown(box=(0, 0, *PAGE))
    extraction, shelf = read(tmp_path, writer.pdf([writer.page(content, f"/XObject << /Im {image} 0 R >>")]))
    assert extraction.images[0].kind == "scan"
    assert [file.data for file in shelf.files.values()] == [data]


def test_a_scan_in_layers_is_rendered_as_the_one_page_it_is(tmp_path: Path) -> None:
    writer = PdfWriter()
    back = writer.image(f"{RGB} /Filter /DCTDecode", jpeg(photo()))
    front = writer.image(f"/ImageMask true /BitsPerComponent 1 {FLATE}", zlib.compress(ink().tobytes()))
    content = shown("Back", box=(0, 0, *PAGE)) + shown("Front", box=(0, 0, *PAGE))
    pdf = writer.pdf([writer.page(content, f"/XObject << /Back {back} 0 R /Front {front} 0 R >>")])
    extraction, shelf = read(tmp_path, pdf)
    assert extraction.images[0].kind == "scan"
    assert difference(only_image(extraction, shelf).resize(PAGE), rendered(pdf, (0, 0, *PAGE))) < 3


def test_a_background_under_text_is_no_scan(tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_image(page.rect, stream=jpeg(photo()), keep_proportion=False)
    page.insert_textbox((50, 50, 500, 700), "All of this can be read without any image. " * 20)
    extraction, _ = read(tmp_path, document.tobytes())
    assert [image.kind for image in extraction.images] == ["embedded"]


# Drawings.


def chart() -> pymupdf.Document:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_textbox((72, 60, 520, 300), "Running text that stands above the chart. " * 20)
    shape = page.new_shape()
    shape.draw_polyline([(150, 500), (200, 420), (250, 470), (300, 380), (350, 440), (400, 360)])
    shape.draw_polyline([(150, 480), (200, 490), (250, 400), (300, 430), (350, 380), (400, 390)])
    shape.finish(color=(1, 0, 0), closePath=False)
    shape.draw_line((140, 340), (140, 510))
    shape.draw_line((140, 510), (410, 510))
    shape.finish(color=(0, 0, 0))
    shape.commit()
    for number in range(6):
        page.insert_text((145 + 50 * number, 524), f"20{20 + number}")
    return document


def test_a_chart_is_a_drawing_with_its_axes_and_labels(tmp_path: Path) -> None:
    pdf = chart().tobytes()
    extraction, shelf = read(tmp_path, pdf)
    (found,) = extraction.images
    assert found.kind == "drawing"
    x0, y0, x1, y1 = found.places[0].bbox
    assert 125 < x0 < 140
    assert 320 < y0 < 345
    assert 410 < x1 < 440
    assert 520 < y1 < 545
    assert max(found.width, found.height) <= 1568
    image = only_image(extraction, shelf)
    shown_there = rendered(pdf, found.places[0].bbox)
    assert difference(image.resize(shown_there.size), shown_there) < 6


def test_a_bar_chart_is_a_drawing(tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    for number, height in enumerate((40, 90, 60, 120)):
        page.draw_rect((100 + 30 * number, 400 - height, 120 + 30 * number, 400), fill=(0, 0.3, 0.8))
    extraction, _ = read(tmp_path, document.tobytes())
    assert [image.kind for image in extraction.images] == ["drawing"]


def test_tables_rules_and_frames_are_no_drawings(tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.draw_rect(pymupdf.Rect(20, 20, page.rect.x1 - 20, page.rect.y1 - 20))
    page.draw_line((72, 90), (500, 90))
    for row in range(8):
        for column in range(4):
            x, y = 80 + 100 * column, 200 + 24 * row
            cell = pymupdf.Rect(x, y, x + 100, y + 24)
            page.draw_rect(cell, fill=(0.9, 0.9, 0.95) if row % 2 else None)
            page.insert_text((cell.x0 + 4, cell.y1 - 8), f"cell {row} {column}")
    extraction, _ = read(tmp_path, document.tobytes())
    assert (extraction.images, extraction.gaps) == ((), ())


def test_drawings_can_be_left_out(tmp_path: Path) -> None:
    extraction, _ = read(tmp_path, chart().tobytes(), Limits(drawings=False))
    assert extraction.images == ()


# Limits: nothing is cut off in silence.


def many_inline_images(count: int) -> bytes:
    writer, content = PdfWriter(), b""
    for number in range(count):
        image = Image.new("RGB", (10, 10), (number % 256, 40, 80))
        image.paste((255, 255, 255), (0, 0, 5, 5))
        content += b"q 12 0 0 12 %d %d cm " % (14 * (number % 20), 14 * (number // 20)) + inline_image(image) + b"Q\n"
    return writer.pdf([writer.page(content)])


def test_inline_images_are_all_found(tmp_path: Path) -> None:
    extraction, _ = read(tmp_path, many_inline_images(30))
    assert [image.kind for image in extraction.images] == ["inline"] * 30


def test_more_images_on_a_page_than_the_limit_leave_a_gap(tmp_path: Path) -> None:
    extraction, _ = read(tmp_path, many_inline_images(30), Limits(max_page_images=20))
    assert len(extraction.images) == 20
    assert [(gap.page, gap.name) for gap in extraction.gaps] == [(1, "OversizedPdfError")]
    assert f"Page 1 of {NAME} shows 30 images; the first 20 are read." in extraction.gaps[0].message


def test_more_images_than_the_limit_leave_a_gap(tmp_path: Path) -> None:
    extraction, shelf = read(tmp_path, many_inline_images(30), Limits(max_images=5))
    assert len(extraction.images) == len(shelf.files) == 5
    assert f"{NAME} has more than 5 images; the first 5 are read." in extraction.gaps[0].message


def test_more_places_than_the_limit_are_counted(tmp_path: Path) -> None:
    writer = PdfWriter()
    image = writer.image(f"{RGB} {FLATE}", zlib.compress(photo().tobytes()))
    pages = [writer.page(shown(), f"/XObject << /Im {image} 0 R >>") for _ in range(5)]
    extraction, _ = read(tmp_path, writer.pdf(pages), Limits(max_places=3))
    assert len(extraction.images[0].places) == 3
    assert extraction.skipped == {"places": 2}


def test_a_giant_image_in_a_few_bytes_is_a_gap_and_is_never_decoded(tmp_path: Path) -> None:
    giant = zlib.compress(bytes(1_000_000))
    writer = PdfWriter()
    image = writer.image("/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode", giant, (35000, 35000))
    small = writer.image(f"{RGB} /Filter /DCTDecode", jpeg(photo()))
    resources = f"/XObject << /Big {image} 0 R /Im {small} 0 R >>"
    content = shown("Big", box=(0, 170, 100, 240)) + shown()
    extraction, _ = read(tmp_path, writer.pdf([writer.page(content, resources)]))
    assert len(extraction.images) == 1
    assert [(gap.page, gap.name) for gap in extraction.gaps] == [(1, "UnreadablePictureError")]
    assert "35000 × 35000 pixels" in extraction.gaps[0].message


@pytest.mark.parametrize("entries", ["/ColorSpace /DeviceGray", f"{RGB} {FLATE}"])
@pytest.mark.parametrize(
    ("size", "seen"),
    # What is long is read in parts, at the full size that a model takes.
    [((8101, 4101), (4051, 2051)), ((9001, 801), (8000, 712))],
)
def test_an_image_wider_than_a_model_takes_is_halved_unless_it_is_long(
    tmp_path: Path, entries: str, size: tuple[int, int], seen: tuple[int, int]
) -> None:
    wide = Image.new("RGB" if FLATE in entries else "L", size, "white")
    wide.paste("black", (0, 0, size[0] // 2, size[1]))
    data = zlib.compress(wide.tobytes(), 1) if FLATE in entries else wide.tobytes()
    writer = PdfWriter()
    stored = writer.image(entries if FLATE in entries else f"{entries} /BitsPerComponent 8", data, size)
    content = b"q 180 0 0 %d 10 10 cm /Im Do Q" % max(16, 180 * size[1] // size[0])
    pdf = writer.pdf([writer.page(content, f"/XObject << /Im {stored} 0 R >>")])
    image = only_image(*read(tmp_path, pdf))
    assert abs(image.width - seen[0]) <= 1
    middle = seen[0] // 2
    assert (image.getpixel((middle - 3, 100)), image.getpixel((middle + 3, 0))) == ((0, 0, 0), (255, 255, 255))


def test_a_scan_too_large_for_a_model_is_rendered_smaller(tmp_path: Path) -> None:
    wide = Image.new("1", (9000, 200), 1)
    wide.paste(0, (0, 0, 4500, 200))
    pdf = pdf_of_image(f"/ColorSpace /DeviceGray /BitsPerComponent 1 {FLATE}", zlib.compress(wide.tobytes()), wide.size)
    image = only_image(*read(tmp_path, pdf))
    assert max(image.size) <= 8000
    left, right = image.getpixel((9, 9)), image.getpixel((image.width - 9, 9))
    assert (left, right) == ((0, 0, 0), (255, 255, 255))


def test_specks_are_counted_and_not_read(tmp_path: Path) -> None:
    writer = PdfWriter()
    dot = writer.image(RGB, bytes(12), (2, 2))
    image = writer.image(f"{RGB} {FLATE}", zlib.compress(photo().tobytes()))
    content = shown("Dot", box=(10, 10, 60, 60)) + shown(box=(100, 100, 104, 103)) + shown(box=(400, 10, 480, 80))
    pdf = writer.pdf([writer.page(content, f"/XObject << /Dot {dot} 0 R /Im {image} 0 R >>")])
    extraction, _ = read(tmp_path, pdf)
    assert extraction.images == ()
    assert extraction.skipped == {"off_page": 1, "specks": 2}


def test_time_that_runs_out_keeps_what_was_found_and_says_where_it_stopped(tmp_path: Path) -> None:
    writer = PdfWriter()
    image = writer.image(f"{RGB} {FLATE}", zlib.compress(photo().tobytes()))
    pages = [writer.page(shown(), f"/XObject << /Im {image} 0 R >>") for _ in range(9)]
    path = tmp_path / "a.pdf"
    path.write_bytes(writer.pdf(pages))
    ticks = iter(range(1000))
    extraction = read_images(str(path), NAME, Limits(seconds=8), Shelf().save, clock=lambda: float(next(ticks)))
    assert extraction.page_count == 9
    assert 1 <= len(extraction.images[0].places) < 9
    assert [gap.name for gap in extraction.gaps] == ["ExtractionStoppedError"]
    assert f"to 9 of {NAME}" in extraction.gaps[0].message


# Whole documents that cannot be read, and parts that cannot.


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyPdfError, match=NAME):
        read(tmp_path, b"")


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyPdfError, match="no pages"):
        read(tmp_path, PdfWriter().pdf([]))


def _png() -> bytes:
    out = io.BytesIO()
    photo().save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"just a line of text\n",
        b"<html><body><h1>A web page</h1></body></html>",
        b"PK\x03\x04 not a book",
        _png(),
        jpeg(photo()),
        b"%PDF-1.7\nbroken",
    ],
)
def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadablePdfError, match=NAME):
        read(tmp_path, content)


def test_a_pdf_that_needs_a_password_is_refused_and_one_with_an_owner_password_is_read(
    tmp_path: Path,
) -> None:
    document = pymupdf.open(stream=ODD_IMAGES["icc jpeg"], filetype="pdf")
    locked = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="boss")
    with pytest.raises(EncryptedPdfError, match=NAME):
        read(tmp_path, locked)
    owned = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="boss")
    assert len(read(tmp_path, owned)[0].images) == 1


def test_a_pdf_beyond_the_limits_is_refused(tmp_path: Path) -> None:
    writer = PdfWriter()
    pdf = writer.pdf([writer.page(b"") for _ in range(4)])
    with pytest.raises(OversizedPdfError, match="4 pages"):
        read(tmp_path, pdf, Limits(max_pages=3))
    with pytest.raises(OversizedPdfError, match="bytes"):
        read(tmp_path, pdf, Limits(max_bytes=100))


def test_a_page_tree_that_lies_about_its_count_is_put_right(tmp_path: Path) -> None:
    pdf = ODD_IMAGES["icc jpeg"].replace(b"/Count 1", b"/Count 9")
    extraction, _ = read(tmp_path, pdf)
    assert (extraction.page_count, len(extraction.images)) == (1, 1)


def test_a_broken_page_is_a_gap_and_the_others_are_read(tmp_path: Path) -> None:
    writer = PdfWriter()
    image = writer.image(f"{RGB} {FLATE}", zlib.compress(photo().tobytes()))
    good = [writer.page(shown(), f"/XObject << /Im {image} 0 R >>") for _ in range(2)]
    broken = writer.page(b"/Missing Do [ /never closed")
    extraction, _ = read(tmp_path, writer.pdf([good[0], broken, good[1]]))
    assert [place.page for place in extraction.images[0].places] == [1, 3]
    assert [(gap.page, gap.name) for gap in extraction.gaps] == [(2, "UnreadablePageError")]
    assert f"Page 2 of {NAME} is damaged in part" in extraction.gaps[0].message


@pytest.mark.parametrize(("size", "lacking"), [(20_000, {1, 2, 3}), (60_000, {1, 2, 3}), (None, set())])
def test_what_a_file_that_broke_off_lacks_is_a_gap(tmp_path: Path, size: int | None, lacking: set[int]) -> None:
    extraction, _ = read(tmp_path, (ROOT / "samples/quarterly-report.pdf").read_bytes()[:size])
    assert extraction.page_count == 3
    assert {gap.page for gap in extraction.gaps} == lacking


@pytest.mark.parametrize(
    "entries",
    [
        f"{RGB} /Filter /DCTDecode",
        f"{RGB} /Filter /FlateDecode",
        "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode",
    ],
)
def test_a_broken_image_is_a_gap_and_never_a_black_one(tmp_path: Path, entries: str) -> None:
    writer = PdfWriter()
    broken = writer.image(entries, b"\xff\xd8 this is no image")
    good = writer.image(f"{RGB} /Filter /DCTDecode", jpeg(photo()))
    content = shown("Broken", box=(0, 170, 100, 240)) + shown()
    resources = f"/XObject << /Broken {broken} 0 R /Im {good} 0 R >>"
    extraction, _ = read(tmp_path, writer.pdf([writer.page(content, resources)]))
    assert len(extraction.images) == 1
    assert [(gap.page, gap.name) for gap in extraction.gaps] == [(1, "UnreadablePictureError")]
    assert f"page 1 of {NAME}" in extraction.gaps[0].message


def test_half_a_jpeg_is_still_half_an_image(tmp_path: Path) -> None:
    whole = jpeg(photo())
    pdf = pdf_of_image(f"{RGB} /Filter /DCTDecode", whole[: len(whole) * 3 // 4])
    image = only_image(*read(tmp_path, pdf))
    top = (0, 0, WIDTH, HEIGHT // 3)
    assert difference(image.crop(top), photo().crop(top)) < 5


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    pdf = ODD_IMAGES["half-size soft mask"]
    assert read(tmp_path, pdf)[0] == read(tmp_path, pdf)[0]
