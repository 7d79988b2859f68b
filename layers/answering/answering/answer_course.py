"""How answering a question went."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from docent.citations import Citation

from .sentence_checks import Sentence


@dataclass
class Course:
    """How answering went: what the caller is told, and what is counted. `question` is what is kept of the question.

    `shown` are the sentences of the answer, which cite the passages by the numbers that the model saw; `cited` are
    these numbers in the order of the citations.
    """

    question: str
    answer: str = ""
    confidence: str = "none"
    citations: Sequence[Citation] = ()
    shown: Sequence[Sentence] = ()
    cited: Sequence[int] = ()
    passages: int = 0
    sentences: int = 0
    withheld: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
