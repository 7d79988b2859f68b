"""Approved answers in an S3 Vectors index: a vector of each question, as questions are what it is searched by."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched

from docent.answer_library import LibraryAnswer
from docent.audiences import note_audience
from docent.errors import TransientError
from docent.errors.ingest import IndexingRefusedError
from indexing.vector_index import GET, PUT, Passage, VectorIndex
from passages.splitting import language_of

from .library_index import words_of

KIND = "approved_answer"
# Of a question, this much becomes the vector: models take no more. Its whole text is searched by its words.
MAX_QUESTION = 2000


@dataclass(frozen=True, slots=True)
class VectorLibrary:
    """See LibraryIndex."""

    vectors: VectorIndex
    audiences_table: str

    def put(self, answers: Sequence[LibraryAnswer]) -> None:
        refused: dict[str, str] = {}
        for batch in batched(map(self._passage, answers), PUT, strict=False):
            self.vectors.put(batch, refused.__setitem__)
        for entry_id, reason in refused.items():
            raise IndexingRefusedError(f"The index did not take the approved answer {entry_id} ({reason}).")

    def remove(self, entry_ids: Sequence[str]) -> None:
        for batch in batched(entry_ids, GET, strict=False):
            self.vectors.delete(batch)
            if self.vectors.there(batch):
                raise TransientError("The index still holds approved answers that were deleted.")

    def _passage(self, answer: LibraryAnswer) -> Passage:
        question, words = answer.question, words_of(answer)
        audience = note_audience(self.audiences_table, answer.readers)
        asks = "\n".join(part for part in (question.parent, question.text) if part)[:MAX_QUESTION]
        metadata = {"audience": audience, "kind": KIND, "key": question.digest}
        return Passage(answer.entry_id, words, language_of(words), metadata, asks)
