"""What is found in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docent.questionnaires import AnswerType, Question
from find_questions.table_parts import Table


@dataclass
class Found:
    """`map` says where the questions are; it can be corrected and given again. `tables` are those of a workbook or of
    a CSV file, by name."""

    map: dict[str, Any]
    questions: list[Question] = field(default_factory=list)
    tables: Mapping[str, Table] = field(default_factory=dict)

    def add(self, text: str, place: dict[str, Any], answer: AnswerType, **more: str) -> None:
        self.questions.append(Question(len(self.questions) + 1, text, place, answer=answer, **more))
