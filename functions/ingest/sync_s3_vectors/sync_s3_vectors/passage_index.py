"""An S3 Vectors index as Docent's index: a vector for each passage, put at once and read back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docent.audiences import note_audience
from docent.deadlines import Deadline
from docent.derived_keys import GenerationKeys
from docent.documents import Document, Image, ObjectPointer
from docent.objects import read_lines
from docent.readers import Readers
from indexing.index_entries import Entry, ImageReading
from indexing.search_index import EntryState, work_through
from indexing.vector_index import DELETE, GET, PUT, VectorIndex

from .passage_entries import image_entries, text_entries


@dataclass(frozen=True, slots=True)
class PassageIndex:
    """See `indexing.search_index.SearchIndex`. The access of an entry is its audience."""

    vectors: VectorIndex
    audiences_table: str
    derived_bucket: str
    deadline: Deadline

    def record_of(self, keys: GenerationKeys) -> str:
        return keys.vectors

    def access_for(self, readers: Readers) -> str:
        return note_audience(self.audiences_table, readers)

    def text(self, document: Document, access: str) -> Sequence[Entry]:
        lines = read_lines(ObjectPointer(self.derived_bucket, document.keys.passages))
        return text_entries(document, access, lines)

    def image(self, document: Document, access: str, image: Image, reading: ImageReading) -> Sequence[Entry]:
        return image_entries(document, access, image, reading)

    def put(self, entries: Sequence[Entry], refuse: Callable[[str, str], None]) -> int:
        def put(batch: Sequence[Entry]) -> bool:
            parts = {entry.key: entry.part for entry in batch}
            self.vectors.put([entry.body for entry in batch], lambda key, reason: refuse(parts[key], reason))
            return True

        return work_through(entries, PUT, self.deadline, put)

    def remove(self, keys: Sequence[str]) -> int:
        def remove(batch: Sequence[str]) -> bool:
            self.vectors.delete(batch)
            return True

        return work_through(keys, DELETE, self.deadline, remove)

    def settled(self, keys: Sequence[str], is_settled: Callable[[str, EntryState, str], bool]) -> int:
        def ask(batch: Sequence[str]) -> bool:
            there = self.vectors.there(batch)
            settled = [is_settled(key, "indexed" if key in there else "absent", "") for key in batch]
            return all(settled)

        return work_through(keys, GET, self.deadline, ask)

    def found(self, document_id: str, generation: str) -> list[str]:
        return self.vectors.found({"$and": [{"document": {"$eq": document_id}}, {"generation": {"$eq": generation}}]})
