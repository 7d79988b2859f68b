"""Keep the index equal to the documents. Called by ingest_document and withdraw_generations.

in   {"action": "put", "manifest": {bucket, key}, "failures": [error name or "" for each image, in order],
      "readers": {users, groups, denied?}}
out  {"entries": {bucket, key}}
in   {"action": "confirm", "entries": {bucket, key}}
out  {"settled": bool} and, once settled, {status, counts, tokens, gaps}
in   {"action": "remove" | "confirm_removed", "selection": {document_id, which, generation}}
out  {"settled": bool}
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import GenerationKeys
from docent.documents import Manifest, ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.generations import Selection, generations_of
from docent.objects import read_json, write_json
from docent.readers import Readers
from docent.settings import read_settings
from sync_kendra.index_entries import ImageReading, gap_of, image_entry, image_entry_id, text_entry, text_entry_id
from sync_kendra.ingestion_outcome import Record, outcome
from sync_kendra.kendra_index import KendraIndex

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    index_id: str
    index_role_arn: str
    input_token_price: float
    output_token_price: float


@cache
def settings() -> Settings:
    return read_settings(Settings)


def index() -> KendraIndex:
    return KendraIndex(settings().index_id, settings().index_role_arn)


def put(event: dict[str, Any]) -> dict[str, Any]:
    manifest = Manifest.from_json(read_json(ObjectPointer.from_json(event["manifest"])))
    document = manifest.document
    record = Record.begin(manifest, text_entry_id(document))
    access = Readers.from_json(event["readers"]).to_access_list()
    entries = [text_entry(document, access)]
    for image, failure in zip(manifest.images, event["failures"], strict=True):
        reading = None if failure else _reading(document.keys.masked(image.image_id))
        gap = gap_of(manifest, image, reading, failure)
        record.count(reading)
        if gap is None and reading is not None:
            entries.append(image_entry(document, access, image, reading))
            record.expect(image_entry_id(document, image.image_id), image)
        elif gap is not None:
            record.miss(gap)
    # Written before anything is put, so that the clean-up after a crash knows what may be in the index.
    pointer = ObjectPointer(settings().derived_bucket, document.keys.entries)
    write_json(pointer, record.to_json())
    for entry_id, code in index().put(entries).items():
        record.refuse(entry_id, code)
    write_json(pointer, record.to_json())
    logger.info("entries put", document_id=document.document_id, entries=len(entries), gaps=len(record.gaps))
    return {"entries": pointer.to_json()}


def _reading(key: str) -> ImageReading | None:
    try:
        return ImageReading.from_json(read_json(ObjectPointer(settings().derived_bucket, key)))
    except MissingDocumentError:
        return None


def confirm(event: dict[str, Any]) -> dict[str, Any]:
    record = Record.from_json(read_json(ObjectPointer.from_json(event["entries"])))
    states = index().states(record.expected_ids)
    if any(state == "pending" for state, _ in states.values()):
        return {"settled": False}
    prices = (settings().input_token_price, settings().output_token_price)
    return {"settled": True} | outcome(record, states, prices)


def remove(event: dict[str, Any]) -> dict[str, Any]:
    entry_ids = _entries_of(Selection.from_json(event["selection"]))
    index().remove(entry_ids)
    logger.info("entries removed", document_id=event["selection"]["document_id"], entries=len(entry_ids))
    return {"settled": not entry_ids}


def confirm_removed(event: dict[str, Any]) -> dict[str, Any]:
    states = index().states(_entries_of(Selection.from_json(event["selection"])))
    return {"settled": all(state == "absent" for state, _ in states.values())}


def _entries_of(selection: Selection) -> list[str]:
    """Every entry that the selected generations may have in the index."""
    entry_ids: list[str] = []
    for generation in generations_of(settings().derived_bucket, selection.document_id):
        if not selection.holds(generation):
            continue
        key = GenerationKeys(selection.document_id, generation).entries
        try:
            entry_ids += Record.from_json(read_json(ObjectPointer(settings().derived_bucket, key))).expected_ids
        except MissingDocumentError:
            continue  # nothing was put yet
    return entry_ids


ACTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "put": put,
    "confirm": confirm,
    "remove": remove,
    "confirm_removed": confirm_removed,
}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return ACTIONS[event["action"]](event)
