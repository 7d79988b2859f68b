"""What the objects of a page say before it is interpreted."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pymupdf import mupdf

QUARTER = 90
DEVICE_COLOURS = ("DefaultGray", "DefaultRGB", "DefaultCMYK")
JPX_HEAD = 4096  # bytes with the definition of the channels
JPX_OPACITY = (b"\0\1", b"\0\2")  # kinds of channels


def lacks_parts(page: mupdf.PdfObj) -> bool:
    """True if the page, or a part of its content, is not in the file, for instance if it was cut off: MuPDF treats
    missing parts as empty."""
    content = mupdf.pdf_dict_gets(page, "Contents")
    parts = [content] if content.m_internal else []
    if mupdf.pdf_is_array(content):
        parts = [mupdf.pdf_array_get(content, at) for at in range(mupdf.pdf_array_len(content))]
    return not (mupdf.pdf_is_dict(page) and all(mupdf.pdf_is_stream(part) for part in parts))


def without_odd_turn(page: mupdf.PdfObj) -> None:
    """Other readers ignore a rotation by less than a quarter turn, and MuPDF rounds it."""
    turn = mupdf.pdf_dict_get_inheritable(page, mupdf.PDF_ENUM_NAME_Rotate)
    if mupdf.pdf_to_int(turn) % QUARTER:
        mupdf.pdf_dict_puts(page, "Rotate", mupdf.pdf_new_int(0))


@dataclass(slots=True)
class PageObjects:
    """What the resources of a page name, also those of its forms and patterns. `images` maps the numbers of images to
    their objects, by their widths. `has_drawn_fonts` tells of glyphs that are drawn by operators (Type 3).
    `device_colours` are the colour spaces that stand for those of the device. `is_beyond_mupdf` if MuPDF shows
    something otherwise than other readers do: it ignores transfer functions, and applies an alpha channel within a JPX
    image even if the PDF does not ask for it."""

    images: dict[int, dict[int, mupdf.PdfObj]] = field(default_factory=lambda: defaultdict(dict))
    device_colours: list[mupdf.PdfObj] = field(default_factory=list)
    has_drawn_fonts: bool = False
    is_beyond_mupdf: bool = False


class DocumentObjects:
    """Reads resources once for all pages that share them."""

    def __init__(self) -> None:
        self._known: dict[int, PageObjects] = {}  # by the numbers of resources

    def of(self, page: mupdf.PdfObj) -> PageObjects:
        resources = mupdf.pdf_dict_get_inheritable(page, mupdf.PDF_ENUM_NAME_Resources)
        number = mupdf.pdf_to_num(resources)
        found = self._known.get(number) or _objects_in(resources)
        if number:
            self._known[number] = found
        return found


def _objects_in(resources_of_page: mupdf.PdfObj) -> PageObjects:
    found, seen, waiting = PageObjects(), set[int](), [resources_of_page]
    while waiting:
        resources = waiting.pop()
        found.has_drawn_fonts |= has_drawn_fonts(resources)
        spaces = mupdf.pdf_dict_gets(resources, "ColorSpace")
        if spaces.m_internal:
            named = (mupdf.pdf_dict_gets(spaces, name) for name in DEVICE_COLOURS)
            found.device_colours += [space for space in named if space.m_internal]
        objects, patterns = (mupdf.pdf_dict_gets(resources, kind) for kind in ("XObject", "Pattern"))
        for shown in (*_values(objects), *_values(patterns)):
            number = mupdf.pdf_to_num(shown)
            if number in seen:
                continue
            seen.add(number)
            if mupdf.pdf_to_name(mupdf.pdf_dict_gets(shown, "Subtype")) == "Image":
                found.images[mupdf.pdf_to_int(mupdf.pdf_dict_gets(shown, "Width"))][number] = shown
                found.is_beyond_mupdf |= _has_unwanted_alpha(shown)
            elif (inner := mupdf.pdf_dict_gets(shown, "Resources")).m_internal:
                waiting.append(inner)
        states = _values(mupdf.pdf_dict_gets(resources, "ExtGState"))
        found.is_beyond_mupdf |= any(map(_has_transfer, states))
    return found


def has_drawn_fonts(resources: mupdf.PdfObj) -> bool:
    fonts = _values(mupdf.pdf_dict_gets(resources, "Font"))
    return any(mupdf.pdf_to_name(mupdf.pdf_dict_gets(font, "Subtype")) == "Type3" for font in fonts)


def _values(objects: mupdf.PdfObj) -> Iterator[mupdf.PdfObj]:
    return (mupdf.pdf_dict_get_val(objects, at) for at in range(mupdf.pdf_dict_len(objects)))


def _has_transfer(state: mupdf.PdfObj) -> bool:
    return any(_is_function(mupdf.pdf_dict_gets(state, key)) for key in ("TR", "TR2"))


def _is_function(transfer: mupdf.PdfObj) -> bool:
    if mupdf.pdf_is_array(transfer):
        return any(_is_function(mupdf.pdf_array_get(transfer, at)) for at in range(mupdf.pdf_array_len(transfer)))
    return bool(mupdf.pdf_is_dict(transfer))


def _has_unwanted_alpha(image: mupdf.PdfObj) -> bool:
    if mupdf.pdf_to_name(mupdf.pdf_dict_gets(image, "Filter")) != "JPXDecode":
        return False
    if mupdf.pdf_to_int(mupdf.pdf_dict_gets(image, "SMaskInData")):
        return False
    head = mupdf.pdf_load_raw_stream(image).fz_buffer_extract_copy()[:JPX_HEAD]
    channels = head.partition(b"cdef")[2]
    kinds = (channels[at : at + 2] for at in range(4, 2 + 6 * int.from_bytes(channels[:2]), 6))
    return any(kind in JPX_OPACITY for kind in kinds)


def decode_parameters(image: mupdf.PdfObj) -> dict[str, int]:
    """Those of the image's last filter, as whole numbers."""
    said = mupdf.pdf_dict_geta(image, mupdf.PDF_ENUM_NAME_DecodeParms, mupdf.PDF_ENUM_NAME_DP)
    if mupdf.pdf_is_array(said):
        said = mupdf.pdf_array_get(said, mupdf.pdf_array_len(said) - 1)
    return {
        mupdf.pdf_to_name(mupdf.pdf_dict_get_key(said, at)): mupdf.pdf_to_int(mupdf.pdf_dict_get_val(said, at))
        for at in range(mupdf.pdf_dict_len(said))
    }
