"""Rows of the documents table, for functions that answer callers: documents, and who may read them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.batches import read_all
from docent.callers import Caller
from docent.derived_keys import GenerationKeys
from docent.errors.documents import InvalidReadersError
from docent.readers import Readers
from docent.usual_times import usual_seconds

# The prefix of callers' own uploads in the source bucket; the owner's subject follows.
UPLOADS = "uploads/"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One row of the documents table. `readers` are empty when the row's cannot be parsed."""

    document_id: str
    generation: str
    key: str
    status: str
    readers: Readers
    values: Mapping[str, Any]

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = {name: next(iter(value.values())) for name, value in item.items()}
        try:
            readers = Readers.from_text(values.get("readers", "{}"))
        except InvalidReadersError:
            readers = Readers()
        return cls(
            values["document_id"],
            values.get("generation", ""),
            values.get("key", ""),
            values.get("status", ""),
            readers,
            values,
        )

    @property
    def file_name(self) -> str:
        return file_name_of(self.key)

    @property
    def keys(self) -> GenerationKeys:
        """The keys of its generation in the derived bucket."""
        return GenerationKeys(self.document_id, self.generation)

    def may_be_read_by(self, caller: Caller) -> bool:
        """Owners can read their documents, unless they are denied by name."""
        if self.is_owned_by(caller):
            return caller.user not in self.readers.denied_users
        return self.readers.allow(caller)

    def is_owned_by(self, caller: Caller) -> bool:
        return self.key.startswith(upload_key(caller, ""))

    def to_json(self, caller: Caller) -> dict[str, Any]:
        """A `Document` of openapi.yaml, as the caller sees it; counts are 0 until they are known."""
        return {
            "document_id": self.document_id,
            "file_name": self.file_name,
            "status": self.status,
            "page_count": int(self.values.get("page_count", 0)),
            "picture_count": int(self.values.get("image_count", 0)),
            "gap_count": int(self.values.get("gap_count", 0)),
            "unread_pages": sorted({gap["page"] for gap in gaps_of(self) if gap["page"]}),
            "owned": self.is_owned_by(caller),
            "updated_at": self.values.get("updated_at", "1970-01-01T00:00:00.000Z"),
        } | self._times

    @property
    def _times(self) -> dict[str, Any]:
        """`searchable_since` is kept while a newer upload is ingested: until then answers use the earlier one."""
        since = "removing_since" if self.status == "REMOVING" else "searchable_since"
        told = {
            "uploaded_at": self.values.get("uploaded_at"),
            since: self.values.get(since) if self.status != "REMOVED" else None,
            "usual_seconds": usual_seconds(self.status, int(self.values.get("size_bytes", 0))),
        }
        return {name: value for name, value in told.items() if value}

    @property
    def is_answered_from(self) -> bool:
        """Whether answers may use it: not while it is being removed, even if it is still in the index."""
        return self.status not in ("REMOVING", "REMOVED")

    def answers_from(self, generation: str) -> bool:
        """Whether answers may use what this upload left in the index. One that a later upload has replaced, or that a
        later upload that failed should have replaced, may stay in the index for hours."""
        return self.is_answered_from and generation >= self.values.get("answered_from", "")


def upload_key(caller: Caller, file_name: str) -> str:
    """The S3 key of a caller's document: the same caller and file name give the same document."""
    return f"{UPLOADS}{caller.subject}/{file_name}"


def file_name_of(key: str) -> str:
    """The name that people see: the file name of callers' uploads, the whole key of other objects."""
    return key.split("/", 2)[2] if key.startswith(UPLOADS) and key.count("/") >= 2 else key


def owner_of(key: str) -> str:
    """The subject of a key's owner; empty for what was put straight into the bucket."""
    return key.split("/", 2)[1] if key.startswith(UPLOADS) and key.count("/") >= 2 else ""


def read_rows(table: str, document_ids: Iterable[str]) -> dict[str, DocumentRow]:
    """The rows that exist, by document id (consistent reads)."""
    keys = [{"document_id": {"S": each}} for each in sorted(set(document_ids))]
    rows = [DocumentRow.from_item(item) for item in read_all(table, keys, "documents were looked up")]
    return {row.document_id: row for row in rows}


def gaps_of(row: DocumentRow) -> list[dict[str, Any]]:
    """None of a row whose gaps cannot be read: one such row must not keep a list from being shown."""
    try:
        return json.loads(row.values.get("gaps") or "[]")
    except ValueError:
        return []
