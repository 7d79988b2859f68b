"""An index of S3 Vectors: at most 500 vectors a call, 2 KB of metadata to filter by, silent about what it deletes."""

import json
import math
from collections.abc import Mapping
from typing import Any

from tests.support.fake_service import FakeService, Refused

UNFILTERABLE = {"text_en", "text_de", "key", "places", "picture"}


class FakeVectors(FakeService):
    """`vectors` is its content, by key. `refuses` are ends of keys for which a whole call is refused, `hides` ends of
    keys that queries do not find, and `keeps` ends of keys that deletions leave. `ignores_filters`: queries find
    everything."""

    events = ("s3vectors",)

    def __init__(self, index_arn: str, dimensions: int = 1024) -> None:
        super().__init__()
        self.vectors: dict[str, dict[str, Any]] = {}
        self.refuses: tuple[str, ...] = ()
        self.hides: tuple[str, ...] = ()
        self.keeps: tuple[str, ...] = ()
        self.ignores_filters = False
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
        """Both rankings are fused, as the service does: a vector can be found by its texts alone."""
        self._check(request)
        asked = request["queryVector"]["float32"]
        if not 1 <= request["topK"] <= 100 or len(asked) != self._dimensions or not any(asked):
            raise Refused("ValidationException", "The query is wrong.")
        chosen = request.get("filter", {})
        if _constraints(chosen) > 100:
            raise Refused("ValidationException", "A filter must have at most 100 constraints.")
        among = [
            vector
            for key, vector in self.vectors.items()
            if (self.ignores_filters or matches(vector["metadata"], chosen)) and not key.endswith(self.hides or "\0")
        ]
        distances = {
            vector["key"]: 1 - sum(map(math.prod, zip(asked, vector["data"]["float32"], strict=True)))
            for vector in among
        }
        scores = {vector["key"]: found for vector in among if (found := _bm25(vector, request.get("queryTexts", [])))}
        near = sorted(distances, key=lambda key: (distances[key], key))[: 4 * request["topK"]]
        worded = sorted(scores, key=lambda key: (-sum(scores[key].values()), key))[: 4 * request["topK"]]
        fused: dict[str, float] = {}
        for ranking in (near, worded):
            for rank, key in enumerate(ranking, start=1):
                fused[key] = fused.get(key, 0.0) + 1 / (60 + rank)
        best = sorted(fused, key=lambda key: -fused[key])[: request["topK"]]
        found = [{"key": key} for key in best]
        if request.get("returnMetadata"):
            found = [each | {"metadata": self.metadata(each["key"])} for each in found]
        if request.get("returnScores") and request.get("queryTexts"):
            found = [
                each
                | {
                    "scores": {
                        "fused": fused[key],
                        "bm25Scores": [
                            {"metadataKey": name, "score": score} for name, score in scores.get(key, {}).items()
                        ],
                    }
                    | ({"vectorDistance": distances[key]} if key in near else {})
                }
                for key, each in zip(best, found, strict=True)
            ]
        return {"distanceMetric": "cosine", "vectors": found}

    def _check(self, request: dict[str, Any]) -> None:
        if request["indexArn"] != self._arn:
            raise Refused("NotFoundException", "There is no such index.")


def _bm25(vector: dict[str, Any], texts: list[dict[str, str]]) -> dict[str, float]:
    """By key of the metadata: how many words of the query a text has."""
    found: dict[str, float] = {}
    for each in texts:
        if len(each["text"]) > 1024:
            raise Refused("ValidationException", "A text of a query has at most 1,024 characters.")
        words = set(vector["metadata"].get(each["metadataKey"], "").lower().split())
        if shared := len(words & set(each["text"].lower().split())):
            found[each["metadataKey"]] = float(shared)
    return found


def _constraints(chosen: Mapping[str, Any]) -> int:
    counts = [
        sum(map(_constraints, wanted)) if name == "$and" else len(next(iter(wanted.values()))) if "$in" in wanted else 1
        for name, wanted in chosen.items()
    ]
    return sum(counts)


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
