"""The checks that every sentence of an answer must pass before anybody sees it.

First without a model: every number in it is stated by the passages that it cites. Then the guardrail checks whether
it denies or masks anything, and whether those passages support the sentence. A sentence that cites nothing, or that
what it cites does not support, gets a second look: it is given to the passage that it most likely rests on, if there
is one, and must pass the same checks. If anything is unclear, the sentence is withheld.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from docent.model_instructions import tells_a_model

from .citation_marks import numbers_in, with_marks, without_marks
from .passage_support import is_told, likely_sources
from .reply_wrappings import is_courtesy, without_lead_in
from .retrieved_passages import Passage
from .stated_numbers import missing_numbers

_ENDED = re.compile(r"[.!?…]+[\"'”“»)*_]*$")
_ITEM = re.compile(r"\s*(?:[-*•|]|\d{1,2}[.)])\s")
_TABLE_END = re.compile(r"\s*\|\s*$")
# About the answer's sources, not an answer: "Sources: [1], [2]", "This is stated on page 3 of the document."
_SOURCES = re.compile(
    r"\W*(?:sources?|references?|citations?|cited\spassages?|quellen?|quellenangaben?|belege|passagen?|passages?)"
    r"(?:\W*:.*|\W*)"
    r"|[^.!?\n]{1,80}\.(?:pdf|docx?|xlsx?|pptx?|html?|md|txt)\W*(?:\b(?:page|seite|p|s)\b\W*\d{1,5}\W*)?"
    r"|\W*(?:this|that|it|the\s(?:answer|information)|this\sinformation|dies|das|diese\sinformation(?:en)?)\s"
    r"(?:is|are|can\sbe|comes|was|steht|stehen|ist|sind|findet|stammt|stammen)\b[^.]{0,60}"
    r"\b(?:passages?|pages?|documents?|passagen?|seiten?|dokuments?|abschnitt)\b[^.]{0,80}\.?\W*",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = re.compile(r"\b(?:page|seite|p\.|S\.)\s*(\d{1,5})\b", re.IGNORECASE)
# Characters that a contextual grounding check takes:
# https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-contextual-grounding-check.html
MAX_SENTENCE, MAX_QUERY, MAX_SOURCES = 5000, 1000, 100_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it was written, its marks behind it. `words` is it without its marks; `cited` are numbers of
    passages that there are, in order; `is_given` when a second look found them."""

    written: str
    words: str
    cited: tuple[int, ...]
    is_given: bool = False

    @classmethod
    def read(cls, written: str, passage_count: int) -> Self:
        written = without_lead_in(written)
        words = without_marks(written).strip()
        cited = tuple(number for number in numbers_in(written) if 1 <= number <= passage_count)
        sentence = cls(written, words, cited)
        in_front = with_marks(written, lambda number: number).lstrip().startswith("[")
        return sentence._marked_behind() if in_front and cited and words else sentence

    @property
    def is_beside_the_answer(self) -> bool:
        """Whether it is about the answer's sources, or says nothing."""
        return bool(_SOURCES.fullmatch(self.words)) or is_courtesy(self.words) or not re.search(r"\w", self.words)

    @property
    def is_prose(self) -> bool:
        return bool(_ENDED.search(self.words)) and not _ITEM.match(self.words)

    def sources(self, passages: Sequence[Passage]) -> list[str]:
        return [passages[number - 1].ground for number in self.cited]

    def supported(self, passages: Sequence[Passage], question: str) -> Iterator[Self]:
        """It with each of the citations that the guardrail is to check it with, the likeliest first."""
        if not 0 < len(self.words) <= MAX_SENTENCE or tells_a_model(self.words):
            return
        if self._is_stated(passages, question):
            yield self
        for number in likely_sources(self.words, question, passages):
            given = replace(self, cited=(number,), is_given=True)
            if number not in self.cited and given._is_stated(passages, question):
                yield given._marked_behind()

    def masked(self, words: str) -> Self:
        """With other words."""
        return replace(self, words=words.strip())._marked_behind()

    def shown(self, numbered: Callable[[int], int]) -> str:
        """As it was written, its marks with other numbers."""
        return with_marks(self.written, lambda number: numbered(number) if number in self.cited else None)

    def _is_stated(self, passages: Sequence[Passage], question: str) -> bool:
        sources = self.sources(passages)
        if not sources or is_told(self.words, sources, passages):
            return False
        pages = {str(passages[number - 1].page) for number in self.cited}
        words = _PAGE.sub(lambda found: "" if found[1] in pages else found.group(), self.words)
        return not missing_numbers(words, sources, question)

    def _marked_behind(self) -> Self:
        """Its citations behind it, before the full stop."""
        end = found.start() if (found := (_ENDED.search(self.words) or _TABLE_END.search(self.words))) else None
        marks = "".join(f"[{number}]" for number in self.cited)
        space = self.written[len(self.written.rstrip()) :]
        behind = self.words[end:] if end is not None else ""
        return replace(self, written=f"{self.words[:end].rstrip()} {marks}{behind}{space}")


class SaidBefore:
    """What a model wrote already: small models repeat themselves, some until there is no room left."""

    def __init__(self) -> None:
        self._sentences: set[tuple[str, tuple[int, ...]]] = set()
        self._last: tuple[str, tuple[int, ...]] = "", ()

    def again(self, sentence: Sentence) -> bool:
        """Whether it was there before with the same citations. The item of a list can be right below two leads."""
        said = " ".join(sentence.words.split()).casefold(), sentence.cited
        is_repeated = said == self._last or (sentence.is_prose and said in self._sentences)
        self._sentences.add(said)
        self._last = said
        return is_repeated


def grounding_content(sentence: Sentence, passages: Sequence[Passage], query: str) -> list[dict[str, Any]]:
    """ApplyGuardrail's `content`, to hold a sentence against what it cites."""
    room = MAX_SOURCES // max(1, len(sentence.cited))
    sources = [_block(source[:room], "grounding_source") for source in sentence.sources(passages) if source.strip()]
    return [*sources, _block(query[:MAX_QUERY], "query"), _block(sentence.words, "guard_content")]


def plain_content(text: str) -> list[dict[str, Any]]:
    """Without a source: then a guardrail's grounding policy has nothing to check, and checks nothing."""
    return [{"text": {"text": text}}]


def _block(text: str, qualifier: str) -> dict[str, Any]:
    return {"text": {"text": text, "qualifiers": [qualifier]}}
