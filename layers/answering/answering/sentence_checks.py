"""The checks that every sentence of an answer must pass before anybody sees it.

First without a model: it cites passages that were given, and every number in it is stated by one of those. Then the
guardrail checks whether it denies or masks anything, and whether the cited passages support the sentence. If anything
is unclear, the sentence is withheld.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .answer_sentences import MARK
from .retrieved_passages import Passage
from .stated_numbers import missing_numbers

CITATION = re.compile(rf"\s*({MARK})")
_ENDED = re.compile(r"[.!?…]+[\"'”“»)]*$")
# Characters that a contextual grounding check takes:
# https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-contextual-grounding-check.html
MAX_SENTENCE, MAX_QUERY, MAX_SOURCES = 5000, 1000, 100_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it was written. `words` is it without its citations; `cited` are numbers of passages that
    there are, in order."""

    written: str
    words: str
    cited: tuple[int, ...]

    @classmethod
    def read(cls, written: str, passage_count: int) -> "Sentence":
        numbers = [int(number) for mark in CITATION.findall(written) for number in re.findall(r"\d+", mark)]
        known = dict.fromkeys(number for number in numbers if 1 <= number <= passage_count)
        return cls(written, CITATION.sub("", written).strip(), tuple(known))

    def sources(self, passages: Sequence[Passage]) -> list[str]:
        return [passages[number - 1].text for number in self.cited]

    def is_supported(self, passages: Sequence[Passage]) -> bool:
        """Whether it cites anything, and every number in it is stated there."""
        if not self.cited or not 0 < len(self.words) <= MAX_SENTENCE:
            return False
        return not missing_numbers(self.words, self.sources(passages))

    def masked(self, words: str) -> "Sentence":
        """With other words: its citations move behind them, before the full stop."""
        words = words.strip()
        end = found.start() if (found := _ENDED.search(words)) else len(words)
        marks = "".join(f"[{number}]" for number in self.cited)
        space = self.written[len(self.written.rstrip()) :]
        return Sentence(f"{words[:end]} {marks}{words[end:]}{space}", words, self.cited)


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
