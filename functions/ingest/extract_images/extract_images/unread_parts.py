"""What a PDF holds beside its pages, and a person may open it for: embedded files, and a dynamic form."""

import contextlib
from collections.abc import Iterator
from itertools import islice

from pymupdf import mupdf

_MOST_NODES = 1000  # of a name tree
_SAME_CONTENT = frozenset({"Alternative", "Source"})  # of files that say what the pages say, as in an e-invoice


def embedded_files(document: mupdf.PdfDocument) -> list[str]:
    """The names of embedded files: attachments, the documents of a portfolio, and files attached to a place of a page;
    without those that are the pages in another form."""
    root = _root(document)
    named = _leaves(mupdf.pdf_dict_gets(mupdf.pdf_dict_gets(root, "Names"), "EmbeddedFiles"))
    files = [*named, *_items(mupdf.pdf_dict_gets(root, "AF")), *_attached_to_pages(document)]
    found = (
        _name(file)
        for file in files
        if mupdf.pdf_is_dict(mupdf.pdf_dict_gets(file, "EF"))
        and mupdf.pdf_to_name(mupdf.pdf_dict_gets(file, "AFRelationship")) not in _SAME_CONTENT
    )
    return list(dict.fromkeys(found))


def is_dynamic_form(document: mupdf.PdfDocument) -> bool:
    """Whether an XFA form replaces the pages, which then only ask for Adobe Acrobat."""
    root = _root(document)
    form = mupdf.pdf_dict_gets(root, "AcroForm")
    if not mupdf.pdf_dict_gets(form, "XFA").m_internal:
        return False
    rendered = mupdf.pdf_to_bool(mupdf.pdf_dict_gets(root, "NeedsRendering"))
    return bool(rendered) or mupdf.pdf_array_len(mupdf.pdf_dict_gets(form, "Fields")) == 0


def _root(document: mupdf.PdfDocument) -> mupdf.PdfObj:
    return mupdf.pdf_dict_gets(mupdf.pdf_trailer(document), "Root")


def _attached_to_pages(document: mupdf.PdfDocument) -> Iterator[mupdf.PdfObj]:
    for number in range(mupdf.pdf_count_pages(document)):
        with contextlib.suppress(Exception):  # a damaged page is told when it is read
            annotations = mupdf.pdf_dict_gets(mupdf.pdf_lookup_page_obj(document, number), "Annots")
            for annotation in _items(annotations):
                if mupdf.pdf_to_name(mupdf.pdf_dict_gets(annotation, "Subtype")) == "FileAttachment":
                    yield mupdf.pdf_dict_gets(annotation, "FS")


def _leaves(tree: mupdf.PdfObj) -> Iterator[mupdf.PdfObj]:
    """The values of a name tree, which may be damaged or hostile."""
    waiting, seen = [tree], 0
    while waiting and seen < _MOST_NODES:
        node = waiting.pop()
        seen += 1
        yield from islice(_items(mupdf.pdf_dict_gets(node, "Names")), 1, _MOST_NODES, 2)
        waiting += islice(_items(mupdf.pdf_dict_gets(node, "Kids")), _MOST_NODES)


def _items(array: mupdf.PdfObj) -> Iterator[mupdf.PdfObj]:
    return (mupdf.pdf_array_get(array, at) for at in range(mupdf.pdf_array_len(array)))


def _name(file: mupdf.PdfObj) -> str:
    name = mupdf.pdf_to_text_string(mupdf.pdf_dict_gets(file, "UF"))
    name = name or mupdf.pdf_to_text_string(mupdf.pdf_dict_gets(file, "F"))
    return " ".join(name.split())[:100] or "a file without a name"
