"""The index in Amazon Kendra: the PDF itself and one entry per image. Ten entries a call, and no failure unnoticed."""

from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import kendra
from docent.deadlines import Deadline
from docent.derived_keys import GenerationKeys
from docent.documents import Document, Image
from docent.errors import TransientError, from_aws
from docent.errors.ingest import IndexingRefusedError
from docent.readers import Readers
from indexing.index_entries import Entry, ImageReading
from indexing.search_index import EntryState, work_through

from .kendra_entries import AccessList, image_entry, text_entry

# Kendra takes ten documents a call.
BATCH = 10
STATES: dict[str, EntryState] = {
    "NOT_FOUND": "absent",
    "PROCESSING": "pending",
    "INDEXED": "indexed",
    "UPDATED": "indexed",
    "FAILED": "failed",
    "UPDATE_FAILED": "failed",
}


class KendraIndex:
    """See `indexing.search_index.SearchIndex`."""

    def __init__(self, index_id: str, role_arn: str, deadline: Deadline) -> None:
        """`role_arn`: the role with which the index reads S3."""
        self._index_id = index_id
        self._role_arn = role_arn
        self._deadline = deadline

    def record_of(self, keys: GenerationKeys) -> str:
        return keys.entries

    def access_for(self, readers: Readers) -> AccessList:
        return readers.to_access_list()

    def text(self, document: Document, access: AccessList) -> Sequence[Entry]:
        return [text_entry(document, access)]

    def image(self, document: Document, access: AccessList, image: Image, reading: ImageReading) -> Sequence[Entry]:
        return [image_entry(document, access, image, reading)]

    def put(self, entries: Sequence[Entry], refuse: Callable[[str, str], None]) -> int:
        def put(batch: Sequence[Entry]) -> bool:
            documents = [entry.body for entry in batch]
            reply = self._call("put entries", kendra().batch_put_document, RoleArn=self._role_arn, Documents=documents)
            for entry_id, code in self._refused(reply.get("FailedDocuments", [])).items():
                refuse(entry_id, code)
            return True

        return work_through(entries, BATCH, self._deadline, put)

    def remove(self, keys: Sequence[str]) -> int:
        def remove(batch: Sequence[str]) -> bool:
            reply = self._call("removed entries", kendra().batch_delete_document, DocumentIdList=list(batch))
            refused = self._refused(reply.get("FailedDocuments", []))
            if refused:
                raise IndexingRefusedError(f"The index refused to remove {len(refused)} entries.")
            return True

        return work_through(keys, BATCH, self._deadline, remove)

    def settled(self, keys: Sequence[str], is_settled: Callable[[str, EntryState, str], bool]) -> int:
        def ask(batch: Sequence[str]) -> bool:
            states = self._states(batch)
            settled = [is_settled(entry_id, *states[entry_id]) for entry_id in batch]
            return all(settled)

        return work_through(keys, BATCH, self._deadline, ask)

    def found(self, document_id: str, generation: str) -> None:
        """What Kendra calls INDEXED is found."""

    def _states(self, entry_ids: Sequence[str]) -> dict[str, tuple[EntryState, str]]:
        """Raises TransientError when the index does not report some of them: then their state is unknown."""
        reply = self._call(
            "was asked what it holds",
            kendra().batch_get_document_status,
            DocumentInfoList=[{"DocumentId": entry_id} for entry_id in entry_ids],
        )
        told = {status["DocumentId"]: status for status in reply.get("DocumentStatusList", [])}
        states: dict[str, tuple[EntryState, str]] = {}
        for entry_id in entry_ids:
            status = told.get(entry_id, {})
            state = STATES.get(status.get("DocumentStatus", ""))
            if state is None:
                raise TransientError(f"The index could not tell the state of entry {entry_id}.")
            states[entry_id] = (state, status.get("FailureReason", ""))
        return states

    def _refused(self, failed: Sequence[dict[str, Any]]) -> dict[str, str]:
        codes = {failure["Id"]: failure.get("ErrorCode", "InternalError") for failure in failed}
        if "InternalError" in codes.values():
            raise TransientError(f"The index could not take {len(codes)} entries now.")
        return codes

    def _call(self, doing: str, operation: Any, **arguments: Any) -> Any:
        try:
            return operation(IndexId=self._index_id, **arguments)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, f"the index {doing}", IndexingRefusedError) from error
