"""Small PDFs made from raw bytes, each around one image of an odd kind, and PDFs that are hostile."""

import io
import struct
import zlib
from dataclasses import dataclass, field

from PIL import Image, ImageCms, ImageDraw, ImageOps

WIDTH, HEIGHT = 160, 120
BOX = (70.0, 40.0, 70.0 + WIDTH, 40.0 + HEIGHT)  # where the image stands, in points from the top left
PAGE = (300, 250)


@dataclass
class PdfWriter:
    """Numbers objects from 1 in the order they are added, and writes them with a valid cross-reference table."""

    objects: list[bytes] = field(default_factory=list)
    root: str = ""  # further entries of the catalog

    def add(self, body: str | bytes) -> int:
        self.objects.append(body.encode() if isinstance(body, str) else body)
        return len(self.objects)

    def stream(self, entries: str, data: bytes) -> int:
        return self.add(f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream")

    def image(self, entries: str, data: bytes, size: tuple[int, int] = (WIDTH, HEIGHT)) -> int:
        return self.stream(f"/Type /XObject /Subtype /Image /Width {size[0]} /Height {size[1]} {entries}", data)

    def pdf(self, pages: list[int]) -> bytes:
        """`pages` are page objects. Their parent is the next object."""
        kids = " ".join(f"{page} 0 R" for page in pages)
        tree = self.add(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
        root = self.add(f"<< /Type /Catalog /Pages {tree} 0 R {self.root} >>")
        out, places = io.BytesIO(), []
        out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        for number, body in enumerate(self.objects, 1):
            places.append(out.tell())
            body = body.replace(b"/Parent 0 0 R", b"/Parent %d 0 R" % tree)
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        table = out.tell()
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
        out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
        out.write(b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, root, table))
        return out.getvalue()

    def page(self, content: bytes, resources: str = "", entries: str = "", size: tuple[int, int] = PAGE) -> int:
        contents = self.stream("", content)
        return self.add(
            f"<< /Type /Page /Parent 0 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents {contents} 0 R"
            f" /Resources << {resources} >> {entries} >>"
        )


def shown(name: str = "Im", matrix: str = "", box: tuple[float, float, float, float] = BOX) -> bytes:
    """Content that shows an image in a box, measured from the page's top left."""
    x0, y0, x1, y1 = box
    placing = matrix or f"{x1 - x0} 0 0 {y1 - y0} {x0} {PAGE[1] - y1}"
    return f"q 0 g {placing} cm /{name} Do Q\n".encode()


def pdf_of_image(entries: str, data: bytes, size: tuple[int, int] = (WIDTH, HEIGHT), rotation: int = 0) -> bytes:
    writer = PdfWriter()
    image = writer.image(entries, data, size)
    return writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>", f"/Rotate {rotation}")])


# Of optional content, of a group that is shown and one that is not; and whether the content is shown.
CONDITIONS = [
    ("/OCGs {on} 0 R", True),
    ("/OCGs {off} 0 R", False),
    ("/OCGs [{on} 0 R {off} 0 R]", True),
    ("/OCGs [{on} 0 R {off} 0 R] /P /AllOn", False),
    ("/OCGs [{on} 0 R {off} 0 R] /P /AnyOff", True),
    ("/OCGs [{on} 0 R] /P /AnyOff", False),
    ("/OCGs [{on} 0 R] /P /AllOff", False),
    ("/OCGs [{off} 0 R] /P /AllOff", True),
    ("/VE [/Not {on} 0 R]", False),
    ("/VE [/And {on} 0 R [/Not {off} 0 R]]", True),
    ("/VE [/Or {off} 0 R [/Not {on} 0 R]] /OCGs {on} 0 R", False),
]


def optional_content(writer: PdfWriter, condition: str) -> str:
    """Resources with one of CONDITIONS, which is called Layer."""
    on, off = (writer.add("<< /Type /OCG /Name (Layer) >>") for _ in range(2))
    writer.root = f"/OCProperties << /OCGs [{on} 0 R {off} 0 R] /D << /ON [{on} 0 R] /OFF [{off} 0 R] >> >>"
    return f"/Properties << /Layer << /Type /OCMD {condition.format(on=on, off=off)} >> >>"


def photo() -> Image.Image:
    """A colourful image without any symmetry, so that a turn, a wrong colour or an inversion shows."""
    red = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    green = ImageOps.mirror(Image.linear_gradient("L").rotate(90)).resize((WIDTH, HEIGHT))
    image = Image.merge("RGB", (red, green, Image.new("L", (WIDTH, HEIGHT), 90)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, 60, 40), fill=(255, 240, 0))
    draw.ellipse((90, 50, 150, 110), fill=(10, 20, 200))
    return image


def ink() -> Image.Image:
    """Black marks on white, more white than black."""
    image = Image.new("1", (WIDTH, HEIGHT), 1)
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, 60, 40), fill=0)
    draw.ellipse((90, 50, 150, 110), outline=0, width=5)
    return image


def jpeg(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, **options)
    return out.getvalue()


def fax(image: Image.Image) -> bytes:
    """CCITT group 4: the one strip of a TIFF."""
    out = io.BytesIO()
    image.save(out, "TIFF", compression="group4", tiffinfo={278: image.height})
    tiff = Image.open(io.BytesIO(out.getvalue()))
    offset, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return out.getvalue()[offset : offset + length]


def jbig2(image: Image.Image) -> bytes:
    """Page information and one generic region, which may be coded as CCITT group 4 (MMR)."""
    size = struct.pack(">II", *image.size)
    page = size + bytes(8) + b"\x00" + b"\x00\x00"
    region = size + bytes(8) + b"\x00" + b"\x01" + fax(image)

    def segment(number: int, kind: int, data: bytes) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data

    return segment(0, 48, page) + segment(1, 38, region)


def with_png_predictor(image: Image.Image) -> bytes:
    """Deflated rows, each with PNG's Up filter."""
    stride = image.width * len(image.getbands())
    data, above, rows = image.tobytes(), bytes(stride), []
    for start in range(0, len(data), stride):
        row = data[start : start + stride]
        rows.append(b"\x02" + bytes((here - up) % 256 for here, up in zip(row, above, strict=True)))
        above = row
    return zlib.compress(b"".join(rows))


def with_tiff_predictor(image: Image.Image) -> bytes:
    """Rows in which each sample is the difference to the one of the pixel before."""
    bands, stride = len(image.getbands()), image.width * len(image.getbands())
    rows = (image.tobytes()[at : at + stride] for at in range(0, stride * image.height, stride))
    return b"".join(
        bytes((here - before) % 256 for here, before in zip(row, bytes(bands) + row, strict=False)) for row in rows
    )


def odd_images() -> dict[str, bytes]:
    """The eighteen kinds that extraction methods get wrong, by name, and one more: CMYK that only its profile tells."""
    rgb, gray = photo(), photo().convert("L")
    flate = "/Filter /FlateDecode"
    jpx = io.BytesIO()
    rgb.save(jpx, "JPEG2000")
    fan = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    nibbles = bytes((a >> 4) << 4 | b >> 4 for a, b in zip(*[iter(gray.tobytes())] * 2, strict=True))
    palette = bytes(value for at in range(16) for value in (at * 17, 255 - at * 17, 100)).hex()
    sixteen = b"".join(struct.pack(">H", value * 257) for value in gray.tobytes())
    one_bit = ink().tobytes()
    keyed = rgb.copy()
    ImageDraw.Draw(keyed).rectangle((100, 5, 150, 35), fill=(1, 2, 3))
    device = "/ColorSpace /DeviceRGB /BitsPerComponent 8"
    plain = "/ColorSpace /DeviceGray /BitsPerComponent 8"
    bilevel = "/ColorSpace /DeviceGray /BitsPerComponent 1"
    fax_entries = f"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {WIDTH} /Rows {HEIGHT} >>"

    return {
        "cmyk jpeg": pdf_of_image(
            "/ColorSpace /DeviceCMYK /BitsPerComponent 8 /Filter /DCTDecode /Decode [1 0 1 0 1 0 1 0]",
            jpeg(ImageOps.invert(rgb).convert("CMYK")),
        ),
        "cmyk flate": pdf_of_image(
            f"/ColorSpace /DeviceCMYK /BitsPerComponent 8 {flate}",
            zlib.compress(rgb.convert("CMYK").tobytes()),
        ),
        "jpx": pdf_of_image("/Filter /JPXDecode", jpx.getvalue()),
        "ccitt": pdf_of_image(f"{bilevel} {fax_entries}", fax(ink())),
        "jbig2": pdf_of_image(f"{bilevel} /Filter /JBIG2Decode", jbig2(ink())),
        "indexed 4 bit": pdf_of_image(
            f"/ColorSpace [/Indexed /DeviceRGB 15 <{palette}>] /BitsPerComponent 4 {flate}",
            zlib.compress(nibbles),
        ),
        "inverted decode": pdf_of_image(f"{plain} /Decode [1 0] {flate}", zlib.compress(gray.tobytes())),
        "stencil": pdf_of_image(f"/ImageMask true /BitsPerComponent 1 {flate}", zlib.compress(one_bit)),
        "gray 16 bit": pdf_of_image(f"/ColorSpace /DeviceGray /BitsPerComponent 16 {flate}", zlib.compress(sixteen)),
        "icc jpeg": _with_second_object(
            "/ColorSpace [/ICCBased {} 0 R] /BitsPerComponent 8 /Filter /DCTDecode",
            jpeg(rgb),
            "/N 3 /Alternate /DeviceRGB",
            _srgb_profile(),
        ),
        "icc cmyk jpeg": _with_second_object(
            "/ColorSpace [/ICCBased {} 0 R] /BitsPerComponent 8 /Filter /DCTDecode",
            jpeg(Image.merge("CMYK", (*rgb.split(), Image.new("L", rgb.size, 255)))),
            "/N 4 /Alternate /DeviceCMYK",
            b"no profile that can be read",
        ),
        "colour key": pdf_of_image(f"{device} /Mask [1 1 2 2 3 3] {flate}", zlib.compress(keyed.tobytes())),
        "explicit mask": _with_second_object(
            f"{device} /Mask {{}} 0 R {flate}",
            zlib.compress(rgb.tobytes()),
            f"/Type /XObject /Subtype /Image /ImageMask true /BitsPerComponent 1 /Width {WIDTH} /Height {HEIGHT}",
            one_bit,
        ),
        "jpeg with soft mask": _with_second_object(
            f"{device} /SMask {{}} 0 R /Filter /DCTDecode",
            jpeg(rgb),
            f"/Type /XObject /Subtype /Image {plain} /Width {WIDTH} /Height {HEIGHT}",
            fan.tobytes(),
        ),
        "half-size soft mask": _with_second_object(
            f"{device} /SMask {{}} 0 R {flate}",
            zlib.compress(rgb.tobytes()),
            f"/Type /XObject /Subtype /Image {plain} /Width {WIDTH // 2} /Height {HEIGHT // 2}",
            fan.resize((WIDTH // 2, HEIGHT // 2)).tobytes(),
        ),
        "in a form": _in_a_form(f"{device} {flate}", zlib.compress(rgb.tobytes())),
        "inline": _inline(rgb),
        "separation": pdf_of_image(
            "/ColorSpace [/Separation /Spot /DeviceRGB << /FunctionType 2 /Domain [0 1] /N 1"
            f" /C0 [1 1 1] /C1 [0.8 0 0.2] >>] /BitsPerComponent 8 {flate}",
            zlib.compress(gray.tobytes()),
        ),
        "flate over dct": pdf_of_image(f"{device} /Filter [/FlateDecode /DCTDecode]", zlib.compress(jpeg(rgb))),
    }


def _with_second_object(entries: str, data: bytes, second_entries: str, second: bytes) -> bytes:
    writer = PdfWriter()
    other = writer.stream(second_entries, second)
    image = writer.image(entries.format(other), data)
    return writer.pdf([writer.page(shown(), f"/XObject << /Im {image} 0 R >>")])


def _in_a_form(entries: str, data: bytes) -> bytes:
    writer = PdfWriter()
    image = writer.image(entries, data)
    form = "/Type /XObject /Subtype /Form /BBox [0 0 {} {}] /Resources << /XObject << /{} {} 0 R >> >>"
    inner = writer.stream(form.format(*PAGE, "Im", image), shown())
    outer = writer.stream(form.format(*PAGE, "Fm", inner), b"/Fm Do")
    return writer.pdf([writer.page(b"/Outer Do", f"/XObject << /Outer {outer} 0 R >>")])


def inline_image(image: Image.Image) -> bytes:
    data = zlib.compress(image.tobytes()).hex().encode() + b">"
    return b"BI /W %d /H %d /CS /RGB /BPC 8 /F [/AHx /Fl] ID %s EI\n" % (*image.size, data)


def _inline(image: Image.Image) -> bytes:
    writer = PdfWriter()
    return writer.pdf([writer.page(shown().replace(b"/Im Do", inline_image(image)))])


def _srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
