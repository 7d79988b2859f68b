"""Which answers of a questionnaire are withheld: those that rest on a document which its owner may not read any more.

An answer was written with the owner's grants, and sharing a questionnaire shares its answers. So the owner's reading
decides for everybody: as the owner was when the questionnaire was announced, with the grants of now.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from docent.callers import Caller
from docent.document_rows import DocumentRow, read_rows
from docent.grants import with_products
from docent.questionnaire_rows import QuestionnaireRow
from docent.questionnaires import Answer


@dataclass(frozen=True, slots=True)
class OwnersReading:
    owner: Caller
    rows: Mapping[str, DocumentRow]

    @classmethod
    def of(
        cls,
        row: QuestionnaireRow,
        answers: Iterable[Answer | None],
        documents_table: str,
        grants_table: str,
        now: float,
    ) -> Self:
        """For these answers of a questionnaire. Raises TransientError: without it nobody can say what may be shown."""
        cited = {document_id for answer in answers if answer for document_id in _cited(answer)}
        if not cited:
            return cls(row.owner, {})
        return cls(with_products(row.owner, grants_table, now), read_rows(documents_table, cited))

    def withholds(self, answer: Answer | None) -> bool:
        return answer is not None and not all(self._may_read(each) for each in _cited(answer))

    def _may_read(self, document_id: str) -> bool:
        row = self.rows.get(document_id)
        return row is not None and row.is_answered_from and row.may_be_read_by(self.owner)


def withheld_digest(numbers: Iterable[int]) -> str:
    """Of the questions whose answers are withheld: a file with other answers has another one. Empty for none."""
    text = ",".join(map(str, sorted(numbers)))
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def _cited(answer: Answer) -> set[str]:
    """What comes from the questionnaire's own description has no document."""
    return {citation.document_id for citation in answer.citations} - {""}
