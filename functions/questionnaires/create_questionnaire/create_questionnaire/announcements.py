"""What a caller announced: the row of the questionnaire, and the form by which that one file can be uploaded.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docent.callers import Caller
from docent.clock import now_text
from docent.documents import document_id_of
from docent.errors import InvalidRequestError
from docent.errors.questionnaires import QuestionnaireBusyError
from docent.names import unseen_in
from docent.questionnaire_rows import OPTIONS, owner_json, questionnaire_key, read_row, update_row
from docent.readers import Readers

LIFETIME = 900  # seconds
# An announcement without an upload is forgotten after a day.
KEEP = 86_400
# S3's limit of a key, in UTF-8.
MAX_KEY_BYTES = 1024
# S3 replaces it in every field of a form by the name that the file has where it comes from.
PLACEHOLDER = "${filename}"


@dataclass(frozen=True, slots=True)
class PlannedUpload:
    """`fields` are to be sent as they are, before the file; `size_bytes` is the file's size to the byte."""

    bucket: str
    key: str
    file_name: str
    size_bytes: int
    fields: Mapping[str, str]

    @property
    def questionnaire_id(self) -> str:
        return document_id_of(self.bucket, self.key)

    @property
    def conditions(self) -> list[Any]:
        size = ["content-length-range", self.size_bytes, self.size_bytes]
        return [*({name: value} for name, value in self.fields.items()), size]


def plan_upload(caller: Caller, announced: Mapping[str, Any], bucket: str) -> PlannedUpload:
    """Raises InvalidRequestError for a name that S3 cannot take or that people cannot read."""
    # macOS decomposes umlauts: the same name typed there and elsewhere is to be the same questionnaire.
    file_name = unicodedata.normalize("NFC", announced["file_name"])
    key = questionnaire_key(caller, file_name)
    if unseen := unseen_in(file_name):
        raise _unusable(f"must not contain {unseen}, which cannot be seen or changes the writing direction")
    if PLACEHOLDER in file_name:
        raise _unusable(f"must not contain {PLACEHOLDER}")
    if len(key.encode()) > MAX_KEY_BYTES:
        raise _unusable("is too long")
    fields = {
        "Content-Type": "application/octet-stream",
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": announced["sha256"],
    }
    return PlannedUpload(bucket, key, file_name, int(announced["size_bytes"]), fields)


def announce(table: str, caller: Caller, upload: PlannedUpload, announced: Mapping[str, Any], now: float) -> None:
    """Note what the caller wants; the upload's claim then makes it the questionnaire's own.

    Raises QuestionnaireBusyError while the earlier upload is read or answered.
    """
    row = read_row(table, upload.questionnaire_id)
    if row and row.is_busy:
        raise QuestionnaireBusyError(f"{upload.file_name} is being read or answered.")
    options = {name: announced.get(name, default) for name, default in OPTIONS.items()}
    first = "" if row else ", #status = :uploading, expires_at = :expires"
    values: dict[str, Any] = {
        "announced": json.dumps(options),
        "owner": owner_json(caller),
        "readers": (row.readers if row else Readers(users=frozenset([caller.user]))).to_text(),
        "file_name": upload.file_name,
        "now": now_text(now),
    } | ({} if row else {"uploading": "UPLOADING", "expires": int(now) + KEEP})
    update_row(
        table,
        upload.questionnaire_id,
        "SET announced = :announced, #owner = :owner, readers = :readers, file_name = :file_name,"
        f" created_at = if_not_exists(created_at, :now), updated_at = if_not_exists(updated_at, :now){first}",
        "attribute_exists(questionnaire_id) OR attribute_not_exists(questionnaire_id)",
        values,
        "a questionnaire was announced",
    )


def _unusable(why: str) -> InvalidRequestError:
    return InvalidRequestError(f"The file's name {why}.", ({"field": "/file_name", "detail": why},))
