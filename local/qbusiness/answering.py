"""Builds an answer with sources from passages: quoted or written sentences, and the position of each in the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.bedrock import quoting
from local.bedrock.prompt import Passage
from local.bedrock.words import Language, language_of
from local.kendra.index import Hit
from local.qbusiness.images import MEDIA, MIME_TYPE

type Json = dict[str, Any]

MOST_CHARACTERS = 2048  # of an answer and of a snippet
NO_ANSWER: dict[Language, str] = {
    "en": "Sorry, I could not find relevant information to complete your request.",
    "de": "Leider konnte ich keine Informationen finden, die Ihre Anfrage beantworten.",
}
CREATES_NOTHING: dict[Language, str] = {
    "en": "This is the extractive engine, not a language model: it quotes documents and creates nothing of its own.",
    "de": "Dies ist die extraktive Maschine, kein Sprachmodell: Sie zitiert Dokumente und schreibt nichts Eigenes.",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that can be quoted, and the details of its document. `updated` is in seconds."""

    text: str
    document_id: str
    index_id: str
    title: str
    attributes: Mapping[str, Any]
    updated: float | None = None

    @classmethod
    def of_hit(cls, hit: Hit, index_id: str, updated: float | None) -> "Source":
        attributes = {each["Key"]: next(iter(each["Value"].values())) for each in hit.attributes}
        told = attributes.get("_last_updated_at", updated)
        return cls(hit.text, hit.document_id, index_id, hit.title, attributes, told)

    @property
    def media_id(self) -> str | None:
        return self.attributes.get(MEDIA)


@dataclass(frozen=True, slots=True)
class Answer:
    """`attributions` are SourceAttribution structures; offsets count characters of `text`."""

    text: str
    attributions: Sequence[Json] = ()


def choose(question: str, texts: Sequence[str]) -> list[tuple[str, int]]:
    """`(sentence, number of its text)` for the sentences that answer the question. Runs in a worker process."""
    chosen = quoting.choose(question, [Passage(str(number), text) for number, text in enumerate(texts)])
    return [(sentence, int(number)) for sentence, number in chosen]


def no_answer(question: str) -> Answer:
    return Answer(NO_ANSWER[language_of(question)])


def creates_nothing(question: str) -> Answer:
    return Answer(CREATES_NOTHING[language_of(question)])


def composed(chosen: Sequence[tuple[str, Sequence[Source]]]) -> Answer:
    """The sentences in sequence, and a numbered attribution for each of their documents."""
    text = ""
    attributions: dict[tuple[str, str], Json] = {}
    for sentence, sources in chosen:
        begin = len(text) + bool(text)
        sentence = sentence[:MOST_CHARACTERS]
        if begin + len(sentence) > MOST_CHARACTERS:
            break
        text = f"{text} {sentence}" if text else sentence
        for source in sources:
            place = (source.index_id, source.document_id)
            attribution = attributions.setdefault(place, _attribution(source, len(attributions) + 1))
            attribution["textMessageSegments"].append(_segment(source, begin, begin + len(sentence)))
    return Answer(text, list(attributions.values()))


def _attribution(source: Source, number: int) -> Json:
    told = {
        "title": source.title,
        "snippet": source.text[:MOST_CHARACTERS],
        "url": source.attributes.get("_source_uri"),
        "citationNumber": number,
        "updatedAt": source.updated,
        "documentId": source.document_id,
        "indexId": source.index_id or None,
        "textMessageSegments": [],
    }
    return {name: value for name, value in told.items() if value is not None}


def _segment(source: Source, begin: int, end: int) -> Json:
    segment: Json = {"beginOffset": begin, "endOffset": end, "snippetExcerpt": {"text": source.text}}
    if source.media_id:
        media = {"mediaId": source.media_id, "mediaMimeType": MIME_TYPE}
        segment |= media | {"sourceDetails": {"imageSourceDetails": media}}
    return segment
