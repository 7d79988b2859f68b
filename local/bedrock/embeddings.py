"""Embedding models of Bedrock in their own shapes: Amazon Titan Text Embeddings V2 and Cohere Embed v3.

The vectors are those of the sentence model of this machine, which has 384 dimensions. Zeros fill a vector up to more
dimensions, so that cosines stay the same; a vector of fewer is a projection, and its cosines are nearly the same.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np

from local.bedrock.refusals import invalid
from local.kendra.embedding import DIMENSIONS, Vectors, sentence_model
from local.models import chosen

type Json = dict[str, Any]
type Family = Literal["titan", "cohere"]

_TITAN_DIMENSIONS = (1024, 512, 256)
_TITAN_CHARACTERS, _TITAN_TOKENS = 50_000, 8192
_COHERE_DIMENSIONS = 1024
# A text of 2,048 characters has hardly more than the 512 tokens that the model takes, so they are not counted here.
_COHERE_TEXTS, _COHERE_CHARACTERS = 96, 2048
_COHERE_INPUTS = ("search_document", "search_query", "classification", "clustering")
_TRUNCATE = ("NONE", "START", "END")

_AT_ONCE = 16
_MOST_KEPT = 20_000  # vectors, of 1.5 kB each
_kept: dict[tuple[bool, str], Any] = {}


@dataclass(frozen=True, slots=True)
class Texts:
    """What is to be embedded, and what of a reply the request asks for."""

    family: Family
    texts: Sequence[str]
    dimensions: int
    questions: bool = False  # the multilingual model of this machine embeds a question in another way
    by_type: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Embedded:
    vectors: Vectors
    tokens: Sequence[int]


def requested(family: Family, body: bytes) -> Texts:
    """Raises Refusal with the messages that the models share."""
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid("The provided request is not valid: the body is not JSON.") from error
    if not isinstance(request, dict):
        raise _malformed("#: expected type: JSONObject")
    return _titan(request) if family == "titan" else _cohere(request)


def embed(asked: Texts) -> Embedded:
    """Runs in a worker.

    Vectors are kept for a while: a caller whose document had to wait too long asks for all of them again.
    """
    for at in range(0, len(asked.texts), _AT_ONCE):
        missing = [text for text in asked.texts[at : at + _AT_ONCE] if (asked.questions, text) not in _kept]
        if missing:
            rows, tokens = _computed(missing, asked.questions), sentence_model().count_tokens(missing)
            _kept.update({(asked.questions, text): each for text, *each in zip(missing, rows, tokens, strict=True)})
    found = [_kept[asked.questions, text] for text in asked.texts]
    for oldest in list(_kept)[: max(0, len(_kept) - _MOST_KEPT)]:
        del _kept[oldest]
    return Embedded(
        _in_dimensions(np.stack([row for row, _ in found]), asked.dimensions), [count for _, count in found]
    )


def _computed(texts: Sequence[str], questions: bool) -> Vectors:
    model = chosen.multilingual()
    if not model:
        return sentence_model().embed(texts)
    return model.embed_questions(texts) if questions else model.embed(texts)


def replied(asked: Texts, embedded: Embedded) -> Json:
    """Raises Refusal if a text has more tokens than the model takes."""
    vectors = embedded.vectors.tolist()
    if asked.family == "titan":
        tokens = max(1, embedded.tokens[0])
        if tokens > _TITAN_TOKENS:
            raise invalid(
                f"400 Bad Request: Too many input tokens. Max input tokens: {_TITAN_TOKENS}, "
                f"request input token count: {tokens}"
            )
        by_type = {"embeddingsByType": {"float": vectors[0]}}
        return {"embedding": vectors[0], "inputTextTokenCount": tokens} | by_type
    shown = {"id": str(uuid.uuid4()), "texts": list(asked.texts)}
    if asked.by_type:
        return shown | {"embeddings": {"float": vectors}, "response_type": "embeddings_by_type"}
    return shown | {"embeddings": vectors, "response_type": "embeddings_floats"}


def _titan(request: Json) -> Texts:
    if unknown := set(request) - {"inputText", "dimensions", "normalize", "embeddingTypes"}:
        raise _malformed(f"#: extraneous key [{min(unknown)}] is not permitted")
    if "inputText" not in request:
        raise _malformed("#: required key [inputText] not found")
    text = _text(request["inputText"], "#/inputText", _TITAN_CHARACTERS)
    dimensions = request.get("dimensions", _TITAN_DIMENSIONS[0])
    if isinstance(dimensions, bool) or dimensions not in _TITAN_DIMENSIONS:
        raise _malformed(f"#/dimensions: {dimensions} is not a valid enum value")
    if not isinstance(request.get("normalize", True), bool):
        raise _malformed("#/normalize: expected type: Boolean")
    _floats_only(request.get("embeddingTypes", ["float"]), "#/embeddingTypes")
    return Texts("titan", [text], dimensions)


def _cohere(request: Json) -> Texts:
    if unknown := set(request) - {"texts", "input_type", "truncate", "embedding_types"}:
        raise _malformed(f"#: extraneous key [{min(unknown)}] is not permitted")
    for name in ("texts", "input_type"):
        if name not in request:
            raise _malformed(f"#: required key [{name}] not found")
    texts = request["texts"]
    if not isinstance(texts, list):
        raise _malformed("#/texts: expected type: JSONArray")
    if not 1 <= len(texts) <= _COHERE_TEXTS:
        limit = "maximum" if texts else "minimum"
        most = _COHERE_TEXTS if texts else 1
        raise _malformed(f"#/texts: expected {limit} item count: {most}, found: {len(texts)}")
    texts = [_text(text, f"#/texts/{number}", _COHERE_CHARACTERS) for number, text in enumerate(texts)]
    if request["input_type"] not in _COHERE_INPUTS:
        raise _malformed(f"#/input_type: {request['input_type']} is not a valid enum value")
    if (truncate := request.get("truncate", "NONE")) not in _TRUNCATE:
        raise _malformed(f"#/truncate: {truncate} is not a valid enum value")
    types = request.get("embedding_types", [])
    if types:
        _floats_only(types, "#/embedding_types")
    return Texts("cohere", texts, _COHERE_DIMENSIONS, request["input_type"] == "search_query", types)


def _text(value: Any, where: str, most: int) -> str:
    if not isinstance(value, str):
        raise _malformed(f"{where}: expected type: String")
    if not value:
        raise _malformed(f"{where}: expected minLength: 1, actual: 0")
    if len(value) > most:
        raise _malformed(f"{where}: expected maxLength: {most}, actual: {len(value)}")
    return value


def _floats_only(types: Any, where: str) -> None:
    if types != ["float"]:
        raise invalid(f"{where}: only the embedding type float is offered here.")


def _malformed(what: str) -> Exception:
    return invalid(f"Malformed input request: {what}, please reformat your input and try again.")


def _in_dimensions(vectors: Vectors, dimensions: int) -> Vectors:
    if dimensions >= DIMENSIONS:
        return np.pad(vectors, ((0, 0), (0, dimensions - DIMENSIONS)))
    projected = vectors @ _projection(dimensions)
    return projected / np.maximum(np.linalg.norm(projected, axis=1, keepdims=True), np.float32(1e-6))


@cache
def _projection(dimensions: int) -> Vectors:
    """The same one every time: orthogonal directions, by chance."""
    chance = np.random.default_rng(384)
    directions, _ = np.linalg.qr(chance.standard_normal((DIMENSIONS, dimensions)))
    return directions.astype(np.float32)
