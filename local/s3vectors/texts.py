"""The texts of an index, searched by BM25: one field for each key that a text search configuration names."""

import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from tantivy import Document, Index, Occur, Query, SchemaBuilder

from local.kendra.words import analyzer, searched, words_in

_HEAP_BYTES = 15_000_000
_LANGUAGES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "it": "italian",
    "nl": "dutch",
}
UNSTEMMED = ""  # Chinese, Japanese and Korean, and texts without a language


class Texts:
    """Used by one thread at a time."""

    def __init__(self, folder: Path, languages: Mapping[str, str]) -> None:
        """`languages` are the codes by metadata key; a key without one has an empty code."""
        self._languages = {key: _LANGUAGES.get(code, UNSTEMMED) for key, code in languages.items()}
        self._fields = {key: f"text{number}" for number, key in enumerate(sorted(languages))}
        configured = folder / "languages"
        written = repr(sorted(languages.items()))
        if configured.exists() and configured.read_text() != written:  # they were changed: all is indexed again
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        configured.write_text(written)
        builder = SchemaBuilder()
        builder.add_unsigned_field("slot", indexed=True, fast=True)
        for key, field in self._fields.items():
            builder.add_text_field(field, tokenizer_name=f"words_{self._languages[key]}", index_option="freq")
        self._index = Index(builder.build(), path=str(folder))
        for language in set(self._languages.values()):
            self._index.register_tokenizer(f"words_{language}", analyzer(language))
        self._index.config_reader("manual")
        self._writer = self._index.writer(_HEAP_BYTES, 1)
        self._searcher = self._index.searcher()

    def slots(self) -> set[int]:
        found = self._searcher.search(Query.all_query(), max(1, self._searcher.num_docs), count=False).hits
        return {int(slot or 0) for slot in self._searcher.fast_field_values("slot", [where for _, where in found])}

    def change(self, added: Iterable[tuple[int, Mapping[str, Any]]], removed: Collection[int]) -> None:
        """Vectors by slot with their metadata, in one step."""
        if removed:
            self._writer.delete_documents_by_query(Query.term_set_query(self._index.schema, "slot", list(removed)))
        for slot, metadata in added:
            document = Document()
            document.add_unsigned("slot", slot)
            for key, field in self._fields.items():
                if isinstance(text := metadata.get(key), str):
                    document.add_text(field, searched(text))
            self._writer.add_document(document)
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def scores(self, key: str, text: str, among: Collection[int] | None, most: int) -> dict[int, float]:
        """The BM25 scores of the best vectors by slot: those that have any of the words."""
        field, words = self._fields[key], analyzer(self._languages[key]).analyze(" ".join(words_in(text)))
        if not words or (among is not None and not among):
            return {}
        terms = [Query.term_query(self._index.schema, field, word) for word in dict.fromkeys(words)]
        query = Query.boolean_query([(Occur.Should, term) for term in terms])
        if among is not None:
            allowed = Query.const_score_query(Query.term_set_query(self._index.schema, "slot", list(among)), 0.0)
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, allowed)])
        hits = self._searcher.search(query, most, count=False).hits
        slots = self._searcher.fast_field_values("slot", [address for _, address in hits])
        return {int(slot or 0): float(score) for slot, (score, _) in zip(slots, hits, strict=True)}

    def close(self) -> None:
        self._writer.wait_merging_threads()  # ends the writer and frees its lock
