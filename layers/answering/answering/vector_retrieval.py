"""Passages from an index of Amazon S3 Vectors, by meaning and by words at the same time.

The index knows no readers: each passage names its audience, and a search asks for the audiences that the caller belongs
to. The documents table decides afterwards for each passage, as it does with Kendra.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.audiences import audiences_of
from docent.callers import Caller
from docent.clients import dynamodb, s3_vectors
from docent.embeddings import EmbeddingModel
from docent.errors import (
    MALFORMED,
    DocentError,
    InvalidRequestError,
    MisconfiguredError,
    ThrottledError,
    TooManyRequestsError,
    TransientError,
    from_aws,
)

from .question_words import subject_of
from .reranking import Reranker
from .retrieved_passages import Kind, Passage
from .service_waits import WAITS

# A filter has at most 100 constraints. AWS does not document how it counts the values of a list, so some are left.
AUDIENCES_A_QUERY = 90
QUERIES_AT_ONCE = 8
TEXT_KEYS = ("text_en", "text_de")
MOST_FOUND = 100  # by one query
# Passages that are looked at for each one that is wanted: the right one is hardly ever further down.
CANDIDATES = 4
SECONDS_BETWEEN_SEARCHES = 1
# How near a passage is to the question: 1 - the cosine distance.
NEAR, SOMEHOW_NEAR = 0.5, 0.3
# Relevances of a reranking model.
RELEVANT, SOMEHOW_RELEVANT = 0.5, 0.1

type Hit = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VectorRetriever:
    index_arn: str
    model: EmbeddingModel
    audiences_table: str
    most: int
    attempts: int
    reranker: Reranker | None = None

    def make_clients(self) -> None:
        dynamodb()
        self._client()
        if self.reranker:
            self.reranker.client()

    def retrieve(self, query: str, caller: Caller, kind: Kind) -> list[Passage]:
        try:
            audiences = audiences_of(self.audiences_table, caller)
            # Without a filter everything would be found.
            if not audiences:
                return []
            vector = _vector_of(self.model, query)
            # The approved answer with the nearest question is wanted. The model would read the answers.
            reranker = self.reranker if kind == "document" else None
            wanted = min(MOST_FOUND, self.most * CANDIDATES)
            hits = best_first(self._found(query, vector, audiences, kind, wanted))[:wanted]
            if reranker:
                best = reranker.best(query, [_text_of(hit["metadata"]) for hit in hits], self.most)
                return [_passage(hits[number], score_of_relevance(relevance)) for number, relevance in best]
            return [_passage(hit, score_of(hit)) for hit in hits[: self.most]]
        except ThrottledError as error:
            happened = "The index, or a model that it needs, is asked more often than its quota allows."
            raise TooManyRequestsError(happened, SECONDS_BETWEEN_SEARCHES) from error
        except MALFORMED as error:
            raise TransientError("The index's reply cannot be understood.") from error

    def _found(
        self, query: str, vector: Sequence[float], audiences: Sequence[str], kind: Kind, wanted: int
    ) -> list[list[Hit]]:
        """What each query found; one query for as many audiences as a filter takes."""

        def search(some: Sequence[str]) -> list[Hit]:
            chosen = {"$and": [{"kind": {"$eq": kind}}, {"audience": {"$in": list(some)}}]}
            return self._search(query, vector, chosen, wanted)

        groups = list(batched(audiences, AUDIENCES_A_QUERY, strict=False))
        if len(groups) == 1:
            return [search(groups[0])]
        self._client()
        with ThreadPoolExecutor(min(QUERIES_AT_ONCE, len(groups)), "search") as pool:
            return list(pool.map(search, groups))

    def _search(self, query: str, vector: Sequence[float], chosen: Mapping[str, Any], wanted: int) -> list[Hit]:
        asked: dict[str, Any] = {
            "indexArn": self.index_arn,
            "topK": wanted,
            "queryVector": {"float32": list(vector)},
            "queryTexts": [{"text": subject_of(query), "metadataKey": key} for key in TEXT_KEYS],
            "filter": chosen,
            "returnMetadata": True,
            "returnScores": True,
        }
        found: list[Hit] = []
        try:
            while True:
                with WAITS.call():
                    reply = self._client().query_vectors(**asked)
                found += reply["vectors"]
                if not (token := reply.get("nextToken")):
                    return found
                asked["nextToken"] = token
        except (ClientError, BotoCoreError) as error:
            raise self._named(error) from error

    def _named(self, error: Exception) -> DocentError:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") == "NotFoundException":
            step = "Deploy the stack again, then run `docent reingest`."
            return MisconfiguredError(f"The index {self.index_arn} is not there (NotFoundException). {step}")
        return from_aws(error, "the index was searched", InvalidRequestError)

    def _client(self) -> Any:
        return s3_vectors(self.attempts)


@lru_cache(maxsize=64)
def _vector_of(model: EmbeddingModel, query: str) -> tuple[float, ...]:
    """A question is searched for among approved answers and documents, and embedded once."""
    with WAITS.call():
        return tuple(model.embed([query], "question")[0])


def best_first(found: Sequence[Sequence[Hit]]) -> list[Hit]:
    """What the queries found, by the sum of both scores, each as a share of its best.

    The service's own order goes by ranks, and forgets by how much a passage is better than the next. benchmarks/indexes
    has the figures.
    """
    hits = [hit for each in found for hit in each]
    nearest = max(map(_nearness_of, hits), default=0.0) or 1.0
    most_words = max(map(_words_of, hits), default=0.0) or 1.0
    return sorted(hits, key=lambda hit: -(_nearness_of(hit) / nearest + _words_of(hit) / most_words))


def score_of(hit: Hit) -> int:
    """3 for a passage that is near to the question, or somehow near and found by its words too; 2 for one that is
    somehow near, or found by its words only; 1 for any other."""
    nearness = _nearness_of(hit)
    worded = _words_of(hit) > 0
    if nearness >= NEAR or (worded and nearness >= SOMEHOW_NEAR):
        return 3
    return 2 if worded or nearness >= SOMEHOW_NEAR else 1


def score_of_relevance(relevance: float) -> int:
    if relevance >= RELEVANT:
        return 3
    return 2 if relevance >= SOMEHOW_RELEVANT else 1


def _nearness_of(hit: Hit) -> float:
    """From 0 to 1; 0 if only its words were found."""
    distance = hit.get("scores", {}).get("vectorDistance")
    return 0.0 if distance is None else max(0.0, 1 - distance)


def _words_of(hit: Hit) -> float:
    return sum(each["score"] for each in hit.get("scores", {}).get("bm25Scores", ()))


def _text_of(metadata: Mapping[str, Any]) -> str:
    return next((metadata[key] for key in TEXT_KEYS if key in metadata), "")


def _passage(hit: Hit, score: int) -> Passage:
    metadata = hit["metadata"]
    return Passage.from_vector(hit["key"], _text_of(metadata), metadata, score)
