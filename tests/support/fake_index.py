"""A Kendra index: ten documents per call, failures inside a successful reply, changes with a delay."""

import base64
from dataclasses import dataclass
from typing import Any

from tests.support.fake_service import FakeService, Refused


@dataclass
class Entry:
    """`status` is the current status, `becomes` the status after the index has settled."""

    document: dict[str, Any]
    status: str
    becomes: str
    reason: str = ""

    @property
    def text(self) -> str:
        return base64.b64decode(self.document.get("Blob", "")).decode()

    @property
    def attributes(self) -> dict[str, Any]:
        pairs = self.document["Attributes"]
        return {pair["Key"]: next(iter(pair["Value"].values())) for pair in pairs}


class FakeIndex(FakeService):
    """`entries` is its content, by id. `refuses`, `chokes_on` and `cannot_tell` are suffixes of ids that are refused
    with that error code, fail with that reason while they are indexed, or have no status.
    `passages` are Retrieve's results, `finds` its results for some queries instead, and `throttled` the queries for
    which there is no capacity. A passage is returned only to
    its document's `readers` (`{document id: {"USER:…", "GROUP:…"}}`), or to everyone if it has none."""

    events = ("kendra",)

    def __init__(self, index_id: str) -> None:
        super().__init__()
        self.entries: dict[str, Entry] = {}
        self.refuses: dict[str, str] = {}
        self.chokes_on: dict[str, str] = {}
        self.cannot_tell: tuple[str, ...] = ()
        self.passages: list[dict[str, Any]] = []
        self.finds: dict[str, list[dict[str, Any]]] = {}
        self.throttled: set[str] = set()
        self.readers: dict[str, set[str]] = {}
        self._index_id = index_id

    def settle(self) -> None:
        """Let the index finish its accepted work."""
        for entry_id, entry in list(self.entries.items()):
            if entry.becomes == "NOT_FOUND":
                del self.entries[entry_id]
            entry.status = entry.becomes

    def BatchPutDocument(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check(request)
        ids = [document["Id"] for document in request["Documents"]]
        if len(set(ids)) < len(ids):
            raise Refused("ValidationException", "Duplicate document ids.")
        for document in request["Documents"]:
            if ("Blob" in document) == ("S3Path" in document):
                raise Refused("ValidationException", "Either Blob or S3Path is needed.")
            if any(not value for pair in document["Attributes"] for value in pair["Value"].values()):
                raise Refused("ValidationException", "An attribute is empty.")
            if not self._code(document["Id"]):
                reason = _by_end(self.chokes_on, document["Id"])
                was_there = document["Id"] in self.entries
                done, failed = ("UPDATED", "UPDATE_FAILED") if was_there else ("INDEXED", "FAILED")
                entry = Entry(document, "PROCESSING", failed if reason else done, reason)
                self.entries[document["Id"]] = entry
        return {"FailedDocuments": self._failed(ids)}

    def BatchDeleteDocument(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check(request)
        for entry_id in request["DocumentIdList"]:
            if entry_id in self.entries and not self._code(entry_id):
                self.entries[entry_id].becomes = "NOT_FOUND"
        return {"FailedDocuments": self._failed(request["DocumentIdList"])}

    def BatchGetDocumentStatus(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check(request)
        ids = [info["DocumentId"] for info in request["DocumentInfoList"]]
        told = [entry_id for entry_id in ids if not entry_id.endswith(self.cannot_tell)]
        untold = [entry_id for entry_id in ids if entry_id not in told]
        return {
            "DocumentStatusList": [self._status(entry_id) for entry_id in told],
            "Errors": [{"DocumentId": entry_id, "ErrorCode": "InternalError"} for entry_id in untold],
        }

    def Retrieve(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check(request)
        if not 1 <= request.get("PageSize", 10) <= 100:
            raise Refused("ValidationException", "PageSize is between 1 and 100.")
        if not request["QueryText"].strip() or len(request["QueryText"]) > 1000:
            raise Refused("ValidationException", "QueryText has between 1 and 1000 characters.")
        if request["QueryText"] in self.throttled:
            raise Refused("ThrottlingException", "There is no capacity for this query.")
        user = request.get("UserContext", {})
        names = {f"USER:{user.get('UserId')}", *(f"GROUP:{group}" for group in user.get("Groups", []))}
        found = [
            item
            for item in self.finds.get(request["QueryText"], self.passages)
            if (not (readers := self.readers.get(item["DocumentId"].split("/")[0])) or readers & names)
            and _chosen(item, request.get("AttributeFilter", {}))
        ]
        return {"QueryId": "query-1", "ResultItems": found[: request.get("PageSize", 10)]}

    def _check(self, request: dict[str, Any]) -> None:
        if request["IndexId"] != self._index_id:
            raise Refused("ResourceNotFoundException", "There is no such index.")

    def _code(self, entry_id: str) -> str:
        return _by_end(self.refuses, entry_id)

    def _failed(self, ids: list[str]) -> list[dict[str, str]]:
        return [
            {"Id": entry_id, "ErrorCode": self._code(entry_id), "ErrorMessage": "It was not taken."}
            for entry_id in ids
            if self._code(entry_id)
        ]

    def _status(self, entry_id: str) -> dict[str, str]:
        entry = self.entries.get(entry_id)
        if entry is None:
            return {"DocumentId": entry_id, "DocumentStatus": "NOT_FOUND"}
        reason = {"FailureReason": entry.reason} if entry.status.endswith("FAILED") else {}
        return {"DocumentId": entry_id, "DocumentStatus": entry.status} | reason


def _chosen(item: dict[str, Any], chosen: dict[str, Any]) -> bool:
    """Of AttributeFilter, what Docent asks for."""
    if "NotFilter" in chosen:
        return not _chosen(item, chosen["NotFilter"])
    return not chosen or chosen["EqualsTo"] in item["DocumentAttributes"]


def _by_end(ends: dict[str, str], entry_id: str) -> str:
    return next((value for end, value in ends.items() if entry_id.endswith(end)), "")


def passage(text: str, confidence: str = "HIGH", generation: str = "1", **attributes: str | int) -> dict[str, Any]:
    """One of Retrieve's results, with the document's attributes as they were put."""
    pairs = [
        {"Key": key, "Value": {"LongValue": value} if isinstance(value, int) else {"StringValue": value}}
        for key, value in attributes.items()
    ]
    return {
        "Id": "query-1-0",
        "DocumentId": f"{attributes.get('docent_document', 'elsewhere')}/{generation}/text",
        "DocumentTitle": "a document",
        "Content": text,
        "DocumentAttributes": pairs,
        "ScoreAttributes": {"ScoreConfidence": confidence},
    }
