"""Put an upload into an index, confirm that it is there, remove uploads, and confirm that they are gone.

in   {"action": "put", "manifest": {bucket, key}, "failures": [error name or "" for each image, in order],
      "readers": {users, groups, denied?}, "next"?}
out  {"entries": {bucket, key}, "next"?}
in   {"action": "confirm", "entries": {bucket, key}, "absent_is_final"?: bool, "next"?}
out  {"settled": bool, "next"?} and, once settled, {status, counts, tokens, gaps}
in   {"action": "remove" | "confirm_removed", "selection": {document_id, which, generation}, "next"?}
out  {"settled": bool, "next"?}

A document can have thousands of entries, and an index takes some of them a call. A reply with `next` says that the
work is not finished: the same event with that `next` goes on from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docent.derived_keys import GenerationKeys
from docent.documents import Manifest, ObjectPointer
from docent.errors.ingest import IndexingRefusedError, MissingDocumentError
from docent.generations import Selection, generations_of
from docent.objects import read_json, write_json
from docent.prices import TokenPrices
from docent.readers import Readers

from .index_entries import ImageReading, gap_of, image_part, text_part
from .ingestion_outcome import Record, outcome
from .search_index import EntryState, SearchIndex

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


@dataclass(frozen=True, slots=True)
class Actions:
    """`prices` are those of the model that reads images."""

    index: SearchIndex
    bucket: str
    prices: TokenPrices
    logger: "Logger"

    def do(self, event: dict[str, Any]) -> dict[str, Any]:
        actions: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "put": self._put,
            "confirm": self._confirm,
            "remove": self._remove,
            "confirm_removed": self._confirm_removed,
        }
        return actions[event["action"]](event)

    def _put(self, event: dict[str, Any]) -> dict[str, Any]:
        manifest = Manifest.from_json(read_json(ObjectPointer.from_json(event["manifest"])))
        document = manifest.document
        record = Record.begin(manifest, text_part(document))
        access = self.index.access_for(Readers.from_json(event["readers"]))
        entries = list(self.index.text(document, access))
        record.expect_text(entries)
        for image, failure in zip(manifest.images, event["failures"], strict=True):
            reading = None if failure else self._reading(document.keys.masked(image.image_id))
            gap = gap_of(manifest, image, reading, failure)
            record.count(reading)
            if gap is None and reading is not None:
                added = self.index.image(document, access, image, reading)
                record.expect_image(image_part(document, image.image_id), image, added)
                entries += added
            elif gap is not None:
                record.miss(gap)
        pointer = ObjectPointer(self.bucket, self.index.record_of(document.keys))
        keys = [entry.key for entry in entries]
        done = done_before(event, keys)
        if done:
            record.refused |= Record.from_json(read_json(pointer)).refused
        # Written before anything is put, so that the clean-up after a crash knows what may be in the index.
        write_json(pointer, record.to_json())
        done += self.index.put(entries[done:], record.refuse)
        write_json(pointer, record.to_json())
        self.logger.info("entries put", document_id=document.document_id, entries=done, gaps=len(record.gaps))
        return {"entries": pointer.to_json()} | next_of(done, keys)

    def _reading(self, key: str) -> ImageReading | None:
        try:
            return ImageReading.from_json(read_json(ObjectPointer(self.bucket, key)))
        except MissingDocumentError:
            return None

    def _confirm(self, event: dict[str, Any]) -> dict[str, Any]:
        """An absent entry may be one that the index has not begun with, until `absent_is_final`."""
        pointer = ObjectPointer.from_json(event["entries"])
        record = Record.from_json(read_json(pointer))
        known = len(record.refused)
        absent_is_final = bool(event.get("absent_is_final"))

        def is_settled(key: str, state: EntryState, reason: str) -> bool:
            part = record.part_of(key)
            if state == "pending" or (state == "absent" and not absent_is_final and part not in record.refused):
                return False
            if state != "indexed":
                record.refuse(part, reason or state)
            return True

        keys = record.keys
        done = done_before(event, keys)
        done += self.index.settled(keys[done:], is_settled)
        if len(record.refused) > known:
            write_json(pointer, record.to_json())
        if done < len(keys):
            return {"settled": False} | next_of(done, keys)
        if not self._is_findable(record):
            if absent_is_final:
                raise IndexingRefusedError(f"The index holds {record.document.name}, but a search does not find it.")
            return {"settled": False}
        return {"settled": True} | outcome(record, self.prices)

    def _is_findable(self, record: Record) -> bool:
        if all(record.part_of(key) in record.refused for key in record.keys):
            return True
        found = self.index.found(record.document.document_id, record.document.generation)
        return found is None or bool(found)

    def _remove(self, event: dict[str, Any]) -> dict[str, Any]:
        keys = [key for record in self._records(event) for key in record.keys]
        done = done_before(event, keys)
        done += self.index.remove(keys[done:])
        self.logger.info("entries removed", document_id=event["selection"]["document_id"], entries=done)
        return {"settled": not keys} | next_of(done, keys)

    def _confirm_removed(self, event: dict[str, Any]) -> dict[str, Any]:
        records = self._records(event)
        keys = [key for record in records for key in record.keys]
        done = done_before(event, keys)
        waits_for: list[str] = []

        def is_gone(key: str, state: EntryState, _reason: str) -> bool:
            if state != "absent":
                waits_for.append(key)
            return state == "absent"

        done += self.index.settled(keys[done:], is_gone)
        if waits_for:
            # From the first one on next time: an upload that lost its claim can still put some that were absent before.
            return {"settled": False}
        if done < len(keys):
            return {"settled": False} | next_of(done, keys)
        found = [key for record in records for key in self._still_found(record)]
        if found:
            # Also what the record does not name, as another version of Docent may have split the text otherwise.
            self.index.remove(found)
        return {"settled": not found}

    def _still_found(self, record: Record) -> Sequence[str]:
        return self.index.found(record.document.document_id, record.document.generation) or ()

    def _records(self, event: dict[str, Any]) -> list[Record]:
        """What the selected uploads may have in the index."""
        selection = Selection.from_json(event["selection"])
        records: list[Record] = []
        for generation in generations_of(self.bucket, selection.document_id):
            if not selection.holds(generation):
                continue
            key = self.index.record_of(GenerationKeys(selection.document_id, generation))
            try:
                records.append(Record.from_json(read_json(ObjectPointer(self.bucket, key))))
            except MissingDocumentError:
                continue  # nothing was put yet
        return records


def done_before(event: dict[str, Any], keys: Sequence[str]) -> int:
    """How many of the entries earlier calls are done with; none if there are others than there were then."""
    before = event.get("next") or {"done": 0}
    done = before["done"]
    return done if 0 < done <= len(keys) and keys[done - 1] == before["last"] else 0


def next_of(done: int, keys: Sequence[str]) -> dict[str, Any]:
    return {"next": {"done": done, "last": keys[done - 1]}} if 0 < done < len(keys) else {}
