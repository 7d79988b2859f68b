"""What the objects of a page say before it is interpreted."""

from collections.abc import Iterator

from pymupdf import mupdf

QUARTER = 90


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
    waiting = [mupdf.pdf_dict_get_inheritable(page, mupdf.PDF_ENUM_NAME_Resources)]
    while waiting:
        objects = mupdf.pdf_dict_gets(waiting.pop(), "XObject")
        for at in range(mupdf.pdf_dict_len(objects)):
            shown = mupdf.pdf_dict_get_val(objects, at)
            number = mupdf.pdf_to_num(shown)
            if number in seen:
                continue
            seen.add(number)
            kind = mupdf.pdf_to_name(mupdf.pdf_dict_gets(shown, "Subtype"))
            if kind == "Image":
                yield number, shown
            elif kind == "Form":
                waiting.append(mupdf.pdf_dict_gets(shown, "Resources"))


def decode_parameters(image: mupdf.PdfObj) -> dict[str, int]:
    """Those of the image's last filter, as whole numbers."""
    said = mupdf.pdf_dict_geta(image, mupdf.PDF_ENUM_NAME_DecodeParms, mupdf.PDF_ENUM_NAME_DP)
    if mupdf.pdf_is_array(said):
        said = mupdf.pdf_array_get(said, mupdf.pdf_array_len(said) - 1)
    return {
        mupdf.pdf_to_name(mupdf.pdf_dict_get_key(said, at)): mupdf.pdf_to_int(mupdf.pdf_dict_get_val(said, at))
        for at in range(mupdf.pdf_dict_len(said))
    }
