"""What is changed in memory of a PDF before MuPDF reads its pages.

No layer packages PyMuPDF, so callers pass its module `mupdf`.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

_DEEPEST = 20  # levels of an expression, and of dictionaries within an object


def prepare(mupdf: Any, document: Any) -> None:
    """Takes the structure out of a `mupdf.PdfDocument`: MuPDF follows it while it interprets a page, which may never
    end, and takes text from it that is not what is seen. Settles whether optional content is shown, where MuPDF does
    not know its condition, and would show what is hidden, or hide what is shown: expressions of several groups, and
    policies other than that one of the groups is shown."""
    root = mupdf.pdf_dict_gets(mupdf.pdf_trailer(document), "Root")
    mupdf.pdf_dict_dels(root, "StructTreeRoot")
    if not mupdf.pdf_dict_gets(root, "OCProperties").m_internal:
        return
    for number in range(1, mupdf.pdf_xref_len(document)):
        with suppress(Exception):  # MuPDF raises many kinds of errors about a damaged object, and shows nothing of it
            for condition in list(_conditions(mupdf, mupdf.pdf_load_object(document, number))):
                if _is_shown(mupdf, document, condition):
                    mupdf.pdf_dict_dels(condition, "OCGs")
                else:  # a group that is hidden
                    view, usage = mupdf.pdf_new_dict(document, 1), mupdf.pdf_new_dict(document, 1)
                    mupdf.pdf_dict_puts(view, "ViewState", mupdf.pdf_new_name("OFF"))
                    mupdf.pdf_dict_puts(usage, "View", view)
                    mupdf.pdf_dict_puts(condition, "Usage", usage)
                    mupdf.pdf_dict_puts(condition, "Type", mupdf.pdf_new_name("OCG"))
                mupdf.pdf_dict_dels(condition, "P")
                mupdf.pdf_dict_dels(condition, "VE")


def _conditions(mupdf: Any, found: Any, levels: int = _DEEPEST) -> Iterator[Any]:
    """The conditions that an object is, or has in it."""
    if not levels:
        return
    if mupdf.pdf_to_name(mupdf.pdf_dict_gets(found, "Type")) == "OCMD":
        yield found
        return
    for at in range(mupdf.pdf_dict_len(found)):
        entry = mupdf.pdf_dict_get_val(found, at)
        if not mupdf.pdf_is_indirect(entry) and mupdf.pdf_is_dict(entry):
            yield from _conditions(mupdf, entry, levels - 1)


def _is_shown(mupdf: Any, document: Any, condition: Any) -> bool:
    expression = mupdf.pdf_dict_gets(condition, "VE")
    if mupdf.pdf_is_array(expression):
        return _holds(mupdf, document, expression, _DEEPEST)
    groups = mupdf.pdf_dict_gets(condition, "OCGs")
    named = _items(mupdf, groups) if mupdf.pdf_is_array(groups) else [groups]
    shown = [_holds(mupdf, document, group, 1) for group in named if mupdf.pdf_is_dict(group)]
    policy = mupdf.pdf_to_name(mupdf.pdf_dict_gets(condition, "P"))
    match policy:
        case "AllOn":
            return all(shown)
        case "AnyOff":
            return not shown or not all(shown)
        case "AllOff":
            return not any(shown)
    return not shown or any(shown)


def _holds(mupdf: Any, document: Any, expression: Any, levels: int) -> bool:
    """An expression is a group, or an operator with its operands."""
    if not mupdf.pdf_is_array(expression):
        return not mupdf.ll_pdf_is_ocg_hidden(document.m_internal, None, "View", expression.m_internal)
    operator, *operands = _items(mupdf, expression)
    values = [_holds(mupdf, document, operand, levels - 1) for operand in operands if levels]
    match mupdf.pdf_to_name(operator):
        case "And":
            return all(values)
        case "Or":
            return any(values)
    return not any(values)


def _items(mupdf: Any, array: Any) -> list[Any]:
    return [mupdf.pdf_array_get(array, at) for at in range(mupdf.pdf_array_len(array))]
