"""Vectors of texts, by an embedding model of Amazon Bedrock: Cohere Embed v3 or Amazon Titan Text Embeddings V2.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched, chain
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_runtime
from docent.errors import MALFORMED, MisconfiguredError, TransientError, from_aws
from docent.errors.ingest import OversizedTextError

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

type Purpose = Literal["passage", "question"]
type Vector = list[float]

CALLS_AT_ONCE = 8
READ_TIMEOUT = 30
# What any model embeds: whether it refuses this too tells a text that is too long from a wrong request.
SHORT = "A short text"


INPUT_TYPES: Mapping[Purpose, str] = {"passage": "search_document", "question": "search_query"}


@dataclass(frozen=True, slots=True)
class _Family:
    """How models of one family are called: `body` of a request, and the `vectors` of its reply."""

    texts_a_call: int
    max_characters: int
    body: Callable[[Sequence[str], Purpose, int], dict[str, Any]]
    vectors: Callable[[Mapping[str, Any]], list[Vector]]


def _cohere(texts: Sequence[str], purpose: Purpose, _dimensions: int) -> dict[str, Any]:
    # Without NONE a long text would lose its end, and nobody would know.
    shape = {"truncate": "NONE", "embedding_types": ["float"]}
    return {"texts": list(texts), "input_type": INPUT_TYPES[purpose], **shape}


def _titan(texts: Sequence[str], _purpose: Purpose, dimensions: int) -> dict[str, Any]:
    return {"inputText": texts[0], "dimensions": dimensions, "normalize": True, "embeddingTypes": ["float"]}


# By what the model's id contains: it can be the id itself, that of an inference profile, or an ARN.
_FAMILIES = {
    r"cohere\.embed-(?:multilingual|english)-v3": _Family(
        96, 2048, _cohere, lambda reply: reply["embeddings"]["float"]
    ),
    r"amazon\.titan-embed-text-v2": _Family(1, 50_000, _titan, lambda reply: [reply["embedding"]]),
}


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """`dimensions` is how many numbers a vector of the index has. `attempts` is more than one where a person waits."""

    model_id: str
    dimensions: int
    attempts: int = 1

    def embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        """One vector of length 1 per text. Texts are not cut: one over the model's limit is an OversizedTextError."""
        family = self._family()
        for text in texts:
            if len(text) > family.max_characters:
                raise OversizedTextError(
                    f"A text has {len(text)} characters; {self.model_id} takes {family.max_characters}."
                )
        batches = list(batched(texts, family.texts_a_call, strict=False))
        if len(batches) < 2:
            return [vector for batch in batches for vector in self._embed(batch, purpose)]
        self._client()  # before threads ask for it: the SDK's default session must not make two at once
        pool = ThreadPoolExecutor(min(CALLS_AT_ONCE, len(batches)), "embed")
        try:
            return list(chain.from_iterable(pool.map(lambda batch: self._embed(batch, purpose), batches)))
        finally:
            pool.shutdown(cancel_futures=True)

    def _embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        try:
            vectors = self._invoke(texts, purpose)
        except (ClientError, BotoCoreError) as error:
            raise self._refusal(error, purpose) from error
        except MALFORMED as error:
            raise TransientError(f"The reply of {self.model_id} cannot be understood.") from error
        if len(vectors) != len(texts):
            raise TransientError(f"{self.model_id} returned {len(vectors)} vectors for {len(texts)} texts.")
        if wrong := next((len(vector) for vector in vectors if len(vector) != self.dimensions), None):
            happened = f"{self.model_id} returns vectors of {wrong} numbers, and the index takes {self.dimensions}."
            raise MisconfiguredError(f"{happened} Set EmbeddingDimensions to {wrong}.")
        return vectors

    def _invoke(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        family = self._family()
        reply = self._client().invoke_model(
            modelId=self.model_id,
            body=json.dumps(family.body(texts, purpose, self.dimensions)),
            contentType="application/json",
            accept="application/json",
        )
        return [_of_length_one(vector) for vector in family.vectors(json.loads(reply["body"].read()))]

    def _refusal(self, error: Exception, purpose: Purpose) -> Exception:
        named = from_aws(error, f"{self.model_id} embedded texts", OversizedTextError)
        code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
        if code == "ResourceNotFoundException":
            happened = f"{named.happened} Set EmbeddingModelId to a model of this region."
            return MisconfiguredError(happened)
        if not isinstance(named, OversizedTextError):
            return named
        try:
            self._invoke([SHORT], purpose)
        except (ClientError, BotoCoreError) as again:
            return from_aws(again, f"{self.model_id} embedded a short text", MisconfiguredError)
        except MALFORMED:
            pass  # it was answered
        return named

    def _client(self) -> "BedrockRuntimeClient":
        return bedrock_runtime(self.attempts, READ_TIMEOUT)

    def _family(self) -> _Family:
        for pattern, family in _FAMILIES.items():
            if re.search(pattern, self.model_id):
                return family
        happened = f"{self.model_id} is not an embedding model that Docent knows."
        step = "Set EmbeddingModelId to cohere.embed-multilingual-v3 or amazon.titan-embed-text-v2:0."
        raise MisconfiguredError(f"{happened} {step}")


def _of_length_one(vector: Sequence[float]) -> Vector:
    length = math.hypot(*vector)
    if not length:
        raise ValueError("a vector of zeros")
    return [number / length for number in vector]
