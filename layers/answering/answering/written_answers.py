"""An answer while it grows: the sentences that passed, their citations renumbered, and how sure it is.

How sure an answer is: a sentence is as sure as the best passage it cites, by the index's own confidence (high, medium
or low); the answer is as sure as its least sure sentence, and one level less sure when a sentence of it was withheld.
Nothing left is `none`.
"""

import re
from collections.abc import Sequence

from .retrieved_passages import Passage
from .sentence_checks import CITATION, Sentence

LEVELS = ("low", "medium", "high")


class WrittenAnswer:
    """`cited` are the numbers of the passages cited, in the order of their first use: there they are 1, 2, …"""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._sentences: list[str] = []
        self._sureness: list[int] = []
        self.cited: list[int] = []
        self.withheld = 0

    def add(self, sentence: Sentence) -> str:
        """Take a sentence that passed; returns it as it is shown."""
        for number in sentence.cited:
            if number not in self.cited:
                self.cited.append(number)
        shown = CITATION.sub(self._renumbered, sentence.written)
        self._sentences.append(shown)
        self._sureness.append(max(self._passages[number - 1].score for number in sentence.cited))
        return shown.strip()

    def withhold(self) -> None:
        self.withheld += 1

    def _renumbered(self, found: re.Match[str]) -> str:
        space = found.group()[: -len(found[1])]
        numbers = [
            self.cited.index(number) + 1 for number in map(int, re.findall(r"\d+", found[1])) if number in self.cited
        ]
        return space + "".join(f"[{number}]" for number in numbers) if numbers else ""

    @property
    def text(self) -> str:
        return "".join(self._sentences).strip()

    @property
    def sentence_count(self) -> int:
        return len(self._sentences)

    @property
    def confidence(self) -> str:
        if not self._sureness:
            return "none"
        level = min(self._sureness) - 1
        return LEVELS[max(0, level - 1) if self.withheld else level]
