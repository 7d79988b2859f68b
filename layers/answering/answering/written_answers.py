"""An answer while it grows: the sentences that passed, their citations renumbered, and how sure it is.

How sure an answer is: a sentence is as sure as the best passage it cites, by the index's own confidence (high, medium
or low), one level less sure when a second look gave it its citation, and of low confidence when it cites a document
that tells language models what to do. The answer is as sure as its least sure sentence, and one level less sure when
a sentence of it was withheld, and when it answers a follow-up without naming what that asks for. Nothing left is
`none`.
"""

from collections.abc import Sequence

from .answer_prompts import QuestionInContext
from .passage_support import names_what_is_asked
from .retrieved_passages import Passage
from .sentence_checks import Sentence

LEVELS = ("low", "medium", "high")


class WrittenAnswer:
    """`cited` are the numbers of the passages cited, in the order of their first use: there they are 1, 2, …"""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._sentences: list[str] = []
        self.shown: list[Sentence] = []
        self._sureness: list[int] = []
        self.cited: list[int] = []
        self.withheld = 0

    def add(self, sentence: Sentence) -> str:
        """Take a sentence that passed; returns it as it is shown."""
        for number in sentence.cited:
            if number not in self.cited:
                self.cited.append(number)
        shown = sentence.shown(lambda number: self.cited.index(number) + 1)
        self._sentences.append(shown)
        self.shown.append(sentence)
        self._sureness.append(self._sureness_of(sentence))
        return shown.strip()

    def withhold(self) -> None:
        self.withheld += 1

    def _sureness_of(self, sentence: Sentence) -> int:
        cited = [self._passages[number - 1] for number in sentence.cited]
        if any(passage.left_out for passage in cited):
            return 1
        return max(1, max(passage.score for passage in cited) - sentence.is_given)

    @property
    def instructing(self) -> list[str]:
        """The names of the documents cited that tell language models what to do."""
        cited = (self._passages[number - 1] for number in self.cited)
        return list(dict.fromkeys(passage.file_name for passage in cited if passage.left_out))

    @property
    def text(self) -> str:
        return "".join(self._sentences).strip()

    @property
    def sentence_count(self) -> int:
        return len(self._sentences)

    def confidence_for(self, question: QuestionInContext) -> str:
        if not self._sureness:
            return "none"
        level = min(self._sureness) - 1
        # A follow-up may have been understood as the question before it.
        is_understood = not question.history or names_what_is_asked(question.put, self.text)
        return LEVELS[max(0, level - bool(self.withheld) - (not is_understood))]
