"""What is found in a file."""

from dataclasses import dataclass, field
from typing import Any

from docent.questionnaires import AnswerType, Question


@dataclass
class Found:
    """`map` says where the questions are; it can be corrected and given again."""

    map: dict[str, Any]
    questions: list[Question] = field(default_factory=list)

    def add(self, text: str, place: dict[str, Any], answer: AnswerType, **more: str) -> None:
        self.questions.append(Question(len(self.questions) + 1, text, place, answer=answer, **more))
