"""Splits a text into sentences and into lines that are complete in themselves: headings, items, table rows."""

import re
import warnings
from functools import cache

from local.bedrock.words import Language, function_words, language_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore", SyntaxWarning)  # some of its patterns are not raw strings
    import pysbd

ROW_WORDS = 12
WRAPPED_CHARS = 40  # a line at least this long without an end mark continues on the next
_ENDED = re.compile(r"[.!?:;…][\"'”“»)\]]*$")
_ITEM = re.compile(r"^\s*(?:[-–•*·▪■●]|\d{1,2}[.)]|[a-z]\))\s")
_PARAGRAPH = re.compile(r"^\(\d{1,2}[a-z]?\)\s")
_CELLS = re.compile(r"\t|\s\|\s|\S {3,}\S|^\S{1,15} = \S")
_UNFINISHED = re.compile(r"^[\d\W]+$")
LONG_BLOCK = 20_000  # characters; pysbd's time grows more than linearly


def sentences_of(text: str) -> list[str]:
    """The sentences in the text's order and words, with white space collapsed."""
    language = language_of(text)
    return [sentence for block in _blocks(text) for sentence in _sentences(block, language)]


def _blocks(text: str) -> list[str]:
    """Lines of a wrapped paragraph are joined; lines that are complete in themselves are not."""
    blocks: list[str] = []
    previous = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and previous and _goes_on(previous, stripped):
            blocks[-1] += " " + stripped
        elif stripped:
            blocks.append(stripped)
        previous = stripped
    return blocks


def _goes_on(line: str, following: str) -> bool:
    if is_ended(line) or _ITEM.match(following) or _PARAGRAPH.match(following) or is_row(line) or is_row(following):
        return False
    return following[0].islower() or len(line) >= WRAPPED_CHARS


def is_ended(line: str) -> bool:
    return bool(_ENDED.search(line))


def is_item(line: str) -> bool:
    return bool(_ITEM.match(line))


def is_row(line: str) -> bool:
    """A table row or a chart label: separated cells, or numbers among words that are not a sentence."""
    if is_ended(line):
        return False
    words = line.split()
    numeric = sum(any(map(str.isdigit, word)) for word in words)
    return bool(_CELLS.search(line)) or (
        1 < len(words) <= ROW_WORDS and 6 * numeric >= len(words) and function_words(line) <= 1
    )


def _sentences(block: str, language: Language) -> list[str]:
    block = " ".join(block.split())
    if not is_ended(block) and len(block.split()) <= ROW_WORDS:
        return [block]  # a heading or a row, despite full stops in its abbreviations
    pieces: list[str] = []
    for piece in _segmenter(language).segment(block[:LONG_BLOCK]):
        piece = str(piece).strip()
        if pieces and _UNFINISHED.match(piece):  # "see Fig." | "4."
            pieces[-1] += " " + piece
        elif piece:
            pieces.append(piece)
    # The splitter marks what it must not split and sometimes leaves a mark behind: then the block stays whole.
    return pieces if all(piece in block for piece in pieces) else [block]


@cache
def _segmenter(language: Language) -> pysbd.Segmenter:
    return pysbd.Segmenter(language=language, clean=False)
