"""The text of a PDF as it is read: without garbage, ligatures as letters, from right to left and from top to bottom."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import regex

# What a font without a map to Unicode leaves: replacement characters, controls, private use.
_LOST = regex.compile(r"[\ufffd\p{Co}\p{Cc}--[\t\n\r]]+", regex.V1)
_LIGATURES = regex.compile(r"[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe70-\ufefc]+")
_LONGEST_LIGATURE = 4  # letters
_SOFT_HYPHEN = "\xad"
_FROM_THE_RIGHT = regex.compile(r"[\p{Hebrew}\p{Arabic}\p{Syriac}]")


def has_letters_from_the_right(blocks: Sequence[dict[str, Any]]) -> bool:
    """Then PyMuPDF's `get_text("rawdict")` is needed, which takes longer."""
    return any(_FROM_THE_RIGHT.search(span["text"]) for span in _spans(blocks))


def take_actual_text(blocks: Sequence[dict[str, Any]], told: Sequence[dict[str, Any]]) -> None:
    """Puts what ActualText says of glyphs in place of those whose font does not say which letters they are, and soft
    hyphens in place of what is no letter. Letters that are seen stay. `blocks` are those of `get_text("rawdict")`
    without ActualText, and `told` are those with it."""
    says: dict[tuple[float, ...], str] = {}
    glyph = None
    for character in _characters(told):
        left, top, right, bottom = character["bbox"]
        if glyph is not None and (left == right or top == bottom):  # a further letter of the same glyph
            says[glyph] += character["c"]
        else:
            glyph = character["bbox"]
            says[glyph] = character["c"]
    for character in _characters(blocks):
        seen, said = character["c"], says.get(character["bbox"], "")
        is_short = len(said) <= _LONGEST_LIGATURE  # more letters cannot all be seen in one glyph
        if said and (is_short if _LOST.fullmatch(seen) else said == _SOFT_HYPHEN and not seen.isalnum()):
            character["c"] = said


def _characters(blocks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (character for span in _spans(blocks) for character in span["chars"])


def _spans(blocks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (span for block in blocks for line in block.get("lines", ()) for span in line["spans"])


def text_of(span: dict[str, Any]) -> str:
    """The text of a span of PyMuPDF's `dict` or `rawdict`."""
    text = span["text"] if "text" in span else "".join(_in_reading_order(span["chars"]))
    return _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _LOST.sub(" ", text))


def _in_reading_order(characters: Sequence[dict[str, Any]]) -> Iterator[str]:
    """MuPDF gives all letters of a ligature but the first no width, and puts them first if a line runs to the left."""
    waiting: list[str] = []
    for character in characters:
        letter, (left, _, right, _) = character["c"], character["bbox"]
        if left == right and _FROM_THE_RIGHT.match(letter) and unicodedata.category(letter) == "Lo":
            waiting.append(letter)
            continue
        yield letter
        yield from reversed(waiting)
        waiting = []
    yield from reversed(waiting)
