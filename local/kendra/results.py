"""Turns hits into results for a client: excerpts, highlights, confidence, result items."""

import re
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from local.kendra.filters import Attributes
from local.kendra.index import Hit
from local.kendra.words import WORD, analyzer, stems_in, stems_of, words_in
from passages.splitting import language_of

QUESTION_WORDS = 30  # Kendra's limit, without stop words and punctuation
EXCERPT_WORDS = 100
_URI = re.compile(r"(https?|ftp|file)://\S*")

type Stems = Collection[str]
type Json = dict[str, Any]


def truncated(question: str) -> str:
    """The question up to its thirtieth counted word."""
    stop_words = analyzer("german" if language_of(question) == "de" else "english")
    counted = 0
    for word in WORD.finditer(question):
        counted += bool(stop_words.analyze(word.group()))
        if counted == QUESTION_WORDS:
            return question[: word.end()]
    return question


def coverage(text: str, question: str) -> float:
    """The share of the question's words, 0 to 1, that a text contains in any form."""
    wanted = [stems for word in set(words_in(question.lower())) if (stems := stems_of(word))]
    present = stems_in(text)
    return sum(not stems.isdisjoint(present) for stems in wanted) / len(wanted) if wanted else 0.0


def confidence(hit: Hit, question: str) -> str:
    """Kendra's confidence bucket for a passage.

    Half similarity in meaning, half shared words. The limits come from questions that the documents answer (95 of 100
    over 0.41) and unrelated questions (95 of 100 under 0.38); benchmarks/search.py counts both by bucket.
    """
    score = (max(0.0, hit.cosine) + coverage(hit.text, question)) / 2
    for bucket, least in (("VERY_HIGH", 0.6), ("HIGH", 0.45), ("MEDIUM", 0.35)):
        if score >= least:
            return bucket
    return "LOW"


def highlights(text: str, stems: Stems, answer: str | None = None) -> list[Json]:
    """The positions of the question's words and of the answer in a text, in characters."""
    found = []
    if answer and (begin := text.find(answer)) >= 0:
        found.append(_highlight(begin, begin + len(answer), True))
    for word in WORD.finditer(text):
        if not stems_of(word.group()).isdisjoint(stems):
            found.append(_highlight(word.start(), word.end(), False))
    return found


def excerpt(text: str, stems: Stems) -> str:
    """The part of about 100 words with the most words of the question."""
    words = list(re.finditer(r"\S+", text))
    if len(words) <= EXCERPT_WORDS:
        return text
    matches = [any(not stems_of(part).isdisjoint(stems) for part in WORD.findall(word.group())) for word in words]
    counts = [sum(matches[first : first + EXCERPT_WORDS]) for first in range(len(words) - EXCERPT_WORDS + 1)]
    best = [first for first, count in enumerate(counts) if count == max(counts)]
    start = best[len(best) // 2]  # the middle one, so that a single match is not at the edge
    end = start + EXCERPT_WORDS - 1
    before, after = "..." if start else "", "..." if end + 1 < len(words) else ""
    return f"{before}{text[words[start].start() : words[end].end()]}{after}"


def retrieved(hit: Hit, question: str, query_id: str, shown: Collection[str]) -> Json:
    """A RetrieveResultItem. `shown` are the displayable attributes that the client requested."""
    return _without_empty(
        {
            "Id": f"{query_id}-{uuid.uuid4()}",
            "DocumentId": hit.document_id,
            "DocumentTitle": hit.title,
            "Content": hit.text,
            "DocumentURI": _uri(hit.attributes),
            "DocumentAttributes": _attributes(hit, shown),
            "ScoreAttributes": {"ScoreConfidence": confidence(hit, question)},
        }
    )


def queried(hit: Hit, question: str, query_id: str, shown: Collection[str], answer: str | None = None) -> Json:
    """A QueryResultItem of type ANSWER if there is an answer to highlight, otherwise DOCUMENT."""
    stems = stems_in(question)
    text = excerpt(hit.text, stems)
    marked = {"Text": text, "Highlights": highlights(text, stems)}
    additional = []
    if answer:
        whole = {"Text": hit.text, "Highlights": highlights(hit.text, stems, answer)}
        additional = [
            {
                "Key": "AnswerText",
                "ValueType": "TEXT_WITH_HIGHLIGHTS_VALUE",
                "Value": {"TextWithHighlightsValue": whole},
            }
        ]
    identifier = f"{query_id}-{uuid.uuid4()}"
    return _without_empty(
        {
            "Id": identifier,
            "Type": "ANSWER" if answer else "DOCUMENT",
            "Format": "TEXT",
            "AdditionalAttributes": additional,
            "DocumentId": hit.document_id,
            "DocumentTitle": {"Text": hit.title, "Highlights": highlights(hit.title, stems)},
            "DocumentExcerpt": marked,
            "DocumentURI": _uri(hit.attributes),
            "DocumentAttributes": _attributes(hit, shown),
            "ScoreAttributes": {"ScoreConfidence": confidence(hit, question)},
            "FeedbackToken": identifier,
        }
    )


def best_of_each_document(hits: Sequence[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.document_id, hit)
    return list(best.values())


def _attributes(hit: Hit, shown: Collection[str]) -> list[Json]:
    own = [dict(attribute) for attribute in hit.attributes if attribute["Key"] in shown]
    if hit.page is None or "_excerpt_page_number" not in shown:
        return own
    others = [attribute for attribute in own if attribute["Key"] != "_excerpt_page_number"]
    return [*others, {"Key": "_excerpt_page_number", "Value": {"LongValue": hit.page}}]


def _uri(attributes: Attributes) -> str | None:
    for attribute in attributes:
        if attribute["Key"] == "_source_uri" and _URI.fullmatch(attribute["Value"]["StringValue"]):
            return attribute["Value"]["StringValue"]
    return None


def _highlight(begin: int, end: int, top_answer: bool) -> Json:
    return {"BeginOffset": begin, "EndOffset": end, "TopAnswer": top_answer, "Type": "STANDARD"}


def _without_empty(item: Json) -> Json:
    return {key: value for key, value in item.items() if value is not None}
