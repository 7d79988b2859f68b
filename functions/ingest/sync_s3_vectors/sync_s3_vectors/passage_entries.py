"""A document's text and images as passages, each with where it is from and who can find it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from docent.documents import Document, Image
from indexing.index_entries import Entry, ImageReading, image_part, places_of, text_part
from indexing.vector_index import Passage
from passages.file_names import in_words
from passages.splitting import language_of, split_text

KIND = "document"


def text_entries(document: Document, audience: str, lines: Iterable[bytes]) -> Sequence[Entry]:
    """`lines` are those of the passages file, each `{n, page, text, language}`."""
    part = text_part(document)
    passages = (json.loads(line) for line in lines)
    return list(
        _numbered(
            document,
            part,
            (
                (each["text"], each["language"], _metadata(document, audience, each["page"], document.source.key))
                for each in passages
            ),
        )
    )


def image_entries(document: Document, audience: str, image: Image, reading: ImageReading) -> Sequence[Entry]:
    words = reading.words
    metadata = _metadata(document, audience, image.places[0].page, document.source.key) | {
        "picture": document.keys.image(image.image_id, image.format),
        "places": places_of(image),
    }
    language = language_of(words)
    texts = split_text(words)
    part = image_part(document, image.image_id)
    return list(_numbered(document, part, ((text, language, metadata) for text in texts)))


def _numbered(document: Document, part: str, passages: Iterable[tuple[str, str, dict[str, Any]]]) -> Iterator[Entry]:
    # A passage hardly ever says what its document is about; its name does.
    name = in_words(document.name)
    for number, (text, language, metadata) in enumerate(passages):
        key = f"{part}/{number}"
        yield Entry(key, part, Passage(key, text, language, metadata, f"{name}. {text}"))


def _metadata(document: Document, audience: str, page: int | None, key: str) -> dict[str, Any]:
    return {
        "audience": audience,
        "document": document.document_id,
        "generation": document.generation,
        "kind": KIND,
        "key": key,
    } | ({"page": page} if page else {})
