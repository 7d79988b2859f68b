"""What a PDF says about the data of an image, and the data itself."""

from enum import Enum, auto

from pymupdf import mupdf

from .jbig2_data import is_beyond_mupdf
from .jpeg_header import jpeg_header
from .page_marks import PlacedImage
from .pixel_colours import samples_in
from .png_stream import PIECE

STEPS = (0, 64, 128, 192, 255)  # of each component of the colours that are compared
ALIKE = 12  # levels by which a colour may differ

PACKED = {
    mupdf.FZ_IMAGE_RAW,
    mupdf.FZ_IMAGE_FAX,
    mupdf.FZ_IMAGE_FLATE,
    mupdf.FZ_IMAGE_LZW,
    mupdf.FZ_IMAGE_RLD,
    mupdf.FZ_IMAGE_JBIG2,
}  # the codecs of samples packed into bytes


def compressed(image: mupdf.FzImage) -> bytes:
    """The compressed stream without the filters that are not image codecs."""
    buffer = image.fz_compressed_image_buffer().m_internal.buffer
    return mupdf.ll_fz_buffer_to_bytes_internal(buffer, 0)


def expect_data(image: mupdf.FzImage, scale: float = 1.0) -> None:
    """Raise an error if nothing can be decoded, which MuPDF would show as black; half an image is worth having.

    What must be decoded whole to know it is decoded in the scale in which it is going to be shown."""
    codec = image.fz_compressed_image_type()
    if codec == mupdf.FZ_IMAGE_JBIG2:
        shows = _shows_something(image, scale)
        if is_beyond_mupdf(compressed(image), blank=not shows):
            raise BeyondMuPDFError("its JBIG2 data cannot be decoded")
        if shows:
            return  # asking for its first byte would decode it all once more
    if codec == mupdf.FZ_IMAGE_JPEG:
        empty = jpeg_header(compressed(image)) is None
    elif codec in PACKED:
        stream = mupdf.fz_open_compressed_buffer(image.fz_compressed_image_buffer())
        empty = not mupdf.fz_read_all(mupdf.fz_open_null_filter(stream, 1, 0), 1).fz_buffer_extract_copy()
    else:
        empty = False
    if empty:
        raise ValueError("its data cannot be decoded")


def _shows_something(image: mupdf.FzImage, scale: float) -> bool:
    """Whether it has more than one colour. MuPDF keeps the decoded image, for this scale."""
    shown = mupdf.ll_fz_make_matrix(image.w() * scale, 0, 0, image.h() * scale, 0, 0)
    pixmap, *_ = mupdf.ll_fz_get_pixmap_from_image(image.m_internal, None, shown)
    decoded = mupdf.FzPixmap(pixmap)
    samples = mupdf.fz_pixmap_samples_memoryview(decoded)
    first = bytes(samples[:1])
    return any(bytes(samples[at : at + PIECE]).strip(first) for at in range(0, len(samples), PIECE))


class BeyondMuPDFError(ValueError):
    """MuPDF shows the image blank or wrongly, and another reader may show it."""


class RowFilter(Enum):
    """What was done to the rows of a deflated image: nothing, PNG's filters row by row, or something else."""

    NONE = auto()
    PNG = auto()
    OTHER = auto()


def row_filter(placed: PlacedImage) -> RowFilter:
    """Of a deflated image."""
    said = placed.parameters
    if said is None:
        return RowFilter.OTHER
    if (said.get("Predictor") or 1) == 1:
        return RowFilter.NONE
    image = placed.image
    shape = (said.get("Columns") or 1, said.get("Colors") or 1, said.get("BitsPerComponent") or 8)
    same = shape == (image.w(), image.n(), image.bpc())
    return RowFilter.PNG if said["Predictor"] >= 10 and same else RowFilter.OTHER


def keeps_colours(colours: mupdf.FzColorspace) -> bool:
    """Whether its values are shown as other readers show grey or RGB values that come without a profile."""
    if colours.fz_colorspace_is_device():
        return True
    components = colours.fz_colorspace_n()
    samples = bytes(value for red in STEPS for green in STEPS for blue in STEPS for value in (red, green, blue))
    if components == 1:
        samples = bytes(STEPS)
    strip = mupdf.fz_new_pixmap(colours, len(samples) // components, 1, mupdf.FzSeparations(), 0)
    mupdf.fz_pixmap_samples_memoryview(strip)[:] = samples
    device = mupdf.fz_device_gray() if components == 1 else mupdf.fz_device_rgb()
    differences = (abs(a - b) for a, b in zip(samples, samples_in(strip, device), strict=True))
    return max(differences) <= ALIKE
