"""One search index on disk: tantivy for words and vectors for meaning, combined by reciprocal rank fusion.

tantivy holds every passage with its text and filter fields; a passage's slot is its row in the vector file. Searches
read a published snapshot, so a document changes from its old passages to its new ones in one step.
"""

import json
import re
import shutil
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tantivy import (
    Document,
    Filter,
    Index,
    Occur,
    Query,
    SchemaBuilder,
    Searcher,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from local.kendra.embedding import Vectors
from local.kendra.filters import Attributes, indexed_values, principals_of
from local.kendra.passages import Passage
from local.kendra.vectors import VectorFile

LANGUAGES = ("english", "german")
CANDIDATES = 200  # candidates from words and from meaning, each
_FUSION = 60  # the constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)
_RELATED = 0.3  # below this cosine, a passage that shares no word with the question is not an answer
_TITLE_BOOST = 0.5
_HEAP_BYTES = 32_000_000


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


@dataclass(frozen=True, slots=True)
class Question:
    """`vector` belongs to the text. Without a text, every passage that passes the filters is a hit."""

    words: tuple[str, ...]
    vector: Vectors | None


@dataclass(frozen=True, slots=True)
class _Snapshot:
    searcher: Searcher
    rows: Vectors
    live: NDArray[np.bool_] = field(repr=False)


class SearchIndex:
    """Many threads search it, one thread changes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        words = folder / "words"
        words.mkdir(parents=True, exist_ok=True)
        self.tantivy = Index(_schema(), path=str(words))
        for language in LANGUAGES:
            self.tantivy.register_tokenizer(language, analyzer(language))
        self.tantivy.config_reader("manual")
        self._writer = self.tantivy.writer(_HEAP_BYTES, 1)
        self._changing = threading.Lock()
        self._removed = False
        self._vectors = VectorFile(folder / "vectors", self._slots(self.tantivy.searcher(), Query.all_query()))
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

    def search(self, question: Question, restriction: Query | None, methods: str = "hybrid") -> list[Hit]:
        """The best passages that `restriction` allows, best first.

        `methods` is hybrid, words or meaning.
        """
        snapshot = self._snapshot
        if not question.words and question.vector is None:
            everything = restriction or Query.all_query()
            found = snapshot.searcher.search(everything, CANDIDATES, count=False)
            slots = snapshot.searcher.fast_field_values("slot", [address for _, address in found.hits])
            return self._hits(snapshot, {int(slot or 0): 0.0 for slot in slots}, None)
        by_words = self._by_words(snapshot, question, restriction) if methods != "meaning" else []
        cosines = by_meaning = None
        if question.vector is not None:
            cosines = snapshot.rows @ question.vector
            by_meaning = self._by_meaning(snapshot, cosines, restriction) if methods != "words" else []
        scores: dict[int, float] = {}
        for ranking in (by_words, by_meaning or []):
            for rank, slot in enumerate(ranking, 1):
                scores[slot] = scores.get(slot, 0.0) + 1 / (_FUSION + rank)
        return self._hits(snapshot, scores, cosines)

    def close(self) -> None:
        self._writer.wait_merging_threads()  # ends the writer and frees its lock
        self._vectors.close()

    def remove(self) -> None:
        """Deletes the index from the disk."""
        with self._changing:
            self._removed = True
            self.close()
            shutil.rmtree(self._folder)

    def _by_words(self, snapshot: _Snapshot, question: Question, restriction: Query | None) -> list[int]:
        query = _words_query(self.tantivy, question.words)
        if restriction is not None:
            only = Query.const_score_query(restriction, 0.0)
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, only)])
        found = snapshot.searcher.search(query, CANDIDATES, count=False)
        return [int(slot or 0) for slot in snapshot.searcher.fast_field_values("slot", [a for _, a in found.hits])]

    def _by_meaning(self, snapshot: _Snapshot, cosines: Vectors, restriction: Query | None) -> list[int]:
        allowed = np.flatnonzero(snapshot.live) if restriction is None else self._slots(snapshot.searcher, restriction)
        near = allowed[cosines[allowed] >= _RELATED]
        if len(near) > CANDIDATES:
            near = near[np.argpartition(-cosines[near], CANDIDATES)[:CANDIDATES]]
        return [int(slot) for slot in near[np.argsort(-cosines[near])]]

    def _hits(self, snapshot: _Snapshot, scores: Mapping[int, float], cosines: Vectors | None) -> list[Hit]:
        searcher = snapshot.searcher
        query = Query.term_set_query(self.tantivy.schema, "slot", list(scores))
        addresses = [address for _, address in searcher.search(query, max(1, len(scores)), count=False).hits]
        hits = []
        for slot, address in zip(searcher.fast_field_values("slot", addresses), addresses, strict=True):
            stored = json.loads(searcher.doc(address)["stored"][0])
            cosine = float(cosines[int(slot or 0)]) if cosines is not None else 0.0
            hits.append(Hit(**stored, cosine=cosine, score=scores[int(slot or 0)]))
        return sorted(hits, key=lambda hit: (-hit.score, hit.document_id, hit.page or 0))

    def _slots(self, searcher: Searcher, query: Query) -> NDArray[np.int64]:
        found = searcher.search(query, max(1, searcher.num_docs), count=False, order_by_field="slot")
        return np.array([slot for slot, _ in found.hits], np.int64)

    def _take_snapshot(self) -> _Snapshot:
        return _Snapshot(self.tantivy.searcher(), self._vectors.rows(), self._vectors.live)


@cache
def analyzer(language: str) -> TextAnalyzer:
    """Turns words into stems without stop words and accents, so that Verträge matches Vertrag."""
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(80))
        .filter(Filter.lowercase())
        .filter(Filter.stopword(language))
        .filter(Filter.stemmer(language))
        .filter(Filter.ascii_fold())
        .build()
    )


@cache
def _schema() -> Any:
    builder = SchemaBuilder()
    builder.add_unsigned_field("slot", indexed=True, fast=True)
    builder.add_unsigned_field("number", indexed=True)
    for language in LANGUAGES:
        builder.add_text_field(language, tokenizer_name=language, index_option="freq")
        builder.add_text_field(f"title_{language}", tokenizer_name=language, index_option="freq")
    builder.add_text_field("allow", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("deny", tokenizer_name="raw", index_option="basic")
    builder.add_json_field("attributes", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def _documents(entry: Entry, slots: Sequence[int]) -> Iterable[Document]:
    allow, deny = principals_of(entry.access)
    built_in = {"_document_id": f"={entry.document_id}", "_document_title": f"={entry.title}"}
    for slot, passage in zip(slots, entry.passages, strict=True):
        document = Document()
        document.add_unsigned("slot", slot)
        document.add_unsigned("number", entry.number)
        for language in LANGUAGES:
            document.add_text(language, passage.text)
            document.add_text(f"title_{language}", entry.title)
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
        }
        document.add_bytes("stored", json.dumps(stored).encode())
        yield document


def _words_query(index: Index, words: Sequence[str]) -> Query:
    """Matches any of the words, in the better of the two languages."""
    languages = []
    for language in LANGUAGES:
        stems = analyzer(language).analyze(" ".join(words))
        clauses = [
            Query.boost_query(Query.term_query(index.schema, name, stem), boost)
            for stem in dict.fromkeys(stems)
            for name, boost in ((language, 1.0), (f"title_{language}", _TITLE_BOOST))
        ]
        languages.append(Query.boolean_query([(Occur.Should, clause) for clause in clauses]))
    return Query.disjunction_max_query(languages)


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text)
