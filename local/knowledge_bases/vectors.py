"""The S3 Vectors index of a knowledge base, and the model that embeds its texts, called within the process.

A vector is named and described as the service does it, with the text in `AMAZON_BEDROCK_TEXT`.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

from local.bedrock.iam import model_arn
from local.bedrock.models import embedding_family
from local.bedrock_agent.wire import AgentError, Json, invalid
from local.knowledge_bases.service import embedding_model, index_arn

TEXT, METADATA = "AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"
SOURCE_URI, SOURCE_ID = "x-amz-bedrock-kb-source-uri", "x-amz-bedrock-kb-data-source-id"
CHUNK_ID, PAGE = "x-amz-bedrock-kb-chunk-id", "x-amz-bedrock-kb-document-page-number"

_AT_ONCE = 16

# `(method, path, headers, body, query)`, as an engine's handler is called.
type Handler = Callable[..., Awaitable[tuple[int, dict[str, str], Any]]]
type May = Callable[[str, str, str], bool]


class Vectors:
    def __init__(self, s3_vectors: Handler, bedrock: Handler, may: May) -> None:
        """`may(role, action, resource)` tells whether the role's policies allow an action."""
        self._s3_vectors, self._bedrock, self._may = s3_vectors, bedrock, may

    async def put(self, base: Json, chunks: Sequence[tuple[str, str, Json]]) -> None:
        """Chunks are `(key, text, metadata)`."""
        for start in range(0, len(chunks), _AT_ONCE):
            some = chunks[start : start + _AT_ONCE]
            embedded = await self._embedded(base, [text for _, text, _ in some], question=False)
            vectors = [
                {"key": key, "data": {"float32": vector}, "metadata": metadata | {TEXT: text}}
                for (key, text, metadata), vector in zip(some, embedded, strict=True)
            ]
            await self._call(base, "PutVectors", {"vectors": vectors})

    async def delete(self, base: Json, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), 500):
            await self._call(base, "DeleteVectors", {"keys": list(keys[start : start + 500])})

    async def nearest(self, base: Json, question: str, most: int, chosen: Json | None) -> list[Json]:
        [vector] = await self._embedded(base, [question], question=True)
        asked: Json = {"topK": most, "queryVector": {"float32": vector}, "returnMetadata": True, "returnDistance": True}
        if chosen is not None:
            asked["filter"] = chosen
        return (await self._call(base, "QueryVectors", asked))["vectors"]

    async def _embedded(self, base: Json, texts: Sequence[str], question: bool) -> list[list[float]]:
        model = embedding_model(base)
        family = embedding_family(model)
        if family is None:
            raise invalid(f"The model {model.rpartition('/')[2]} does not embed texts here.")
        self._require(base, "bedrock:InvokeModel", model_arn(model))
        path = f"/model/{quote(model, safe='')}/invoke"
        if family == "cohere":
            kind = "search_query" if question else "search_document"
            asked = {"texts": [text[:2048] for text in texts], "input_type": kind, "truncate": "END"}
            return (await self._reply(self._bedrock, path, asked))["embeddings"]
        configured = base["knowledgeBaseConfiguration"]["vectorKnowledgeBaseConfiguration"]
        given = configured.get("embeddingModelConfiguration", {}).get("bedrockEmbeddingModelConfiguration", {})
        dimensions = given.get("dimensions", 1024)
        return [
            (await self._reply(self._bedrock, path, {"inputText": text, "dimensions": dimensions}))["embedding"]
            for text in texts
        ]

    async def _call(self, base: Json, operation: str, request: Json) -> Json:
        index = index_arn(base)
        needed = [operation, "GetVectors"] if operation == "QueryVectors" else [operation]
        for action in needed:
            self._require(base, f"s3vectors:{action}", index)
        return await self._reply(self._s3_vectors, f"/{operation}", request | {"indexArn": index})

    async def _reply(self, handler: Handler, path: str, request: Json) -> Json:
        status, headers, body = await handler("POST", path, {}, json.dumps(request).encode(), {})
        reply = json.loads(body or b"{}")
        if status != 200:
            code = headers.get("x-amzn-errortype", "")
            if code == "ThrottlingException":
                raise AgentError(code, reply.get("message", "Too many requests."))
            raise invalid(f"{path.rpartition('/')[2]} failed: {reply.get('message', code)}")
        return reply

    def _require(self, base: Json, action: str, resource: str) -> None:
        if not self._may(base["roleArn"], action, resource):
            role = base["roleArn"].rpartition("/")[2]
            raise AgentError("AccessDeniedException", f"The service role {role} is not allowed {action} on {resource}.")
