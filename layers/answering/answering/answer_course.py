"""How answering a question went."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from docent.citations import Citation


@dataclass
class Course:
    """How answering went: what the caller is told, and what is counted. `question` is what is kept of the question."""

    question: str
    answer: str = ""
    confidence: str = "none"
    citations: Sequence[Citation] = ()
    passages: int = 0
    sentences: int = 0
    withheld: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
