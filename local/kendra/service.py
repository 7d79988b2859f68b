"""Amazon Kendra's API: checks a request as Kendra does, then uses the store and the indexes.

Missing operations return UnknownOperationException; parameters that would have no effect return ValidationException.
"""

import asyncio
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tantivy import Query as TantivyQuery

from local.kendra import passages, results, searching
from local.kendra.filters import access_query, attribute_query, refusal_of
from local.kendra.index import Hit, Question, SearchIndex, check_format
from local.kendra.indexing import MAX_FILE_BYTES, Indexer
from local.kendra.indices import Indices, fields_of
from local.kendra.store import IndexRecord, Store
from local.kendra.wire import TARGET_PREFIX, KendraError, checked, invalid, missing, service_model
from local.kendra.worker import Worker

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MOST_RESULTS = 100
_THREADS = 8
_EMBEDDING_SECONDS = 20.0
_NOT_OFFERED = {
    "CreateIndex": ("UserTokenConfigurations",),
    "UpdateIndex": ("UserTokenConfigurations",),
    "BatchPutDocument": ("CustomDocumentEnrichmentConfiguration",),
    "Query": ("Facets", "SortingConfiguration", "SortingConfigurations", "CollapseConfiguration"),
}
_NOT_OFFERED_FOR_DOCUMENTS = ("HierarchicalAccessControlList", "AccessControlConfigurationId")

type Json = dict[str, Any]

logger = logging.getLogger(__name__)


class KendraService:
    """This machine's Kendra. `handle_request` can be called concurrently from one event loop."""

    def __init__(
        self,
        data_dir: Path,
        s3: Callable[[str | None], "S3Client"],
        clock: Callable[[], float] = time.time,
        indexing_seconds: float = 0.2,
        deleting_seconds: Callable[[str], float] = lambda _document_id: 0,
    ) -> None:
        """`s3` returns a client with a role's credentials. Accepted work begins after `indexing_seconds`, and the
        deletion of a document after `deleting_seconds` more. Until then a new document has the status NOT_FOUND."""
        self._uploads = data_dir / "uploads"
        self._folders = data_dir / "indexes"
        self._uploads.mkdir(parents=True, exist_ok=True)
        self._indexing_seconds = indexing_seconds
        self._deleting_seconds = deleting_seconds
        self._store = Store(data_dir / "kendra.sqlite")
        self._indices = Indices(self._store, clock, indexing_seconds)
        self._forget_abandoned_uploads()
        self._indexes: dict[str, SearchIndex] = {}
        self._opening = threading.Lock()
        for folder in self._folders.glob("*"):
            check_format(folder)
        self._questions = Worker()
        self._threads = ThreadPoolExecutor(_THREADS, "kendra")
        self._indexer = Indexer(self._store, self._uploads, self._folders, self._opened, s3)
        self._indexer.start()
        self._threads.submit(self._questions.call, searching.SECONDS, passages.warm_up)
        self._operations: dict[str, Callable[[Json], Json]] = {
            "CreateIndex": self._indices.create_index,
            "DescribeIndex": self._indices.describe_index,
            "UpdateIndex": self._indices.update_index,
            "DeleteIndex": self._delete_index,
            "ListIndices": self._indices.list_indices,
            "BatchPutDocument": self._batch_put_document,
            "BatchDeleteDocument": self._batch_delete_document,
            "BatchGetDocumentStatus": self._batch_get_document_status,
            "Query": self._query,
            "Retrieve": self._retrieve,
            "TagResource": self._indices.tag_resource,
            "UntagResource": self._indices.untag_resource,
            "ListTagsForResource": self._indices.list_tags_for_resource,
        }

    async def handle_request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """Answers one request of Kendra's JSON 1.1 protocol with status, headers and body."""
        del method, path, query_params  # the protocol has one value for each
        target = next((value for name, value in headers.items() if name.lower() == "x-amz-target"), "")
        loop = asyncio.get_running_loop()
        status, answer = await loop.run_in_executor(self._threads, self._answer, target, body)
        reply = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
        return status, reply, json.dumps(answer).encode()

    def close(self) -> None:
        """Ends the worker processes. Unfinished work is done after the next start."""
        self._indexer.close()
        self._questions.close()
        self._threads.shutdown()
        for index in self._indexes.values():
            index.close()
        self._store.close()

    def _answer(self, target: str, body: bytes) -> tuple[int, Json]:
        try:
            operation = target.removeprefix(TARGET_PREFIX)
            if operation not in self._operations:
                known = operation in service_model().operation_names
                what = "is not offered here" if known else "does not exist"
                raise KendraError("UnknownOperationException", f"The operation {operation} {what}.")
            try:
                request = json.loads(body or b"{}")
            except ValueError as error:
                raise KendraError("SerializationException", "The request is not JSON.") from error
            request = checked(operation, request)
            for name in _NOT_OFFERED.get(operation, ()):
                if request.get(name):
                    raise invalid(f"{name} is not offered here.")
            return 200, self._operations[operation](request)
        except KendraError as error:
            return error.status, error.to_json()
        except Exception:
            logger.exception("kendra request failed")
            error = KendraError("InternalServerException", "An internal error occurred.")
            return error.status, error.to_json()

    # Indexes and documents

    def _delete_index(self, request: Json) -> Json:
        index = self._indices.record(request["Id"])
        search_index = self._opened(index.id)
        self._store.remove_index(index.id)
        with self._opening:
            self._indexes.pop(index.id, None)
        if search_index is not None:
            search_index.remove()
        self._indexer.forget_index(index.id)
        return {}

    def _batch_put_document(self, request: Json) -> Json:
        index = self._indices.active(request["IndexId"])
        types = {name: field["Type"] for name, field in fields_of(index).items()}
        role = request.get("RoleArn", index.settings["RoleArn"])
        accepted, failed = [], []
        for document in request["Documents"]:
            refusal = _refusal(document, types)
            if refusal is None:
                accepted.append(self._kept(document, role))
            else:
                failed.append({"Id": document["Id"], "ErrorCode": "InvalidRequest", "ErrorMessage": refusal})
        self._store.accept_puts(index.id, accepted, time.time() + self._indexing_seconds)
        self._indexer.wake()
        return {"FailedDocuments": failed}

    def _kept(self, document: Json, role: str) -> Json:
        """The document as stored in the queue, with its bytes in a separate file."""
        name = str(uuid.uuid4())
        if "Blob" in document:
            (self._uploads / name).write_bytes(document.pop("Blob"))
        attributes = document.get("Attributes", [])
        titles = [found["Value"]["StringValue"] for found in attributes if found["Key"] == "_document_title"]
        defaults = {
            "Title": titles[0] if titles else document["Id"],
            "Attributes": [],
            "AccessControlList": [],
        }
        return defaults | document | {"File": name, "RoleArn": role}

    def _batch_delete_document(self, request: Json) -> Json:
        index = self._indices.active(request["IndexId"])
        due = time.time() + self._indexing_seconds
        deletions = {each: due + self._deleting_seconds(each) for each in request["DocumentIdList"]}
        self._store.accept_deletions(index.id, deletions)
        self._indexer.wake()
        return {"FailedDocuments": []}

    def _batch_get_document_status(self, request: Json) -> Json:
        index = self._indices.record(request["IndexId"])
        statuses = []
        for info in request["DocumentInfoList"]:
            found = self._store.status(index.id, info["DocumentId"])
            if not self._store.is_known(index.id, info["DocumentId"]):
                found = None
            status = {
                "DocumentId": info["DocumentId"],
                "DocumentStatus": found.status if found else "NOT_FOUND",
            }
            if found and found.failure:
                status |= {"FailureCode": "InvalidRequest", "FailureReason": found.failure}
            statuses.append(status)
        return {"Errors": [], "DocumentStatusList": statuses}

    # Search

    def _query(self, request: Json) -> Json:
        query_id = str(uuid.uuid4())
        index, text, question, hits = self._found(request, request.get("QueryText", ""))
        documents = results.best_of_each_document(hits)[:_MOST_RESULTS]
        shown = _shown(index, request)
        wanted = request.get("QueryResultTypeFilter")
        items = []
        if documents and question.vector is not None and wanted in (None, "ANSWER"):
            best = documents[0]
            if results.confidence(best, text) in ("VERY_HIGH", "HIGH"):
                seconds = _EMBEDDING_SECONDS
                answer = self._questions.call(seconds, passages.best_sentence, question.vector, best.text)
                items.append(results.queried(best, text, query_id, shown, answer))
        if wanted in (None, "DOCUMENT"):
            items += [results.queried(hit, text, query_id, shown) for hit in documents]
        return {
            "QueryId": query_id,
            "ResultItems": _page(request, items),
            "FacetResults": [],
            "TotalNumberOfResults": len(items),
        }

    def _retrieve(self, request: Json) -> Json:
        query_id = str(uuid.uuid4())
        if not request["QueryText"].strip():
            raise invalid("QueryText must not be empty.")
        index, text, _, hits = self._found(request, request["QueryText"])
        shown = _shown(index, request)
        items = _page(request, hits[:_MOST_RESULTS])
        return {
            "QueryId": query_id,
            "ResultItems": [results.retrieved(hit, text, query_id, shown) for hit in items],
        }

    def passages_of(self, request: Json) -> list[Hit]:
        """The results of a Retrieve request, best first, for other services on this machine. Raises KendraError."""
        return self._found(request, request["QueryText"])[3][:_MOST_RESULTS]

    def _found(self, request: Json, text: str) -> tuple[IndexRecord, str, Question, list[Hit]]:
        index = self._indices.active(request["IndexId"])
        search_index = self._opened(index.id)
        if search_index is None:
            raise missing(f"The index {index.id}")
        restriction = self._restriction(request, index, search_index)
        text = search_index.corrected(results.truncated(text.strip()), restriction)
        question, hits = searching.search(self._questions, search_index, text, restriction)
        return index, text, question, hits

    def _restriction(self, request: Json, index: IndexRecord, search_index: SearchIndex) -> TantivyQuery | None:
        user = request.get("UserContext")
        parts = [access_query(search_index.tantivy, user, index.settings["UserContextPolicy"])]
        if request.get("AttributeFilter"):
            types = {name: field["Type"] for name, field in fields_of(index).items()}
            parts.append(attribute_query(search_index.tantivy, request["AttributeFilter"], types))
        queries = [part for part in parts if part is not None]
        return queries[0].and_must_match(*queries[1:]) if queries else None

    def _opened(self, index_id: str) -> SearchIndex | None:
        with self._opening:
            if index_id not in self._indexes:
                if self._store.index(index_id) is None:
                    return None
                self._indexes[index_id] = SearchIndex(self._folders / index_id)
            return self._indexes[index_id]

    def _forget_abandoned_uploads(self) -> None:
        needed = self._store.pending_files()
        for file in self._uploads.iterdir():
            if file.name not in needed:
                file.unlink()


def _refusal(document: Json, types: Mapping[str, str]) -> str | None:
    """Why a document is not accepted; None if it is."""
    if ("Blob" in document) == ("S3Path" in document):
        return "Give the document's content as either Blob or S3Path."
    if len(document.get("Blob", b"")) > MAX_FILE_BYTES:
        return "The file is larger than 50 MB."
    for name in _NOT_OFFERED_FOR_DOCUMENTS:
        if name in document:
            return f"{name} is not offered here."
    return refusal_of(document.get("Attributes", []), types)


def _shown(index: IndexRecord, request: Json) -> set[str]:
    shown = {name for name, field in fields_of(index).items() if field["Search"]["Displayable"]}
    return shown & set(request.get("RequestedDocumentAttributes", shown))


def _page[T](request: Json, items: list[T]) -> list[T]:
    number, size = request.get("PageNumber", 1), min(request.get("PageSize", 10), _MOST_RESULTS)
    if number < 1 or size < 1:
        raise invalid("PageNumber and PageSize must be at least 1.")
    return items[(number - 1) * size : number * size]
