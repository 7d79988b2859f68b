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
_SHOW, *_OTHERS = (  # each begins with a letter alone, which is searched for several times as fast as a choice
    re.compile(rb"%b(?=%b)(?<![^\s\])>]%b)%b(?![^\s\[<(/])" % (word[:1], word[1:], word[:1], word[1:]))
    for word in (b"Do", b"cm", b"q", b"Q")
)
_SHOWN, _PLACED, _SAVED, _RESTORED = range(4)  # the same words, as numbers
_ODD = (b"(", b"%", b"\x00", b"\x0b")  # an unbalanced string, a comment, spaces that only one of us takes for such
_NAMELESS_LAYER = re.compile(rb"/OC\s*<")

Step = tuple[str, Matrix]  # the name of what is shown, and from its space to that of the content


@dataclass(frozen=True, slots=True)
class Form:
    steps: tuple[Step, ...]
    resources: mupdf.PdfObj
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class _Image:
    image: mupdf.FzImage
    number: int


Forms = dict[int, Form]  # by their numbers, each read once per document


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
        named: dict[str, _Image | Form | None] = {}
        for name, within in steps:
            if name not in named:
                named[name] = self._named(mupdf.pdf_dict_gets(objects, name))
            self.count += 1
            if self.count > MOST_SHOWN:
                raise OddPageError
            match named[name]:
                case _Image(image, number):
                    self.shown.append(ShownImage(image, number, UPSIDE_DOWN.before(within).before(matrix)))
                case Form(inner, own, moved):
                    moved = moved.before(within).before(matrix)
                    self.follow(inner, own if own.m_internal else resources, moved, levels - 1)

    def _named(self, shown: mupdf.PdfObj) -> "_Image | Form | None":
        if self._is_hidden(mupdf.pdf_dict_gets(shown, "OC")):
            return None
        number = mupdf.pdf_to_num(shown)
        kind = mupdf.pdf_to_name(mupdf.pdf_dict_gets(shown, "Subtype"))
        if kind == "Image":
            return _Image(mupdf.pdf_load_image(self.document, shown), number)
        if kind != "Form":
            raise OddPageError
        if number not in self.forms:
            own = mupdf.pdf_dict_gets(shown, "Resources")
            moved = mupdf.pdf_dict_get_matrix(shown, mupdf.PDF_ENUM_NAME_Matrix)
            matrix = Matrix(moved.a, moved.b, moved.c, moved.d, moved.e, moved.f)
            self.forms[number] = Form(self.steps(form_content(shown), own), own, matrix)
        return self.forms[number]

    def steps(self, content: PageContent | None, resources: mupdf.PdfObj) -> tuple[Step, ...]:
        if content is None or content.patterned or content.has_inline_images:
            raise OddPageError
        if b"/Pattern" in content.operators:
            self.patterned = True
        if b"/OC" in content.operators and self._may_hide(content.operators, resources):
            raise OddPageError
        end = content.operators.rfind(b"Do") + 3
        if end < 3:
            return ()
        operators = content.operators[:end]
        if b"(" in operators:
            operators = _STRING.sub(b" ", operators)
        if b"(" in operators:  # the end was in a string
            operators = _STRING.sub(b" ", content.operators)
        if any(map(operators.__contains__, _ODD)):
            raise OddPageError
        return tuple(_read(operators))

    def _may_hide(self, operators: bytes, resources: mupdf.PdfObj) -> bool:
        """Whether content may be marked as of a layer that is not displayed."""
        layers = mupdf.pdf_dict_gets(resources, "Properties")
        each = (mupdf.pdf_dict_get_val(layers, at) for at in range(mupdf.pdf_dict_len(layers)))
        unknown = not layers.m_internal or _NAMELESS_LAYER.search(operators) is not None
        return unknown or any(self._is_hidden(layer) for layer in each)

    def _is_hidden(self, layer: mupdf.PdfObj) -> bool:
        if not layer.m_internal:
            return False
        return bool(mupdf.ll_pdf_is_ocg_hidden(self.document.m_internal, None, "View", layer.m_internal))


def _read(operators: bytes) -> Iterator[Step]:
    shown = [4 * found.start() for found in _SHOW.finditer(operators)]
    if not shown:
        return
    end = shown[-1] // 4
    others = (
        4 * found.start() + kind
        for kind, pattern in enumerate(_OTHERS, _PLACED)
        for found in pattern.finditer(operators, 0, end)
    )
    placing: list[Matrix | bytes] = []  # all in effect; read when something is shown
    saved: list[int] = []  # how many there were
    taken = 0
    for mark in sorted([*shown, *others]):
        at, kind = mark >> 2, mark & 3
        if kind == _SAVED:
            saved.append(len(placing))
        elif kind == _RESTORED:
            if placing and not saved:  # MuPDF does one thing on a page, another in a form
                raise OddPageError
            del placing[saved.pop() if saved else 0 :]
        elif kind == _PLACED:
            placing.append(operators[taken:at])
        else:
            here = saved[-1] if saved else 0
            placing[here:] = [_product(placing[here:])]
            if len(placing) > DEEPEST:
                raise OddPageError
            yield _name(operators[taken:at]), _product(placing)
        taken = at + 1 + (kind in (_SHOWN, _PLACED))


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
