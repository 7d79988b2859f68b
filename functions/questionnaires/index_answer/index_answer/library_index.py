"""What an index does for the answer library."""

from collections.abc import Sequence
from typing import Protocol

from docent.answer_library import LibraryAnswer


class LibraryIndex(Protocol):
    """Raises TransientError or IndexingRefusedError: no failure is unnoticed."""

    def put(self, answers: Sequence[LibraryAnswer]) -> None: ...

    def remove(self, entry_ids: Sequence[str]) -> None: ...


def words_of(answer: LibraryAnswer) -> str:
    """The question's words first, as questions are what it is searched by."""
    question = answer.question
    words = [question.parent, question.text, *answer.values, answer.completion]
    return "\n\n".join(part for part in words if part)
