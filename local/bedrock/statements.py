"""What the passages of a context state: their sentences, list items and table rows, each with what names it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from local.bedrock.describing import without_description
from local.bedrock.orders import is_order
from local.bedrock.prompt import Passage
from local.bedrock.sentences import is_ended, is_item, is_row, sentences_of

_REFERENCE = re.compile(r"\s*\[\d+(?:\s*[,–-]\s*\d+)*\](?=\W|$)")  # a source's own marks would look like citations
_NUMBERED = re.compile(r"\d")  # "3. Storage" is a heading, "3. Store it dry." is not
_BULLET = re.compile(r"^(?:[-–•*·▪■●]|\d{1,2}[.)]|[a-z]\))\s+")
_HEADING = re.compile(r"(?:§ ?)?\d+(?:\.\d+)*\.? [A-ZÄÖÜ]\D*")
_SECTION = re.compile(r"(?:§ ?\d+[a-z]?|\(\d+[a-z]?\)) [A-ZÄÖÜ]\D{2,80}")
_HEADING_WORDS = 20  # at most; a longer text without its end is a sentence that goes on in the next passage
_SHORT = 3  # words of a sentence that says nothing without its heading
_LETTER = re.compile(r"[^\W\d_]")
CELL = " | "

type Kind = Literal["sentence", "item", "row", "heading"]


@dataclass(frozen=True, slots=True)
class Statement:
    """`order` is its position in the context, `rank` that of its passage.

    `section` is the heading of the passage, and `lead` the line that an item or a row stands below: the sentence that
    introduces a list, the title of a chart, the names of a table's columns.
    """

    order: int
    rank: int
    passage: Passage
    kind: Kind
    section: str
    lead: str
    text: str

    @property
    def heading(self) -> str:
        return joined(self.section, self.lead)

    @property
    def has_words(self) -> bool:
        """False for a row of numbers only, such as the axis of a chart."""
        return bool(_LETTER.search(self.text))

    @property
    def in_full(self) -> str:
        return in_full(self.heading, self.text)

    @property
    def item(self) -> str:
        """The text without the bullet of a list."""
        return _BULLET.sub("", self.text)

    @property
    def said(self) -> str:
        """As an answer quotes it: an item, a row or a few words only with what names them."""
        named = self.kind in ("item", "row") or (self.kind == "sentence" and len(self.text.split()) <= _SHORT)
        return in_full((self.lead or self.section).rstrip(":"), self.item) if named else self.text


def in_full(heading: str, text: str) -> str:
    """What is embedded and matched of a statement. It depends on nothing else, so that it can be computed early."""
    return f"{heading}: {text}" if heading else text


def joined(section: str, lead: str) -> str:
    """Two headings as one, without what both say."""
    if not lead or lead in section:
        return section
    return lead.rstrip(":") if section in lead else f"{section}: {lead.rstrip(':')}"


def statements_of(passages: Sequence[Passage]) -> list[Statement]:
    """Each once, even if it is in several passages."""
    found: dict[tuple[str, str, str], Statement] = {}
    for rank, passage in enumerate(passages):
        for kind, section, lead, text in _stated(passage):
            key = section, lead, text
            found.setdefault(key, Statement(len(found), rank, passage, kind, section, lead, text))
    return list(found.values())


def _stated(passage: Passage) -> Iterator[tuple[Kind, str, str, str]]:
    """The kind, the section, the lead and the text of each statement."""
    texts = [text for sentence in _sentences(passage) if len(text := _REFERENCE.sub("", sentence).strip()) > 2]
    if passage.heading and texts[:1] != [passage.heading]:
        texts.insert(0, passage.heading)  # it can answer by itself
    kinds: list[Kind] = [_kind(text) for text in texts]
    if texts and (texts[0] == passage.heading or _HEADING.fullmatch(texts[0])):
        kinds[0] = "heading"
    section = passage.heading or (texts[0] if kinds[:1] == ["heading"] else "")
    lead = ""
    for number, (kind, text) in enumerate(zip(kinds, texts, strict=True)):
        if is_order(text):
            continue
        introduces = text.endswith(":")
        if kind == "heading" and lead.endswith(":") and not introduces:
            kind = "item"  # without a bullet
        elif (kind == "row" and _names_columns(number, kinds, texts)) or (
            introduces and kinds[number + 1 : number + 2] in ([], ["sentence"])
        ):
            kind = "heading"
        if number and kind == "heading" and _SECTION.fullmatch(text):
            section, lead = text, ""
        elif kind == "heading" or introduces:
            lead = text
        elif kind == "sentence" and kinds[number - 1 : number] != ["item"]:
            lead = ""
        yield kind, section, lead if kind in ("item", "row") else "", text


def _sentences(passage: Passage) -> list[str]:
    """Its first line is often its heading, which has no full stop that ends it."""
    text = without_description(passage.text)
    if passage.heading and text.startswith(passage.heading):
        return [passage.heading, *sentences_of(text.removeprefix(passage.heading))]
    return sentences_of(text)


def _kind(text: str) -> Kind:
    if is_item(text) and (is_ended(text) or not _NUMBERED.match(text)):
        return "item"
    if CELL in text or (is_row(text) and not _SECTION.fullmatch(text)):
        return "row"
    return "sentence" if is_ended(text) or len(text.split()) > _HEADING_WORDS else "heading"


def _names_columns(number: int, kinds: Sequence[Kind], texts: Sequence[str]) -> bool:
    """Whether a row is a table's first and has no amounts, and the next one has as many cells, and has some."""
    if kinds[number - 1 : number] == ["row"] or kinds[number + 1 : number + 2] != ["row"]:
        return False
    cells, below = texts[number].split(CELL), texts[number + 1].split(CELL)
    return len(cells) == len(below) > 1 and not any(map(_is_amount, cells)) and any(map(_is_amount, below))


def _is_amount(cell: str) -> bool:
    return bool(re.search(r"\d", cell)) and not re.fullmatch(r"\D*(?:19|20)\d\d\D*", cell)
