"""How answering a question went."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from docent.citations import Citation

from .retrieved_passages import Passage
from .sentence_checks import Sentence


@dataclass(frozen=True, slots=True)
class WithheldSentence:
    """`reason` is `unsupported` when no passage states it, `refused` when the guardrail did not let it pass. `text` is
    masked, and empty when even so it may not be shown."""

    reason: str
    text: str

    def to_json(self) -> dict[str, str]:
        return {"reason": self.reason} | ({"text": self.text} if self.text else {})


@dataclass
class Course:
    """How answering went: what the caller is told, and what is counted. `question` is what is kept of the question.

    `shown` are the sentences of the answer, which cite the passages by the numbers that the model saw; `cited` are
    these numbers in the order of the citations. `found` are the passages. `explained` when somebody may ask why this is
    the answer: what was withheld is then kept, too.
    """

    question: str
    answer: str = ""
    confidence: str = "none"
    citations: Sequence[Citation] = ()
    shown: Sequence[Sentence] = ()
    cited: Sequence[int] = ()
    passages: int = 0
    found: Sequence[Passage] = ()
    explained: bool = False
    withheld_sentences: Sequence[WithheldSentence] = ()
    sentences: int = 0
    withheld: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
