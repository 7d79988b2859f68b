"""Whose an upload is, and the claim of it: the newest upload wins, in whatever order the events arrive."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docent.batches import write_all
from docent.callers import Caller
from docent.documents import Document
from docent.errors import ProcessingAbortedError
from docent.names import group_name
from docent.questionnaire_rows import OPTIONS, entry_key, file_name_of, owner_json, read_row, update_row
from docent.readers import Readers


@dataclass(frozen=True, slots=True)
class Announced:
    owner: Caller
    readers: Readers
    options: Mapping[str, Any]
    file_name: str
    created_at: str


def owner_of(table: str, document: Document, default_group: str) -> Announced | None:
    """As it was announced; else the default group's, which has it answered at once. None where there is no group."""
    row = read_row(table, document.document_id)
    if row and "announced" in row.values:
        options = {**OPTIONS, **json.loads(row.values["announced"])}
        return Announced(row.owner, row.readers, options, row.file_name, row.values["created_at"])
    group = group_name(default_group)
    if not group:
        return None
    created_at = row.values["created_at"] if row else ""
    owner, readers = Caller("", "", (group,), 0), row.readers if row else Readers(groups=frozenset([group]))
    options = {**OPTIONS, "answer": "at_once", "use_documents": True}
    return Announced(owner, readers, options, file_name_of(document.source.key), created_at)


def claim(
    table: str, document: Document, execution_arn: str, announced: Announced | None, again: bool, now: str
) -> bool:
    """False for an upload that is older than the one there, or the same one. `again` is for the same one only.

    The lists of readers come first: an entry too many shows nothing, one too few would hide the questionnaire.
    """
    created_at = (announced.created_at if announced else "") or now
    if announced and not again:
        entries: list[Any] = [
            {"PutRequest": {"Item": entry_key(name, created_at, document.document_id)}}
            for name in announced.readers.names
        ]
        write_all(table, entries, f"the readers of {document.name} were listed")
    condition = (
        "generation = :generation AND #status <> :answering"
        if again
        else "attribute_not_exists(generation) OR generation < :generation OR"
        " (generation = :generation AND execution_arn = :execution)"
    )
    values: dict[str, Any] = {
        "finding": "FINDING",
        "generation": document.generation,
        "document": json.dumps(document.to_json()),
        "file_name": announced.file_name if announced else file_name_of(document.source.key),
        "execution": execution_arn,
        "created": created_at,
        "now": now,
        "owner": owner_json(announced.owner) if announced else "{}",
        "readers": announced.readers.to_text() if announced else "{}",
        "description": announced.options["description"] if announced else "",
        "documents": announced.options["use_documents"] if announced else False,
        "overwrite": announced.options["overwrite"] if announced else False,
    } | ({"answering": "ANSWERING"} if again else {})
    return update_row(
        table,
        document.document_id,
        "SET #status = :finding, generation = :generation, document = :document, file_name = :file_name,"
        " execution_arn = :execution, created_at = :created, updated_at = :now, #owner = :owner, readers = :readers,"
        " description = :description, use_documents = :documents, overwrite = :overwrite"
        " REMOVE #error, #map, counts, question_count, questions, filled, filled_at, expires_at",
        condition,
        values,
        f"{document.name} was claimed",
    )


def note_stopped(table: str, document: Document, execution_arn: str, now: str) -> None:
    """record_failure may have looked for the questionnaire before it was claimed."""
    error = {
        "name": ProcessingAbortedError.__name__,
        "message": f"The execution was stopped while {document.name} was claimed. Upload it again.",
    }
    update_row(
        table,
        document.document_id,
        "SET #status = :failed, #error = :error, updated_at = :now",
        "execution_arn = :execution AND #status = :finding",
        {"failed": "FAILED", "error": error, "finding": "FINDING", "execution": execution_arn, "now": now},
        f"{document.name} was stopped while it was claimed",
    )
