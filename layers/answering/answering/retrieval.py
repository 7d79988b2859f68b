"""The search in whichever index the stack has. Users of this module do not know which one it is."""

from functools import cache
from typing import Protocol

from docent.callers import Caller
from docent.embeddings import EmbeddingModel

from .answering_settings import answering_settings as settings
from .kendra_retrieval import KendraRetriever
from .reranking import Reranker
from .retrieved_passages import Kind, Passage
from .vector_retrieval import VectorRetriever


class Retriever(Protocol):
    def make_clients(self) -> None:
        """Before threads ask for them: the SDK's default session must not make two at once."""

    def retrieve(self, query: str, caller: Caller, kind: Kind) -> list[Passage]:
        """The passages of one search, the best first, as far as the index knows that the caller can read them.

        Raises TooManyRequestsError when the index has no capacity left for it.
        """
        ...


class SearchSettings(Protocol):
    """What a search needs to know: `index_id` is Kendra's, the others are those of S3 Vectors."""

    @property
    def search_index(self) -> str: ...
    @property
    def index_id(self) -> str: ...
    @property
    def vector_index_arn(self) -> str: ...
    @property
    def audiences_table(self) -> str: ...
    @property
    def embedding_model_id(self) -> str: ...
    @property
    def embedding_dimensions(self) -> int: ...
    @property
    def rerank_model_arn(self) -> str: ...
    @property
    def max_passages(self) -> int: ...
    @property
    def service_attempts(self) -> int: ...


@cache
def retriever() -> Retriever:
    return retriever_of(settings())


def retriever_of(known: SearchSettings) -> Retriever:
    if known.search_index == "kendra":
        return KendraRetriever(known.index_id, known.max_passages, known.service_attempts)
    return VectorRetriever(
        known.vector_index_arn,
        EmbeddingModel(known.embedding_model_id, known.embedding_dimensions, known.service_attempts),
        known.audiences_table,
        known.max_passages,
        known.service_attempts,
        Reranker(known.rerank_model_arn, known.service_attempts) if known.rerank_model_arn else None,
    )


def retrieve(query: str, caller: Caller, kind: Kind = "document") -> list[Passage]:
    return retriever().retrieve(query, caller, kind)
