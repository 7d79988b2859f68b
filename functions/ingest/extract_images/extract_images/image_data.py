"""What a PDF says about the data of an image, and the data itself."""

from enum import Enum, auto

from pymupdf import mupdf

from .jpeg_header import jpeg_header
from .page_images import PlacedImage
from .png_stream import PIECE

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


def expect_data(image: mupdf.FzImage, whole: bool = True) -> None:
    """Raise an error if nothing can be decoded, which MuPDF would show as black; half an image is worth having.
    `whole`: the image will be decoded in its full size."""
    codec = image.fz_compressed_image_type()
    if whole and codec == mupdf.FZ_IMAGE_JBIG2 and _shows_something(image):
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


def _shows_something(image: mupdf.FzImage) -> bool:
    """Whether it has more than one colour. MuPDF keeps the decoded image."""
    samples = mupdf.fz_pixmap_samples_memoryview(image.fz_get_unscaled_pixmap_from_image())
    first = bytes(samples[:1])
    return any(bytes(samples[at : at + PIECE]).strip(first) for at in range(0, len(samples), PIECE))


class RowFilter(Enum):
    """What was done to the rows of a deflated image: nothing, PNG's filters row by row, or something else."""

    NONE = auto()
    PNG = auto()
    OTHER = auto()


def row_filter(document: mupdf.PdfDocument, placed: PlacedImage) -> RowFilter:
    image = placed.image
    said = decode_parameters(document, placed.xref)
    predictor = said.get("Predictor") or 1
    if predictor == 1:
        return RowFilter.NONE
    shape = (said.get("Columns") or 1, said.get("Colors") or 1, said.get("BitsPerComponent") or 8)
    same = shape == (image.w(), image.n(), image.bpc())
    return RowFilter.PNG if predictor >= 10 and same else RowFilter.OTHER


def decode_parameters(document: mupdf.PdfDocument, xref: int) -> dict[str, int]:
    """Those of the image's last filter, as whole numbers."""
    if not xref:
        return {}
    image = mupdf.pdf_new_indirect(document, xref, 0)
    said = mupdf.pdf_dict_geta(image, mupdf.PDF_ENUM_NAME_DecodeParms, mupdf.PDF_ENUM_NAME_DP)
    if mupdf.pdf_is_array(said):
        said = mupdf.pdf_array_get(said, mupdf.pdf_array_len(said) - 1)
    return {
        mupdf.pdf_to_name(mupdf.pdf_dict_get_key(said, at)): mupdf.pdf_to_int(mupdf.pdf_dict_get_val(said, at))
        for at in range(mupdf.pdf_dict_len(said))
    }
