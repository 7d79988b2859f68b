"""Vectors in an index of Amazon S3 Vectors: put them with their texts, read them back, find them, delete them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3_vectors
from docent.embeddings import EmbeddingModel
from docent.errors import from_aws
from docent.errors.ingest import IndexingRefusedError, OversizedTextError

# Vectors a call. A put may have 500, but no more than 20 MiB: with the largest metadata and 4,096 numbers that is
# about 130. Reading them back takes 100, deleting 500.
PUT, GET, DELETE = 100, 100, 500
# A query finds at most so many.
MOST_FOUND = 100
# Bytes of metadata, as UTF-8: those that queries can filter by, and all.
MAX_FILTERABLE, MAX_METADATA = 2048, 40 * 1024
MAX_KEY = 1024
# Keys of the metadata by which queries cannot filter. The index is created with the same ones. Each language has a key
# of its own, as an index knows one language a key.
TEXT_KEYS = {"en": "text_en", "de": "text_de"}
UNFILTERABLE = frozenset({*TEXT_KEYS.values(), "key", "places", "picture"})

type Refuse = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Passage:
    """`embedded` is what people search it by, where that is not the text alone. `metadata` has everything else."""

    key: str
    text: str
    language: str
    metadata: Mapping[str, Any]
    embedded: str = ""

    @property
    def whole_metadata(self) -> dict[str, Any]:
        """A key of the metadata can have no empty value."""
        every = {**self.metadata, TEXT_KEYS.get(self.language, TEXT_KEYS["en"]): self.text}
        return {name: value for name, value in every.items() if value not in ("", None)}

    @property
    def refusal(self) -> str:
        """Why no index takes it, as it is larger than S3 Vectors allows; or empty."""
        metadata = self.whole_metadata
        filterable = {name: value for name, value in metadata.items() if name not in UNFILTERABLE}
        for size, most, what in (
            (len(self.key.encode()), MAX_KEY, "key"),
            (_bytes_of(filterable), MAX_FILTERABLE, "filterable metadata"),
            (_bytes_of(metadata), MAX_METADATA, "metadata"),
        ):
            if size > most:
                return f"its {what} would take {size:,} bytes, and {most:,} are allowed"
        return ""


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """One call of the service each, or a few. Raises TransientError, MisconfiguredError and IndexingRefusedError."""

    arn: str
    model: EmbeddingModel

    def put(self, passages: Sequence[Passage], refuse: Refuse) -> None:
        """At most PUT. `refuse` is told `(key, reason)` of those that the model or the index can never take."""
        fitting: list[Passage] = []
        for passage in passages:
            if refusal := passage.refusal:
                refuse(passage.key, refusal)
            else:
                fitting.append(passage)
        self._put(self._vectors(fitting, refuse), refuse)

    def _vectors(self, passages: Sequence[Passage], refuse: Refuse) -> list[dict[str, Any]]:
        try:
            found = self.model.embed([passage.embedded or passage.text for passage in passages], "passage")
        except OversizedTextError as error:
            if len(passages) == 1:
                refuse(passages[0].key, error.happened)
                return []
            return [vector for passage in passages for vector in self._vectors([passage], refuse)]
        return [
            {"key": passage.key, "data": {"float32": vector}, "metadata": passage.whole_metadata}
            for passage, vector in zip(passages, found, strict=True)
        ]

    def _put(self, vectors: Sequence[dict[str, Any]], refuse: Refuse) -> None:
        """S3 Vectors refuses a call for one wrong vector, so a refused call is repeated in halves."""
        if not vectors:
            return
        try:
            self._call("took passages", "put_vectors", vectors=list(vectors))
        except IndexingRefusedError as error:
            cause = error.__cause__
            code = cause.response.get("Error", {}).get("Code") if isinstance(cause, ClientError) else ""
            if code != "ValidationException":
                raise
            if len(vectors) == 1:
                refuse(vectors[0]["key"], "ValidationException")
                return
            half = len(vectors) // 2
            self._put(vectors[:half], refuse)
            self._put(vectors[half:], refuse)

    def there(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys that the index has; at most GET."""
        reply = self._call("was asked what it holds", "get_vectors", keys=list(keys))
        return {vector["key"] for vector in reply["vectors"]}

    def found(self, filter: Mapping[str, Any]) -> list[str]:
        """Keys of the vectors that a query with this filter finds, as questions do; at most MOST_FOUND."""
        direction = {"float32": [1.0, *[0.0] * (self.model.dimensions - 1)]}
        reply = self._call("was searched", "query_vectors", queryVector=direction, topK=MOST_FOUND, filter=dict(filter))
        return [vector["key"] for vector in reply["vectors"]]

    def delete(self, keys: Sequence[str]) -> None:
        """At most DELETE. S3 Vectors does not tell whether there were any."""
        if keys:
            self._call("deleted passages", "delete_vectors", keys=list(keys))

    def _call(self, doing: str, operation: str, **arguments: Any) -> Any:
        try:
            return getattr(s3_vectors(), operation)(indexArn=self.arn, **arguments)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, f"the index {doing}", IndexingRefusedError) from error


def _bytes_of(metadata: Mapping[str, Any]) -> int:
    return len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode())
