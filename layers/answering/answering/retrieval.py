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


@cache
def retriever() -> Retriever:
    known = settings()
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
