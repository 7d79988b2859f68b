"""An index of S3 Vectors: at most 500 vectors a call, 2 KB of metadata to filter by, silent about what it deletes."""

import json
import math
from collections.abc import Mapping
from typing import Any

from tests.support.fake_service import FakeService, Refused

UNFILTERABLE = {"text_en", "text_de", "key", "places", "picture"}


class FakeVectors(FakeService):
    """`vectors` is its content, by key. `refuses` are ends of keys for which a whole call is refused, `hides` ends of
    keys that queries do not find, and `keeps` ends of keys that deletions leave."""

    events = ("s3vectors",)

    def __init__(self, index_arn: str, dimensions: int = 1024) -> None:
        super().__init__()
        self.vectors: dict[str, dict[str, Any]] = {}
        self.refuses: tuple[str, ...] = ()
        self.hides: tuple[str, ...] = ()
        self.keeps: tuple[str, ...] = ()
        self._arn, self._dimensions = index_arn, dimensions

    def metadata(self, key: str) -> dict[str, Any]:
        return self.vectors[key]["metadata"]

    def PutVectors(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check(request)
        for vector in request["vectors"]:
            data, metadata = vector["data"]["float32"], vector["metadata"]
            if len(data) != self._dimensions or not any(data) or len(vector["key"].encode()) > 1024:
                raise Refused("ValidationException", "A vector is wrong.")
            if len(metadata) > 50 or _size(metadata) > 40 * 1024:
                raise Refused("ValidationException", "Total metadata must have at most 40960 bytes.")
            if _size({name: each for name, each in metadata.items() if name not in UNFILTERABLE}) > 2048:
                raise Refused("ValidationException", "Filterable metadata must have at most 2048 bytes.")
            if any(each in ("", None, []) for each in metadata.values()):
                raise Refused("ValidationException", "Metadata has an empty value.")
            if vector["key"].endswith(self.refuses or "\0"):
                raise Refused("ValidationException", "A vector is wrong.")
        self.vectors |= {vector["key"]: vector for vector in request["vectors"]}
        return {}

    def GetVectors(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check(request)
        shown = {"metadata": request.get("returnMetadata"), "data": request.get("returnData")}
        there = [self.vectors[key] for key in request["keys"] if key in self.vectors]
        return {"vectors": [{n: v for n, v in each.items() if n == "key" or shown[n]} for each in there]}

    def DeleteVectors(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check(request)
        for key in request["keys"]:
            if not key.endswith(self.keeps or "\0"):
                self.vectors.pop(key, None)
        return {}

    def QueryVectors(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check(request)
        asked = request["queryVector"]["float32"]
        if not 1 <= request["topK"] <= 100 or len(asked) != self._dimensions or not any(asked):
            raise Refused("ValidationException", "The query is wrong.")
        found = [
            (1 - sum(map(math.prod, zip(asked, vector["data"]["float32"], strict=True))), key)
            for key, vector in self.vectors.items()
            if matches(vector["metadata"], request.get("filter", {})) and not key.endswith(self.hides or "\0")
        ]
        return {"distanceMetric": "cosine", "vectors": [{"key": key} for _, key in sorted(found)[: request["topK"]]]}

    def _check(self, request: dict[str, Any]) -> None:
        if request["indexArn"] != self._arn:
            raise Refused("NotFoundException", "There is no such index.")


def matches(metadata: Mapping[str, Any], chosen: Mapping[str, Any]) -> bool:
    """Of S3 Vectors' filters, those that Docent may use; every other one is refused."""
    for name, wanted in chosen.items():
        match name, wanted:
            case "$and", list():
                if not all(matches(metadata, each) for each in wanted):
                    return False
            case str(), {"$eq": value, **rest} if not rest and name not in UNFILTERABLE:
                if metadata.get(name) != value:
                    return False
            case str(), {"$in": [_, *_] as values, **rest} if not rest and name not in UNFILTERABLE:
                if metadata.get(name) not in values:
                    return False
            case _:
                raise Refused("ValidationException", f"Invalid filter: {name}.")
    return True


def _size(metadata: Mapping[str, Any]) -> int:
    return len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode())
