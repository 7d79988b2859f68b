"""Keep the index equal to the documents. Called by ingest_document and withdraw_generations.

in   {"action": "put", "manifest": {bucket, key}, "failures": [error name or "" for each image, in order],
      "readers": {users, groups, denied?}, "next"?}
out  {"entries": {bucket, key}, "next"?}
in   {"action": "confirm", "entries": {bucket, key}, "absent_is_final"?: bool, "next"?}
out  {"settled": bool, "next"?} and, once settled, {status, counts, tokens, gaps}
in   {"action": "remove" | "confirm_removed", "selection": {document_id, which, generation}, "next"?}
out  {"settled": bool, "next"?}

A document can have thousands of entries, and Kendra takes ten a call. A reply with `next` says that the work is not
finished: the same event with that `next` goes on from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.deadlines import Deadline
from docent.derived_keys import GenerationKeys
from docent.documents import Manifest, ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.generations import Selection, generations_of
from docent.objects import read_json, write_json
from docent.prices import prices_of
from docent.readers import Readers
from docent.settings import read_settings
from sync_kendra.index_entries import ImageReading, gap_of, image_entry, image_entry_id, text_entry, text_entry_id
from sync_kendra.ingestion_outcome import Record, outcome
from sync_kendra.kendra_index import EntryState, KendraIndex

logger = Logger()
tracer = Tracer()

# Seconds of the function in which no further call to the index begins: one may take 30.
KEPT = 60


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    index_id: str
    index_role_arn: str
    model_id: str
    input_token_price: float
    output_token_price: float


@cache
def settings() -> Settings:
    return read_settings(Settings)


def put(event: dict[str, Any], index: KendraIndex) -> dict[str, Any]:
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
    pointer = ObjectPointer(settings().derived_bucket, document.keys.entries)
    entry_ids = [entry["Id"] for entry in entries]
    done = done_before(event, entry_ids)
    if done:
        record.refused |= Record.from_json(read_json(pointer)).refused
    # Written before anything is put, so that the clean-up after a crash knows what may be in the index.
    write_json(pointer, record.to_json())
    done += index.put(entries[done:], record.refuse)
    write_json(pointer, record.to_json())
    logger.info("entries put", document_id=document.document_id, entries=done, gaps=len(record.gaps))
    return {"entries": pointer.to_json()} | next_of(done, entry_ids)


def _reading(key: str) -> ImageReading | None:
    try:
        return ImageReading.from_json(read_json(ObjectPointer(settings().derived_bucket, key)))
    except MissingDocumentError:
        return None


def confirm(event: dict[str, Any], index: KendraIndex) -> dict[str, Any]:
    """NOT_FOUND may mean that the index has not begun with an entry, until `absent_is_final`."""
    pointer = ObjectPointer.from_json(event["entries"])
    record = Record.from_json(read_json(pointer))
    known = len(record.refused)

    def is_settled(entry_id: str, state: EntryState, reason: str) -> bool:
        waits = not (event.get("absent_is_final") or entry_id in record.refused)
        if state == "pending" or (state == "absent" and waits):
            return False
        if state != "indexed":
            record.refuse(entry_id, reason or state)
        return True

    entry_ids = record.expected_ids
    done = done_before(event, entry_ids)
    done += index.settled(entry_ids[done:], is_settled)
    if len(record.refused) > known:
        write_json(pointer, record.to_json())
    if done < len(entry_ids):
        return {"settled": False} | next_of(done, entry_ids)
    prices = prices_of(settings().model_id, settings().input_token_price, settings().output_token_price)
    return {"settled": True} | outcome(record, prices)


def remove(event: dict[str, Any], index: KendraIndex) -> dict[str, Any]:
    entry_ids = _entries_of(Selection.from_json(event["selection"]))
    done = done_before(event, entry_ids)
    done += index.remove(entry_ids[done:])
    logger.info("entries removed", document_id=event["selection"]["document_id"], entries=done)
    return {"settled": not entry_ids} | next_of(done, entry_ids)


def confirm_removed(event: dict[str, Any], index: KendraIndex) -> dict[str, Any]:
    entry_ids = _entries_of(Selection.from_json(event["selection"]))
    done = done_before(event, entry_ids)
    waits_for: list[str] = []

    def is_gone(entry_id: str, state: EntryState, _reason: str) -> bool:
        if state != "absent":
            waits_for.append(entry_id)
        return state == "absent"

    done += index.settled(entry_ids[done:], is_gone)
    if waits_for:
        # From the first entry on next time: an upload that lost its claim can still put some that were absent before.
        return {"settled": False}
    return {"settled": done == len(entry_ids)} | next_of(done, entry_ids)


def done_before(event: dict[str, Any], entry_ids: Sequence[str]) -> int:
    """How many of the entries earlier calls are done with; none if there are others than there were then."""
    before = event.get("next") or {"done": 0}
    done = before["done"]
    return done if 0 < done <= len(entry_ids) and entry_ids[done - 1] == before["last"] else 0


def next_of(done: int, entry_ids: Sequence[str]) -> dict[str, Any]:
    return {"next": {"done": done, "last": entry_ids[done - 1]}} if 0 < done < len(entry_ids) else {}


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


ACTIONS: dict[str, Callable[[dict[str, Any], KendraIndex], dict[str, Any]]] = {
    "put": put,
    "confirm": confirm,
    "remove": remove,
    "confirm_removed": confirm_removed,
}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    deadline = Deadline.of(context.get_remaining_time_in_millis, KEPT)
    return ACTIONS[event["action"]](event, KendraIndex(settings().index_id, settings().index_role_arn, deadline))
