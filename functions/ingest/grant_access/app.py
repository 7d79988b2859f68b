"""Record who may read a document: in its row and in the readers' lists. Called by ingest_document and remove_document.

in   {"action": "grant", "document": {document_id, generation, source: {bucket, key, version_id?}}}
out  {"readers": {users, groups, denied?}}, as the upload names them in its metadata `docent-readers`; fails with
     InvalidReadersError, UnseenCharactersError
in   {"action": "revoke", "document": {document_id, generation, source}}
out  {}; the document is in nobody's list any more
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.document_rows import read_rows
from docent.documents import Document
from docent.errors.documents import InvalidReadersError, UnseenCharactersError
from docent.names import group_name, shown, unseen_in
from docent.objects import read_upload
from docent.readers import METADATA, Readers
from docent.settings import read_settings
from grant_access.access_lists import add_entries, entries_by_row, entries_of, note_readers, remove_entries

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    readers_table: str
    default_reader_group: str = ""


@cache
def settings() -> Settings:
    return read_settings(Settings)


def grant(document: Document) -> dict[str, Any]:
    """The first look at what came, by whatever door. Raises UnseenCharactersError for a name that deceives people."""
    if unseen := unseen_in(document.source.key):
        raise UnseenCharactersError(f"The name of {shown(document.name)} holds {unseen}.")
    metadata, uploaded_at = read_upload(document.source)
    readers = readers_of(document, metadata)
    entries = entries_of(document, readers.names, uploaded_at)
    add_entries(settings().readers_table, document, entries, uploaded_at)
    before = note_readers(settings().documents_table, document, readers, uploaded_at)
    remove_entries(settings().readers_table, document, before - entries)
    logger.info("access granted", document_id=document.document_id, entries=len(entries))
    return {"readers": readers.to_json()}


def readers_of(document: Document, metadata: Mapping[str, str]) -> Readers:
    """As the upload's metadata says; otherwise the default group, if there is one. Raises InvalidReadersError."""
    text = metadata.get(METADATA)
    if text is None:
        group = group_name(settings().default_reader_group)
        return Readers(groups=frozenset([group] if group else []))
    try:
        return Readers.from_text(text)
    except InvalidReadersError as error:
        raise InvalidReadersError(f"Nobody may read {document.name}: {error.happened}") from error


def revoke(document: Document) -> dict[str, Any]:
    row = read_rows(settings().documents_table, [document.document_id]).get(document.document_id)
    if row and row.generation == document.generation:
        remove_entries(settings().readers_table, document, entries_by_row(document, row.values))
    logger.info("access revoked", document_id=document.document_id)
    return {}


ACTIONS = {"grant": grant, "revoke": revoke}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return ACTIONS[event["action"]](Document.from_json(event["document"]))
