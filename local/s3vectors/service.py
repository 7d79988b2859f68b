"""Amazon S3 Vectors' API: checks a request as the service does, then uses the store and the indexes.

Missing operations return UnknownOperationException; parameters that would have no effect return ValidationException.
"""

import asyncio
import base64
import contextvars
import json
import logging
import re
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from local.faults import Fault, Faults
from local.s3vectors import filters, metadata
from local.s3vectors.iam import also_needed, arn_of, bucket_arn
from local.s3vectors.index import Hit, Question, VectorIndex
from local.s3vectors.store import Bucket, IndexRecord, Record, Store
from local.s3vectors.vector_file import Vectors
from local.s3vectors.wire import Reply, S3VectorsError, invalid, operation_of, reply, request_of

_THREADS = 8
_MOST_FOUND = 100  # topK
_USUAL_PAGE = 500
_PAGE_BYTES = 1 << 20  # of the vectors on a page, after which it ends
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ENCRYPTED = {"sseType": "AES256"}

type Json = dict[str, Any]
# Why a caller is not allowed an action on a resource: `(headers, query, action, resource)`; None if it is.
type Denial = Callable[[Mapping[str, str], Mapping[str, Any], str, str], str | None]

logger = logging.getLogger(__name__)


class S3VectorsService:
    """This machine's S3 Vectors. `handle_request` can be called concurrently from one event loop."""

    def __init__(self, folder: Path, faults: Faults, denial: Denial = lambda *_: None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._faults = faults
        self._denial = denial
        self._store = Store(folder / "s3vectors.sqlite")
        self._opened: dict[int, VectorIndex] = {}
        self._opening = threading.RLock()
        self._threads = ThreadPoolExecutor(_THREADS, "s3vectors")
        self._operations: dict[str, Callable[[Json], Json]] = {
            "CreateVectorBucket": self._create_vector_bucket,
            "GetVectorBucket": lambda request: {"vectorBucket": _bucket(self._bucket(request))},
            "ListVectorBuckets": self._list_vector_buckets,
            "DeleteVectorBucket": self._delete_vector_bucket,
            "CreateIndex": self._create_index,
            "GetIndex": lambda request: {"index": _index(self._record(request))},
            "ListIndexes": self._list_indexes,
            "UpdateMetadataConfiguration": self._update_metadata_configuration,
            "DeleteIndex": self._delete_index,
            "PutVectors": self._put_vectors,
            "GetVectors": self._get_vectors,
            "ListVectors": self._list_vectors,
            "DeleteVectors": self._delete_vectors,
            "QueryVectors": self._query_vectors,
        }

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Reply:
        """Answers one request whose signature and permissions MiniStack has checked."""
        try:
            operation = operation_of(method, path)
            if operation is None:
                raise S3VectorsError("UnknownOperationException", "There is no such operation.")
            fault = self._fault(operation, headers)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.error:
                raise S3VectorsError(fault.error, "A fault that was asked for.")
            if operation not in self._operations:
                raise S3VectorsError("UnknownOperationException", f"{operation} is not offered here.")
            context = contextvars.copy_context()  # the account and the Region of the request
            status, told, answer = await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: context.run(self._answer, operation, headers, query, body)
            )
            if fault.lost:
                raise S3VectorsError(fault.lost, "The reply was lost, as a fault asked for.")
        except S3VectorsError as error:
            return error.on_the_wire()
        return status, told, answer[: len(answer) // 2] if fault.malformed else answer

    def close(self) -> None:
        self._threads.shutdown()
        with self._opening:
            for index in self._opened.values():
                index.close()
            self._opened.clear()
        self._store.close()

    def _fault(self, operation: str, headers: Mapping[str, str]) -> Fault:
        try:
            return self._faults.take("s3vectors", operation, headers) or Fault()
        except ValueError as error:
            raise invalid(str(error)) from error

    def _answer(self, operation: str, headers: Mapping[str, str], query: Mapping[str, Any], body: bytes) -> Reply:
        try:
            request = request_of(operation, body)
            action = also_needed(operation, request)
            if action and (denied := self._denial(headers, query, action, arn_of(request))):
                raise S3VectorsError("AccessDeniedException", denied)
            return reply(self._operations[operation](request))
        except S3VectorsError as error:
            return error.on_the_wire()
        except UnicodeEncodeError:
            return S3VectorsError("SerializationException", "A string is not UTF-8.").on_the_wire()
        except Exception:
            logger.exception("s3vectors request failed")
            return S3VectorsError("InternalServerException", "An internal error occurred.").on_the_wire()

    # Buckets

    def _create_vector_bucket(self, request: Json) -> Json:
        name = _checked_name(request["vectorBucketName"], "vector bucket")
        arn = bucket_arn(name)
        with self._opening:
            if self._store.bucket(arn):
                raise S3VectorsError("ConflictException", "A vector bucket with the specified name already exists")
            self._store.add_bucket(arn, {"encryptionConfiguration": request.get("encryptionConfiguration", _ENCRYPTED)})
        return {"vectorBucketArn": arn}

    def _list_vector_buckets(self, request: Json) -> Json:
        here, prefix = bucket_arn(""), request.get("prefix", "")
        found = [each for each in self._store.buckets() if each.arn.startswith(f"{here}{prefix}")]
        page, following = _page(request, found, lambda each: each.arn)
        return {"vectorBuckets": [_summary(each) for each in page], **following}

    def _delete_vector_bucket(self, request: Json) -> Json:
        with self._opening:
            bucket = self._bucket(request)
            if self._store.indexes(bucket.arn):
                raise S3VectorsError("ConflictException", "The specified vector bucket is not empty")
            self._store.remove_bucket(bucket.arn)
        return {}

    # Indexes

    def _create_index(self, request: Json) -> Json:
        name = _checked_name(request["indexName"], "vector index")
        configuration = request.get("metadataConfiguration", {})
        _distinct("nonFilterableMetadataKeys", configuration.get("nonFilterableMetadataKeys", []))
        _distinct(
            "textSearchConfigurations",
            [each["metadataKey"] for each in configuration.get("textSearchConfigurations", [])],
        )
        with self._opening:
            bucket = self._bucket({each: request[each] for each in request if each != "indexName"})
            arn = f"{bucket.arn}/index/{name}"
            if self._store.index(arn):
                raise S3VectorsError("ConflictException", "An index with the specified name already exists")
            kept = ("dataType", "dimension", "distanceMetric", "metadataConfiguration")
            settings = {each: request[each] for each in kept if each in request}
            encryption = request.get("encryptionConfiguration") or bucket.settings["encryptionConfiguration"]
            self._store.add_index(arn, bucket.arn, settings | {"encryptionConfiguration": encryption})
        return {"indexArn": arn}

    def _list_indexes(self, request: Json) -> Json:
        bucket, prefix = self._bucket(request), request.get("prefix", "")
        found = [each for each in self._store.indexes(bucket.arn) if each.name.startswith(prefix)]
        page, following = _page(request, found, lambda each: each.arn)
        members = ("vectorBucketName", "indexName", "indexArn", "creationTime")
        return {"indexes": [{name: _index(each)[name] for name in members} for each in page], **following}

    def _update_metadata_configuration(self, request: Json) -> Json:
        if ("add" in request) == ("delete" in request):
            raise invalid("Specify either add or delete, but not both.")
        change = request.get("add") or request.get("delete") or {}
        named = [each["metadataKey"] for each in change.get("textSearchConfigurations", [])]
        _distinct("textSearchConfigurations", named)
        with self._opening:
            record = self._record(request)
            configuration = record.settings.get("metadataConfiguration", {})
            texts = configuration.get("textSearchConfigurations", [])
            known = {each["metadataKey"] for each in texts}
            if "add" in request:
                if twice := known & set(named):
                    raise S3VectorsError("ConflictException", f"The metadata key {min(twice)} is searchable already.")
                texts = texts + change["textSearchConfigurations"]
            else:
                if unknown := set(named) - known:
                    raise invalid(f"The metadata key {min(unknown)} is not full-text searchable.")
                texts = [each for each in texts if each["metadataKey"] not in named]
            if len(texts) > 10:
                raise invalid("An index must have at most 10 text search configurations.")
            changed = configuration | {"textSearchConfigurations": texts}
            self._store.change_index(record.number, record.settings | {"metadataConfiguration": changed})
            if opened := self._opened.pop(record.number, None):
                opened.close()
        return {"indexArn": record.arn}

    def _delete_index(self, request: Json) -> Json:
        with self._opening:
            record = self._record(request)
            if opened := self._opened.pop(record.number, None):
                opened.close()
            self._store.remove_index(record.number)
            shutil.rmtree(self._folder / str(record.number), ignore_errors=True)
        return {}

    # Vectors

    def _put_vectors(self, request: Json) -> Json:
        index = self._index(request)
        vectors: dict[str, tuple[Vectors, Json]] = {}
        for given in request["vectors"]:
            key, told = given["key"], given.get("metadata", {})
            if key in vectors:
                raise invalid(f"Invalid record for key '{key}': The key is in the request more than once")
            dimension = index.record.settings["dimension"]
            numbers = _numbers(given["data"], f"Invalid record for key '{key}': ", dimension, index.metric)
            metadata.check(key, told, index.non_filterable)
            vectors[key] = numbers, told
        index.put(vectors, self._due("Indexing", list(vectors)))
        return {}

    def _get_vectors(self, request: Json) -> Json:
        index = self._index(request)
        return {"vectors": _shown(index, index.get(request["keys"]), request)}

    def _list_vectors(self, request: Json) -> Json:
        index = self._index(request)
        segments, segment = request.get("segmentCount", 1), request.get("segmentIndex", 0)
        if ("segmentCount" in request) != ("segmentIndex" in request) or segment >= segments:
            raise invalid("segmentIndex must be less than segmentCount, and both must be specified together.")
        most, last = request.get("maxResults", _USUAL_PAGE), _from_token(request.get("nextToken"))
        shown: list[Json] = []
        size = 0
        while found := index.after(last, most):
            mine = [each for each in found if zlib.crc32(each.key.encode()) % segments == segment]
            for record, each in zip(mine, _shown(index, mine, request), strict=True):
                if len(shown) == most or (shown and size > _PAGE_BYTES):
                    return {"vectors": shown, "nextToken": _token(shown[-1]["key"])}
                shown.append(each)
                size += len(json.dumps(record.metadata)) + (4 * index.record.settings["dimension"])
            last = found[-1].key
        return {"vectors": shown}

    def _delete_vectors(self, request: Json) -> Json:
        self._index(request).delete(request["keys"], self._due("Deletion", request["keys"]))
        return {}

    def _query_vectors(self, request: Json) -> Json:
        index = self._index(request)
        if request["topK"] > _MOST_FOUND:
            raise invalid(f"topK must be at most {_MOST_FOUND}.")
        if request.get("queryMode") == "CLASSIC":
            raise invalid("The query mode CLASSIC cannot be specified for an index in ENHANCED mode.")
        if "queryVector" not in request and "queryTexts" not in request:
            raise invalid("A query must include queryVector, queryTexts, or both.")
        given = request.get("filter")
        if "filter" in request:
            filters.check(given, index.non_filterable)
        texts: dict[str, str] = {}
        for each in request.get("queryTexts", []):
            if (key := each["metadataKey"]) in texts:
                raise invalid(f"Each query text must have a metadata key of its own, and {key} is named twice.")
            if key not in index.searchable:
                raise invalid(f"The metadata key {key} is not full-text searchable.")
            texts[key] = each["text"]
        vector = None
        if "queryVector" in request:
            dimension = index.record.settings["dimension"]
            vector = _numbers(request["queryVector"], "Invalid query vector: ", dimension, index.metric)
        hits = index.query(Question(request["topK"], vector, texts, given))
        shown = [_found(hit, request, fused=vector is not None and bool(texts)) for hit in hits]
        return {"distanceMetric": index.metric} | _page_of_hits(shown, request)

    def _due(self, what: str, keys: Sequence[str]) -> float:
        fault = self._faults.take("s3vectors", what, {}, "\n".join(keys))
        return time.time() + fault.delay if fault and fault.delay else 0.0

    # What a request names

    def _bucket(self, request: Json) -> Bucket:
        if ("vectorBucketName" in request) == ("vectorBucketArn" in request):
            raise invalid("Specify either vectorBucketName or vectorBucketArn.")
        bucket = self._store.bucket(arn_of(request))
        if bucket is None:
            raise S3VectorsError("NotFoundException", "The specified vector bucket could not be found")
        return bucket

    def _record(self, request: Json) -> IndexRecord:
        by_name = "vectorBucketName" in request and "indexName" in request
        by_half = "vectorBucketName" in request or "indexName" in request
        if by_half == ("indexArn" in request) or by_half != by_name:
            raise invalid("Specify either indexArn, or both vectorBucketName and indexName.")
        record = self._store.index(arn_of(request))
        if record is None:
            raise S3VectorsError("NotFoundException", "The specified index could not be found")
        return record

    def _index(self, request: Json) -> VectorIndex:
        with self._opening:
            record = self._record(request)
            if record.number not in self._opened:
                folder = self._folder / str(record.number)
                self._opened[record.number] = VectorIndex(folder, self._store, record)
            return self._opened[record.number]


def _numbers(data: Any, where: str, dimension: int, metric: str) -> Vectors:
    values = data.get("float32") if isinstance(data, dict) else None
    if not isinstance(values, list) or not set(map(type, values)) <= {int, float}:
        raise invalid(f"{where}vector must be a list of numbers")
    if len(values) != dimension:
        raise invalid(f"{where}vector must have length {dimension}, but has length {len(values)}")
    try:
        with np.errstate(over="raise"):
            numbers = np.array(values, np.float64).astype(np.float32)
    except (OverflowError, FloatingPointError) as error:
        raise invalid(f"{where}vector must contain only numbers that float32 can hold") from error
    if metric == "cosine" and not numbers.any():
        raise invalid(f"{where}vector must not be a zero vector for the cosine distance metric")
    return numbers


def _shown(index: VectorIndex, records: Sequence[Record], request: Json) -> list[Json]:
    shown: list[Json] = [{"key": record.key} for record in records]
    if request.get("returnMetadata"):
        for each, record in zip(shown, records, strict=True):
            each["metadata"] = record.metadata
    if request.get("returnData"):
        for each, numbers in zip(shown, index.numbers(records), strict=True):
            each["data"] = {"float32": numbers.tolist()}
    return shown


def _found(hit: Hit, request: Json, fused: bool) -> Json:
    shown: Json = {"key": hit.record.key}
    if request.get("returnMetadata"):
        shown["metadata"] = hit.record.metadata
    if request.get("returnDistance") and hit.distance is not None:
        shown["distance"] = hit.distance
    if request.get("returnScores") and request.get("queryTexts"):
        scores: Json = {
            "bm25Scores": [{"metadataKey": key, "score": score} for key, score in sorted(hit.words.items())]
        }
        if fused:
            scores["fused"] = hit.fused
        if hit.distance is not None:
            scores["vectorDistance"] = hit.distance
        shown["scores"] = scores
    return shown


def _page_of_hits(shown: list[Json], request: Json) -> Json:
    """A page ends after a megabyte. Its token belongs to one query: a caller repeats the query with it."""
    asked = {name: value for name, value in request.items() if name != "nextToken"}
    query = str(zlib.crc32(json.dumps(asked, sort_keys=True).encode()))
    start = 0
    if token := request.get("nextToken"):
        of_query, _, place = _from_token(token).partition(" ")
        if of_query != query or not place.isdecimal():
            raise invalid("The nextToken is not valid for this query.")
        start = int(place)
    end, size = start, 0
    while end < len(shown) and (size < _PAGE_BYTES):
        size += len(json.dumps(shown[end]))
        end += 1
    following = {"nextToken": _token(f"{query} {end}")} if end < len(shown) else {}
    return {"vectors": shown[start:end], **following}


def _page[T](request: Json, items: Sequence[T], name_of: Callable[[T], str]) -> tuple[Sequence[T], Json]:
    last, size = _from_token(request.get("nextToken")), request.get("maxResults", _USUAL_PAGE)
    left = [item for item in items if name_of(item) > last]
    return left[:size], {"nextToken": _token(name_of(left[size - 1]))} if len(left) > size else {}


def _token(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def _from_token(token: str | None) -> str:
    try:
        return base64.b64decode(token or "", b"-_", validate=True).decode()
    except ValueError as error:
        raise invalid("The nextToken is not valid.") from error


def _checked_name(name: str, what: str) -> str:
    if not _NAME.fullmatch(name):
        raise invalid(f"The {what} name {name} must have lowercase letters, numbers, hyphens and dots only.")
    return name


def _distinct(what: str, keys: Sequence[str]) -> None:
    if len(set(keys)) < len(keys):
        raise invalid(f"A metadata key must be in {what} only once.")


def _summary(bucket: Bucket) -> Json:
    return {"vectorBucketName": bucket.name, "vectorBucketArn": bucket.arn, "creationTime": bucket.created}


def _bucket(bucket: Bucket) -> Json:
    return _summary(bucket) | bucket.settings | {"defaultIndexMode": "ENHANCED"}


def _index(record: IndexRecord) -> Json:
    settings = dict(record.settings)
    configuration = settings.get("metadataConfiguration", {})
    if texts := configuration.get("textSearchConfigurations"):
        settings["metadataConfiguration"] = configuration | {
            "textSearchConfigurations": [each | {"status": "ACTIVE"} for each in texts]
        }
    bucket_name = record.bucket_arn.rpartition("/")[2]
    told = {"vectorBucketName": bucket_name, "indexName": record.name, "indexArn": record.arn}
    return told | {"creationTime": record.created, "indexMode": "ENHANCED"} | settings
