"""Bedrock Runtime as an embedding model, in the shapes and with the limits of Cohere Embed v3 and Titan v2."""

import json
import math
import re
from typing import Any
from zlib import crc32

from tests.support.fake_service import FakeService, Refused

COHERE = "cohere.embed-multilingual-v3"
TITAN = "amazon.titan-embed-text-v2:0"


class FakeEmbeddings(FakeService):
    """InvokeModel. Vectors are counts of words, so texts that share words are near each other.

    `longest` is the number of words that a text can have: the models count tokens, which a caller cannot.
    """

    events = ("bedrock-runtime.InvokeModel",)

    def __init__(self, longest: int = 500, dimensions: int = 1024) -> None:
        super().__init__()
        self.longest = longest
        self.dimensions = dimensions

    def InvokeModel(self, request: dict[str, Any]) -> bytes:
        body = json.loads(request["body"])
        if "cohere" in request["modelId"]:
            return json.dumps(self._cohere(**body)).encode()
        return json.dumps(self._titan(**body)).encode()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request["body"]) for request in self.asked("InvokeModel")]

    def _cohere(self, texts: list[str], input_type: str, truncate: str, embedding_types: list[str]) -> dict[str, Any]:
        if len(texts) > 96 or any(len(text) > 2048 for text in texts):
            raise Refused("ValidationException", "Malformed input request.")
        assert truncate == "NONE"
        vectors = [self._vector(text, self.dimensions) for text in texts]
        embeddings = dict.fromkeys(embedding_types, vectors)
        return {"id": "1", "texts": texts, "embeddings": embeddings, "response_type": "embeddings_by_type"}

    def _titan(self, inputText: str, dimensions: int, normalize: bool, embeddingTypes: list[str]) -> dict[str, Any]:
        if not inputText or len(inputText) > 50_000:
            raise Refused("ValidationException", "Malformed input request.")
        vector = self._vector(inputText, dimensions)
        by_type = dict.fromkeys(embeddingTypes, vector)
        return {"embedding": vector, "embeddingsByType": by_type, "inputTextTokenCount": 1}

    def _vector(self, text: str, dimensions: int) -> list[float]:
        words = re.findall(r"\w+", text.lower())
        if len(words) > self.longest:
            raise Refused("ValidationException", "Too many tokens.")
        vector = [0.0] * dimensions
        for word in words or [text]:
            vector[crc32(word.encode()) % dimensions] += 1
        length = math.hypot(*vector)
        return [2 * number / length for number in vector]  # not of length 1: Cohere does not promise that
