"""Documents of an index: accepted, indexed in the background, listed, and searched by a user's access.

The index itself is that of local.kendra: passages, words and meaning.
"""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tantivy import Query

from local.kendra import searching
from local.kendra.filters import attribute_query, refusal_of
from local.kendra.index import Hit, Question, SearchIndex, check_format
from local.kendra.indexing import MAX_FILE_BYTES
from local.kendra.results import truncated
from local.kendra.store import DocumentStatus, Store
from local.kendra.wire import KendraError
from local.kendra.worker import Worker
from local.qbusiness.access import access_list, access_query, clauses_of, groups_of, read, written
from local.qbusiness.applications import attributes_of
from local.qbusiness.database import Database
from local.qbusiness.groups import Groups
from local.qbusiness.images import ImageIndexer, forget_media
from local.qbusiness.resources import Resource, Resources
from local.qbusiness.wire import QBusinessError, invalid, page

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

type Json = dict[str, Any]

MOST_DELETED = 10
_TYPES = {"STRING": "STRING_VALUE", "STRING_LIST": "STRING_LIST_VALUE", "NUMBER": "LONG_VALUE", "DATE": "DATE_VALUE"}
_VALUES = {
    "stringValue": "StringValue",
    "stringListValue": "StringListValue",
    "longValue": "LongValue",
    "dateValue": "DateValue",
}
_FILTERS = {
    "andAllFilters": "AndAllFilters",
    "orAllFilters": "OrAllFilters",
    "notFilter": "NotFilter",
    "equalsTo": "EqualsTo",
    "containsAll": "ContainsAll",
    "containsAny": "ContainsAny",
    "greaterThan": "GreaterThan",
    "greaterThanOrEquals": "GreaterThanOrEquals",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
}
_STATUSES = {"PROCESSING": "PROCESSING", "INDEXED": "INDEXED", "UPDATED": "UPDATED"}


class Documents:
    """Each public method with a request answers the request it is named after."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        resources: Resources,
        groups: Groups,
        s3: Callable[[str | None], "S3Client"],
        questions: Worker,
        indexing_seconds: float,
    ) -> None:
        self._database = database
        self._resources = resources
        self._groups = groups
        self._questions = questions
        self._indexing_seconds = indexing_seconds
        self.uploads, self._folders, self.media = folder / "uploads", folder / "indexes", folder / "media"
        for each in (self.uploads, self._folders, self.media):
            each.mkdir(parents=True, exist_ok=True)
        self._store = Store(folder / "documents.sqlite")
        needed = self._store.pending_files()
        for file in self.uploads.iterdir():
            if file.name not in needed:
                file.unlink()
        self._indexes: dict[str, SearchIndex] = {}
        self._opening = threading.Lock()
        for folder in self._folders.glob("*"):
            check_format(folder)
        self._indexer = ImageIndexer(database, self.media, self._store, self.uploads, self._folders, self._opened, s3)
        self._indexer.start()

    def close(self) -> None:
        """Unfinished work is done after the next start."""
        self._indexer.close()
        for index in self._indexes.values():
            index.close()
        self._store.close()

    def batch_put_document(self, request: Json) -> Json:
        index = self._resources.active(self._resources.index(request))
        if "dataSourceSyncId" in request:
            raise invalid("Data sources are not offered here.")
        types = _types(index)
        accepted, failed = [], []
        for document in request["documents"]:
            try:
                accepted.append(self._kept(index.id, document, types, request.get("roleArn")))
            except QBusinessError as error:
                told = {"errorCode": "InvalidRequest", "errorMessage": str(error)}
                failed.append({"id": document["id"], "error": told})
        now = time.time()
        with self._database.transaction():
            for document in accepted:
                self._database.run(
                    "INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET updated = excluded.updated",
                    index.id, document["Id"], now, now,
                )  # fmt: skip
        self._store.accept_puts(index.id, accepted, now + self._indexing_seconds)
        self._indexer.wake()
        return {"failedDocuments": failed}

    def batch_delete_document(self, request: Json) -> Json:
        index = self._resources.active(self._resources.index(request))
        identifiers = [document["documentId"] for document in request["documents"]]
        if not 1 <= len(identifiers) <= MOST_DELETED:
            raise invalid(f"1 to {MOST_DELETED} documents can be deleted at once.")
        self._store.accept_deletions(index.id, dict.fromkeys(identifiers, time.time() + self._indexing_seconds))
        self._indexer.wake()
        return {"failedDocuments": []}

    def list_documents(self, request: Json) -> Json:
        index = self._resources.index(request)
        times = {
            document_id: {"createdAt": created, "updatedAt": updated}
            for document_id, created, updated in self._database.all(
                "SELECT id, created, updated FROM documents WHERE index_id = ?", index.id
            )
        }
        shown, following = page(request, self._store.statuses(index.id), 100)
        details = [
            _detail(document_id, status, gone) | times.get(document_id, {}) for document_id, status, gone in shown
        ]
        return {"documentDetailList": details, **following}

    def statistics(self, index_id: str) -> tuple[int, int]:
        return self._store.statistics(index_id)

    def updated(self, index_id: str, document_id: str) -> float | None:
        row = self._database.one("SELECT updated FROM documents WHERE index_id = ? AND id = ?", index_id, document_id)
        return row[0] if row else None

    def forget_index(self, index_id: str) -> None:
        """Delete all documents, images, groups and clauses of a deleted index."""
        search_index = self._opened(index_id)
        self._store.remove_index(index_id)
        with self._opening:
            self._indexes.pop(index_id, None)
        if search_index is not None:
            search_index.remove()
        self._indexer.forget_index(index_id)
        forget_media(self._database, self.media, index_id)
        with self._database.transaction():
            for table in ("groups", "clauses", "documents"):
                self._database.run(f"DELETE FROM {table} WHERE index_id = ?", index_id)  # noqa: S608

    # Search

    def found(self, index: Resource, question: str, user: str | None, chosen: Json | None) -> list[Hit]:
        """The passages nearest to a question that the user may see and the attribute filter allows."""
        search_index = self._opened(index.id)
        if search_index is None:
            return []
        restriction = self.restriction(index, search_index, user, chosen)
        text = search_index.corrected(truncated(question.strip()), restriction)
        return searching.search(self._questions, search_index, text, restriction)[1]

    def may_see(self, index: Resource, document_id: str, user: str | None) -> bool:
        search_index = self._opened(index.id)
        if search_index is None:
            return False
        named = {"equalsTo": {"name": "_document_id", "value": {"stringValue": document_id}}}
        return bool(search_index.search(Question("", None), self.restriction(index, search_index, user, named)))

    def restriction(self, index: Resource, search_index: SearchIndex, user: str | None, chosen: Json | None) -> Query:
        names = [] if user is None else self._groups.names_of(index.application_id, index.id, user)
        groups = groups_of(names, self._groups.groups_in_force(index.id))
        clauses = [
            read(row[0]) for row in self._database.all("SELECT members FROM clauses WHERE index_id = ?", index.id)
        ]
        allowed = access_query(search_index.tantivy, names, groups, clauses)
        if not chosen:
            return allowed
        try:
            return allowed.and_must_match(attribute_query(search_index.tantivy, as_kendra(chosen), _types(index)))
        except KendraError as error:
            raise invalid(str(error)) from error

    def _kept(self, index_id: str, document: Json, types: Mapping[str, str], role: str | None) -> Json:
        """The document as stored in the queue, with its bytes in a separate file."""
        content = document.get("content", {})
        _check(document, content, role)
        attributes = [as_kendra(attribute) for attribute in document.get("attributes", [])]
        if refusal := refusal_of(attributes, types):
            raise invalid(refusal)
        configuration = document.get("accessConfiguration")
        access = access_list(configuration)
        if configuration:
            for clause in clauses_of(configuration):
                if len(clause) > 1:
                    self._database.run(
                        "INSERT INTO clauses VALUES (?, ?) ON CONFLICT DO NOTHING", index_id, written(clause)
                    )
        name = str(uuid.uuid4())
        kept: Json = {
            "Id": document["id"],
            "Title": document.get("title") or _title(attributes) or document["id"],
            "Attributes": attributes,
            "AccessControlList": access,
            "File": name,
            "RoleArn": role,
        }
        if "contentType" in document:
            kept["ContentType"] = document["contentType"]
        if "s3" in content:
            kept["S3Path"] = {"Bucket": content["s3"]["bucket"], "Key": content["s3"]["key"]}
        else:
            (self.uploads / name).write_bytes(content["blob"])
        extraction = document.get("mediaExtractionConfiguration", {}).get("imageExtractionConfiguration", {})
        if extraction.get("imageExtractionStatus") == "ENABLED":
            kept["Pictures"] = True
        return kept

    def _opened(self, index_id: str) -> SearchIndex | None:
        with self._opening:
            if index_id not in self._indexes:
                row = self._database.one("SELECT 1 FROM resources WHERE id = ? AND kind = 'INDEX'", index_id)
                if row is None and not (self._folders / index_id).exists():
                    return None
                self._indexes[index_id] = SearchIndex(self._folders / index_id)
            return self._indexes[index_id]


def as_kendra(given: Any) -> Any:
    """Attributes, their values and filters in the form of Kendra's API."""
    if isinstance(given, list):
        return [as_kendra(each) for each in given]
    if isinstance(given, dict) and given.keys() == {"name", "value"}:
        ((kind, value),) = given["value"].items()
        return {"Key": given["name"], "Value": {_VALUES[kind]: value}}
    if isinstance(given, dict):
        return {_FILTERS[name]: as_kendra(value) for name, value in given.items()}
    return given


def _check(document: Json, content: Json, role: str | None) -> None:
    if not content:
        raise invalid("A document needs content: a blob, or an object in Amazon S3.")
    if "s3" in content and role is None:
        raise invalid("A roleArn is needed to read a document from Amazon S3.")
    if len(content.get("blob", b"")) > MAX_FILE_BYTES:
        raise invalid("The file is larger than 50 MB.")
    if "documentEnrichmentConfiguration" in document:
        raise invalid("Document enrichment is not offered here.")
    extraction = document.get("mediaExtractionConfiguration", {})
    for kind in ("audio", "video"):
        if extraction.get(f"{kind}ExtractionConfiguration", {}).get(f"{kind}ExtractionStatus") == "ENABLED":
            raise invalid(f"Extraction from {kind} is not offered here.")


def _types(index: Resource) -> dict[str, str]:
    return {name: _TYPES[attribute["type"]] for name, attribute in attributes_of(index).items()}


def _title(attributes: list[Json]) -> str | None:
    found = [each["Value"]["StringValue"] for each in attributes if each["Key"] == "_document_title"]
    return found[0] if found else None


def _detail(document_id: str, status: DocumentStatus, gone: bool) -> Json:
    name = "DELETING" if gone else _STATUSES.get(status.status, "DOCUMENT_FAILED_TO_INDEX")
    detail: Json = {"documentId": document_id, "status": name}
    if status.failure:
        detail["error"] = {"errorCode": "InvalidRequest", "errorMessage": status.failure}
    return detail
