"""One search index on disk: tantivy for words and vectors for meaning, whose scores are added.

tantivy holds every passage with its text and filter fields; a passage's slot is its row in the vector file. Searches
read a published snapshot, so a document changes from its old passages to its new ones in one step.
"""

import heapq
import json
import shutil
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from statistics import fmean
from types import MappingProxyType
from typing import Any

import numpy as np
from tantivy import (
    Document,
    Index,
    Occur,
    Query,
    SchemaBuilder,
    Searcher,
)

from local.kendra import spelling
from local.kendra.embedding import Vectors
from local.kendra.filters import Attributes, indexed_values, principals_of
from local.kendra.vectors import Rows, Slots, VectorFile
from local.kendra.words import LANGUAGES, analyzer, in_words, named, searched, subject_of
from local.models import chosen
from passages.splitting import Passage

CANDIDATES = 200  # candidates from words and from meaning, each
_RELATED = 0.3  # below this cosine, a passage that shares no word with the question is not an answer
_FIELDS = {"": 1.0, "title_": 0.5, "above_": 0.5}  # what words are found in, and how much they count there
_NAMED = 0.3  # how much more a passage counts if the question names its document
_HEAP_BYTES = 32_000_000
_FORMAT = "2"  # of the files of an index; counted up when older ones cannot be read any more


type Json = dict[str, Any]


class OtherFormatError(Exception):
    """The index was written by another version of this program."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document to index. `number` is the store's, `attributes` and `access` are as in the API, and `vectors` has one
    row per passage."""

    number: int
    document_id: str
    title: str
    attributes: Attributes
    access: Sequence[Mapping[str, str]]
    passages: Sequence[Passage]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage. `cosine` is its similarity to the question, `score` orders the hits of one search."""

    document_id: str
    title: str
    attributes: Attributes
    text: str
    page: int | None
    cosine: float
    score: float
    headings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """`vector` belongs to the text. Without a text, every passage that passes the filters is a hit."""

    text: str
    vector: Vectors | None


@dataclass(frozen=True, slots=True)
class _Snapshot:
    searcher: Searcher
    rows: Rows


@dataclass(frozen=True, slots=True)
class FoundByWords:
    """Scores by slot, as of a snapshot that the rest of the search then uses too. `read` are the passages."""

    snapshot: _Snapshot
    scores: Mapping[int, float]
    read: Mapping[int, Json]


class SearchIndex:
    """Many threads search it, one thread changes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        words = folder / "words"
        check_format(folder)
        words.mkdir(parents=True, exist_ok=True)
        (folder / "format").write_text(_FORMAT)
        self.tantivy = Index(_schema(), path=str(words))
        for language in LANGUAGES:
            self.tantivy.register_tokenizer(language, analyzer(language))
        self.tantivy.config_reader("manual")
        self._writer = self.tantivy.writer(_HEAP_BYTES, 1)
        self._changing = threading.Lock()
        self._removed = False
        self._vectors = VectorFile(folder, self._slots(self.tantivy.searcher(), Query.all_query()))
        self._snapshot = self._take_snapshot()

    def change(self, entries: Iterable[Entry], removed: Iterable[int]) -> None:
        """Adds entries, replaces their older versions and removes documents by number, in one step."""
        with self._changing:
            if self._removed:
                return
            entries = list(entries)
            numbers = [*removed, *(entry.number for entry in entries)]
            older = Query.term_set_query(self.tantivy.schema, "number", numbers)
            old = self._slots(self._snapshot.searcher, older)
            self._writer.delete_documents_by_query(older)
            for entry in entries:
                slots = self._vectors.add(entry.vectors)
                for document in _documents(entry, slots):
                    self._writer.add_document(document)
            self._writer.commit()
            self.tantivy.reload()
            self._vectors.erase([int(slot) for slot in old])
            self._snapshot = self._take_snapshot()

    def without_vectors(self, most: int) -> dict[int, Hit]:
        """Some passages by slot that are found by words only, because the models were changed."""
        with self._changing:
            slots = [] if self._removed else self._vectors.missing[:most]
        if not slots:
            return {}
        read = self._read(self._snapshot, slots)
        return {slot: Hit(**stored, cosine=0.0, score=0.0) for slot, stored in read.items()}

    def give_vectors(self, slots: Sequence[int], vectors: Vectors) -> None:
        """To passages without. Only the thread that changes the index may call it."""
        with self._changing:
            if not self._removed:
                self._vectors.fill(slots, vectors)

    def by_words(self, text: str, restriction: Query | None) -> FoundByWords:
        """The first half of a search, which does not need the question's vector."""
        snapshot = self._snapshot
        scores = self._by_words(snapshot, text, restriction)
        # Most of them are among the best in the end, and the question is still being embedded.
        return FoundByWords(snapshot, scores, self._read(snapshot, list(scores)))

    def search(
        self, question: Question, restriction: Query | None, methods: str = "hybrid", found: FoundByWords | None = None
    ) -> list[Hit]:
        """The best passages that `restriction` allows, best first.

        `methods` is hybrid, words or meaning. `found` is what `by_words` found for the same question, if it is known.
        """
        snapshot = found.snapshot if found else self._snapshot
        if not question.text and question.vector is None:
            every = self._scored(snapshot, restriction or Query.all_query(), CANDIDATES)
            return self._hits(snapshot, dict.fromkeys(every, 0.0), {})
        words: Mapping[int, float] = {}
        if methods != "meaning":
            words = found.scores if found else self._by_words(snapshot, question.text, restriction)
        cosines: dict[int, float] = {}
        if question.vector is not None:
            near = np.array([], np.int64) if methods == "words" else self._near(snapshot, question.vector, restriction)
            slots = np.union1d(near, np.array(list(words), np.int64))
            cosines = dict(zip(slots.tolist(), snapshot.rows.cosines(slots, question.vector).tolist(), strict=True))
        scores = _added(words, {} if methods == "words" else cosines)
        hits = self._hits(snapshot, scores, cosines, found.read if found else {})
        preferred = named(question.text, {hit.title for hit in hits})
        return sorted(
            (
                replace(hit, score=hit.score * (1 + _NAMED * more)) if (more := preferred[hit.title]) else hit
                for hit in hits
            ),
            key=lambda hit: (-hit.score, hit.document_id, hit.page or 0),
        )

    def corrected(self, text: str, restriction: Query | None) -> str:
        """A question with its misspelt words as the documents that `restriction` allows spell them."""
        return spelling.corrected(text, self.tantivy, self._snapshot.searcher, restriction)

    def close(self) -> None:
        self._writer.wait_merging_threads()  # ends the writer and frees its lock
        self._vectors.close()

    def remove(self) -> None:
        """Deletes the index from the disk."""
        with self._changing:
            self._removed = True
            self.close()
            shutil.rmtree(self._folder)

    def _by_words(self, snapshot: _Snapshot, text: str, restriction: Query | None) -> dict[int, float]:
        query = _words_query(self.tantivy, subject_of(text))
        if restriction is not None:
            only = Query.const_score_query(restriction, 0.0)
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, only)])
        return self._scored(snapshot, query, CANDIDATES)

    def _near(self, snapshot: _Snapshot, vector: Vectors, restriction: Query | None) -> Slots:
        """The passages nearest in meaning, in no order."""
        rows = snapshot.rows
        slots = rows.nearest(vector)
        cosines = rows.cosines(slots, vector)
        related = slots[cosines >= _RELATED]
        if restriction is None:
            cosines = cosines[cosines >= _RELATED]
        else:
            near = self._allowed(snapshot, related, restriction)
            if len(near) < CANDIDATES and len(related) > len(slots) / 2 and len(slots) < rows.count:
                # Others hide those that the user may see.
                slots = self._slots(snapshot.searcher, restriction)
                near = slots[rows.cosines(slots, vector) >= _RELATED]
            related, cosines = near, rows.cosines(near, vector)
        if len(related) <= CANDIDATES:
            return related
        return related[np.argpartition(-cosines, CANDIDATES)[:CANDIDATES]]

    def _allowed(self, snapshot: _Snapshot, slots: Slots, restriction: Query) -> Slots:
        chosen = Query.term_set_query(self.tantivy.schema, "slot", slots.tolist())
        both = Query.boolean_query([(Occur.Must, chosen), (Occur.Must, restriction)])
        return np.array(list(self._scored(snapshot, both, max(1, len(slots)))), np.int64)

    def _scored(self, snapshot: _Snapshot, query: Query, most: int) -> dict[int, float]:
        """The slots that a query finds, with their scores."""
        hits = snapshot.searcher.search(query, most, count=False).hits
        slots = snapshot.searcher.fast_field_values("slot", [address for _, address in hits])
        return {int(slot or 0): float(score) for slot, (score, _) in zip(slots, hits, strict=True)}

    def _hits(
        self,
        snapshot: _Snapshot,
        scores: Mapping[int, float],
        cosines: Mapping[int, float],
        read: Mapping[int, Json] = MappingProxyType({}),
    ) -> list[Hit]:
        """The best CANDIDATES hits, in no order. What is in `read` is not read again."""
        best = heapq.nlargest(CANDIDATES, scores, key=lambda slot: scores[slot])
        read = {**read, **self._read(snapshot, [slot for slot in best if slot not in read])}
        return [Hit(**read[slot], cosine=cosines.get(slot, 0.0), score=scores[slot]) for slot in best if slot in read]

    def _read(self, snapshot: _Snapshot, slots: Sequence[int]) -> dict[int, Json]:
        """What is stored of passages."""
        if not slots:
            return {}
        searcher = snapshot.searcher
        query = Query.term_set_query(self.tantivy.schema, "slot", slots)
        addresses = [address for _, address in searcher.search(query, len(slots), count=False).hits]
        found = searcher.fast_field_values("slot", addresses)
        return {
            int(slot or 0): json.loads(searcher.doc(address)["stored"][0])
            for slot, address in zip(found, addresses, strict=True)
        }

    def _slots(self, searcher: Searcher, query: Query) -> Slots:
        found = searcher.search(query, max(1, searcher.num_docs), count=False, order_by_field="slot")
        return np.array([slot for slot, _ in found.hits], np.int64)

    def _take_snapshot(self) -> _Snapshot:
        return _Snapshot(self.tantivy.searcher(), self._vectors.rows())


def check_format(folder: Path) -> None:
    """Raises OtherFormatError if the index in a folder cannot be read."""
    file = folder / "format"
    if (folder / "words" / "meta.json").exists() and (not file.exists() or file.read_text() != _FORMAT):
        raise OtherFormatError(
            f"The search index in {folder} was written by another version of Docent and cannot be read."
            " Delete the state of this machine with `docent down --wipe`, start again and upload the documents again."
        )


def _added(words: Mapping[int, float], cosines: Mapping[int, float]) -> dict[int, float]:
    """The sum of both scores, each as a share of its best.

    The cosines of the multilingual model lie closer together, so they count from the mean of the candidates.
    """
    best_words = max(words.values(), default=0.0) or 1.0
    least = max(0.0, fmean(cosines.values())) if cosines and chosen.are_better() else 0.0
    best_cosine = max(0.0, max(cosines.values(), default=0.0) - least) or 1.0
    return {
        slot: words.get(slot, 0.0) / best_words + max(0.0, cosines.get(slot, 0.0) - least) / best_cosine
        for slot in words.keys() | cosines.keys()
    }


@cache
def _schema() -> Any:
    builder = SchemaBuilder()
    builder.add_unsigned_field("slot", indexed=True, fast=True)
    builder.add_unsigned_field("number", indexed=True)
    for language in LANGUAGES:
        for name in _FIELDS:
            builder.add_text_field(f"{name}{language}", tokenizer_name=language, index_option="freq")
    builder.add_text_field("allow", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("deny", tokenizer_name="raw", index_option="basic")
    builder.add_json_field("attributes", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def _documents(entry: Entry, slots: Sequence[int]) -> Iterable[Document]:
    allow, deny = principals_of(entry.access)
    built_in = {"_document_id": f"={entry.document_id}", "_document_title": f"={entry.title}"}
    title = searched(in_words(entry.title))
    for slot, passage in zip(slots, entry.passages, strict=True):
        document = Document()
        document.add_unsigned("slot", slot)
        document.add_unsigned("number", entry.number)
        text = searched(" ".join([passage.text, *passage.parts]))
        above = searched("\n".join(passage.headings))
        for language in LANGUAGES:
            document.add_text(language, text)
            document.add_text(f"title_{language}", title)
            document.add_text(f"above_{language}", above)
        for principal in allow:
            document.add_text("allow", principal)
        for principal in deny:
            document.add_text("deny", principal)
        page = {} if passage.page is None else {"_excerpt_page_number": passage.page}
        document.add_json("attributes", built_in | indexed_values(entry.attributes) | page)
        stored = {
            "document_id": entry.document_id,
            "title": entry.title,
            "attributes": entry.attributes,
            "text": passage.text,
            "page": passage.page,
            "headings": passage.headings,
        }
        document.add_bytes("stored", json.dumps(stored).encode())
        yield document


def _words_query(index: Index, words: Sequence[str]) -> Query:
    """Matches any of the words, in the better of the two languages."""
    languages = []
    for language in LANGUAGES:
        stems = analyzer(language).analyze(" ".join(words))
        clauses = [
            Query.boost_query(Query.term_query(index.schema, f"{name}{language}", stem), boost)
            for stem in dict.fromkeys(stems)
            for name, boost in _FIELDS.items()
        ]
        languages.append(Query.boolean_query([(Occur.Should, clause) for clause in clauses]))
    return Query.disjunction_max_query(languages)
