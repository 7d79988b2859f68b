"""Where the images of a page stand, read from its operators without running them.

Four operators decide it: q, Q, cm and Do. MuPDF would run all others too, and load the fonts and colours that
they ask for. So only such a page is run whose images depend on more (inline images, tiles of patterns, hidden
layers, annotations), or that is odd in any way: what is told here must be certain.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pymupdf import mupdf

from page_content import PageContent, form_content
from page_geometry import Matrix

DEEPEST = 50  # levels of forms within forms, and of q within q
IDENTITY = Matrix(1, 0, 0, 1, 0, 0)
UPSIDE_DOWN = Matrix(1, 0, 0, -1, 0, 1)  # a PDF has an image's origin at its bottom
MOST_SHOWN = 20_000  # objects; forms that show forms many times over can be more than any time suffices for
_STRING = re.compile(rb"\([^()\\]*+(?:(?:\\.|\((?:[^()\\]++|\\.)*+\))[^()\\]*+)*+\)", re.DOTALL)
_DO, *_OTHERS = (  # each begins with a letter alone, which is searched for several times as fast as a choice
    re.compile(rb"%b(?=%b)(?<![^\s\])>]%b)%b(?![^\s\[<(/])" % (word[:1], word[1:], word[:1], word[1:]))
    for word in (b"Do", b"cm", b"q", b"Q")
)
_ODD = (b"(", b"%", b"\x00", b"\x0b", b"/OC<", b"/OC <")  # unbalanced strings, comments, layers without a name

Step = tuple[str, Matrix]  # the name of what is shown, and from its space to that of the content
Forms = dict[int, tuple[Step, ...]]  # by the number of the form, read once per document


class OddPageError(Exception):
    """The page has to be run."""


@dataclass(frozen=True, slots=True)
class ShownImage:
    """`matrix` maps the unit square, its origin the image's top left, to the page as displayed."""

    image: mupdf.FzImage
    number: int
    matrix: Matrix


def shown_images(
    document: mupdf.PdfDocument, resources: mupdf.PdfObj, content: PageContent, whole: Matrix, forms: Forms
) -> list[ShownImage]:
    """In drawing order. `whole` maps the page's space to the page as displayed. Raises OddPageError, a
    ValueError, or whatever MuPDF raises, if that cannot be told without running the page."""
    if content.annotated:
        raise OddPageError
    walk = _Walk(document, forms)
    walk.follow(walk.steps(content, resources), resources, whole, DEEPEST)
    if walk.patterned and any(each.image.imagemask() for each in walk.shown):
        raise OddPageError  # a stencil is filled with the pattern, or with nothing
    return walk.shown


@dataclass(slots=True)
class _Walk:
    document: mupdf.PdfDocument
    forms: Forms
    shown: list[ShownImage] = field(default_factory=list)
    count: int = 0
    patterned: bool = False

    def follow(self, steps: tuple[Step, ...], resources: mupdf.PdfObj, matrix: Matrix, levels: int) -> None:
        if not steps:
            return
        if levels == 0:
            raise OddPageError
        self.patterned = self.patterned or mupdf.pdf_dict_gets(resources, "Pattern").m_internal is not None
        objects = mupdf.pdf_dict_gets(resources, "XObject")
        for name, within in steps:
            self._show(mupdf.pdf_dict_gets(objects, name), resources, within.before(matrix), levels)

    def _show(self, shown: mupdf.PdfObj, resources: mupdf.PdfObj, matrix: Matrix, levels: int) -> None:
        self.count += 1
        if self.count > MOST_SHOWN:
            raise OddPageError
        if self._is_hidden(mupdf.pdf_dict_gets(shown, "OC")):
            return
        kind = mupdf.pdf_to_name(mupdf.pdf_dict_gets(shown, "Subtype"))
        number = mupdf.pdf_to_num(shown)
        if kind == "Image":
            image = mupdf.pdf_load_image(self.document, shown)
            self.shown.append(ShownImage(image, number, UPSIDE_DOWN.before(matrix)))
        elif kind == "Form":
            own = mupdf.pdf_dict_gets(shown, "Resources")
            if number not in self.forms:
                self.forms[number] = self.steps(form_content(shown), own)
            moved = mupdf.pdf_dict_get_matrix(shown, mupdf.PDF_ENUM_NAME_Matrix)
            matrix = Matrix(moved.a, moved.b, moved.c, moved.d, moved.e, moved.f).before(matrix)
            self.follow(self.forms[number], own if own.m_internal else resources, matrix, levels - 1)
        else:
            raise OddPageError

    def steps(self, content: PageContent | None, resources: mupdf.PdfObj) -> tuple[Step, ...]:
        if content is None or content.patterned or content.has_inline_images:
            raise OddPageError
        if b"/Pattern" in content.operators:
            self.patterned = True
        if b"/OC" in content.operators and self._may_hide(resources):
            raise OddPageError
        end = content.operators.rfind(b"Do") + 2
        if end < 2:
            return ()
        operators = _STRING.sub(b" ", content.operators[:end])
        if b"(" in operators:  # that was in a string
            operators = _STRING.sub(b" ", content.operators)
        if any(odd in operators for odd in _ODD):
            raise OddPageError
        return tuple(_read(operators))

    def _may_hide(self, resources: mupdf.PdfObj) -> bool:
        """Whether content may be marked as of a layer that is not displayed."""
        layers = mupdf.pdf_dict_gets(resources, "Properties")
        each = (mupdf.pdf_dict_get_val(layers, at) for at in range(mupdf.pdf_dict_len(layers)))
        return not layers.m_internal or any(self._is_hidden(layer) for layer in each)

    def _is_hidden(self, layer: mupdf.PdfObj) -> bool:
        if not layer.m_internal:
            return False
        return bool(mupdf.ll_pdf_is_ocg_hidden(self.document.m_internal, None, "View", layer.m_internal))


def _read(operators: bytes) -> Iterator[Step]:
    shown = [found.start() for found in _DO.finditer(operators)]
    if not shown:
        return
    others = (found.start() for pattern in _OTHERS for found in pattern.finditer(operators, 0, shown[-1]))
    placing: list[Matrix | bytes] = []  # all in effect; read when something is shown
    saved: list[int] = []  # how many there were
    taken = 0
    for at in sorted([*shown, *others]):
        word = operators[at : at + 1]
        if word == b"q":
            saved.append(len(placing))
        elif word == b"Q":
            if placing and not saved:  # MuPDF does one thing on a page, another in a form
                raise OddPageError
            del placing[saved.pop() if saved else 0 :]
        elif word == b"c":
            placing.append(operators[taken:at])
        else:
            here = saved[-1] if saved else 0
            placing[here:] = [_product(placing[here:])]
            if len(placing) > DEEPEST:
                raise OddPageError
            yield _name(operators[taken:at]), _product(placing)
        taken = at + 1 + (word in b"cD")


def _product(placing: list[Matrix | bytes]) -> Matrix:
    product = IDENTITY
    for matrix in placing:
        product = (matrix if isinstance(matrix, Matrix) else _matrix(matrix)).before(product)
    return product


def _matrix(before: bytes) -> Matrix:
    """Of the six numbers at the end. What stands before them must be an operator, and no number more."""
    *rest, a, b, c, d, e, f = before.rsplit(None, 6)
    if rest and not rest[0][-1:].isalpha() and rest[0][-1:] not in (b"*", b"'", b'"'):
        raise OddPageError
    return Matrix(float(a), float(b), float(c), float(d), float(e), float(f))


def _name(before: bytes) -> str:
    name = before[before.rfind(b"/") + 1 :].strip()
    if not name.isascii() or b"#" in name or len(name.split()) != 1:
        raise OddPageError
    return name.decode()
