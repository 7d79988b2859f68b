"""What the objects of a page say before it is interpreted."""

from collections.abc import Iterator

from pymupdf import mupdf

QUARTER = 90
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


def image_objects(page: mupdf.PdfObj) -> Iterator[tuple[int, mupdf.PdfObj]]:
    """The numbers and objects of all images that the page's resources name, also within forms, each once."""
    seen: set[int] = set()
    for resources in _resources(page):
        for shown in _values(mupdf.pdf_dict_gets(resources, "XObject")):
            number = mupdf.pdf_to_num(shown)
            if number not in seen and mupdf.pdf_to_name(mupdf.pdf_dict_gets(shown, "Subtype")) == "Image":
                seen.add(number)
                yield number, shown


def has_drawn_fonts(page: mupdf.PdfObj) -> bool:
    """Whether the glyphs of a font are drawn by operators (Type 3)."""
    fonts = (font for resources in _resources(page) for font in _values(mupdf.pdf_dict_gets(resources, "Font")))
    return any(mupdf.pdf_to_name(mupdf.pdf_dict_gets(font, "Subtype")) == "Type3" for font in fonts)


def is_beyond_mupdf(page: mupdf.PdfObj) -> bool:
    """Whether MuPDF shows something on the page otherwise than other readers do: it ignores transfer functions and
    some conditions of optional content, and applies an alpha channel within a JPX image even if the PDF does not ask
    for it."""
    for resources in _resources(page):
        states = _values(mupdf.pdf_dict_gets(resources, "ExtGState"))
        if any(_is_function(mupdf.pdf_dict_gets(state, key)) for state in states for key in ("TR", "TR2")):
            return True
        shown = _values(mupdf.pdf_dict_gets(resources, "XObject"))
        optional = (mupdf.pdf_dict_gets(each, "OC") for each in shown)
        if any(map(_has_condition, (*_values(mupdf.pdf_dict_gets(resources, "Properties")), *optional))):
            return True
    return any(_has_unwanted_alpha(image) for _, image in image_objects(page))


def device_colours(page: mupdf.PdfObj) -> Iterator[mupdf.PdfObj]:
    """The colour spaces that stand for the ones of the device on the page, or in a part of it."""
    for resources in _resources(page):
        spaces = mupdf.pdf_dict_gets(resources, "ColorSpace")
        found = (mupdf.pdf_dict_gets(spaces, name) for name in ("DefaultGray", "DefaultRGB", "DefaultCMYK"))
        yield from (space for space in found if space.m_internal)


def _resources(page: mupdf.PdfObj) -> Iterator[mupdf.PdfObj]:
    """Those of the page, and of the forms and patterns in them."""
    seen: set[int] = set()
    waiting = [mupdf.pdf_dict_get_inheritable(page, mupdf.PDF_ENUM_NAME_Resources)]
    while waiting:
        resources = waiting.pop()
        yield resources
        for kind in ("XObject", "Pattern"):
            for shown in _values(mupdf.pdf_dict_gets(resources, kind)):
                number, inner = mupdf.pdf_to_num(shown), mupdf.pdf_dict_gets(shown, "Resources")
                if inner.m_internal and number not in seen:
                    seen.add(number)
                    waiting.append(inner)


def _values(objects: mupdf.PdfObj) -> Iterator[mupdf.PdfObj]:
    return (mupdf.pdf_dict_get_val(objects, at) for at in range(mupdf.pdf_dict_len(objects)))


def _has_condition(optional: mupdf.PdfObj) -> bool:
    """Whether optional content is seen on another condition than that one of its groups is."""
    any_on = mupdf.pdf_to_name(mupdf.pdf_dict_gets(optional, "P")) in ("", "AnyOn")
    return bool(mupdf.pdf_dict_gets(optional, "VE").m_internal) or not any_on


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
