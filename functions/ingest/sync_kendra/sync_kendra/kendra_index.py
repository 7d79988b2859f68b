"""The index as Docent uses it: put, ask what became of it, remove. Ten entries a call, and no failure unnoticed."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import kendra
from docent.errors import TransientError, from_aws
from docent.errors.ingest import IndexingRefusedError

from .index_entries import batches

type EntryState = Literal["pending", "indexed", "failed", "absent"]

STATES: dict[str, EntryState] = {
    "NOT_FOUND": "absent",
    "PROCESSING": "pending",
    "INDEXED": "indexed",
    "UPDATED": "indexed",
    "FAILED": "failed",
    "UPDATE_FAILED": "failed",
}


class KendraIndex:
    def __init__(self, index_id: str, role_arn: str) -> None:
        """`role_arn`: the role with which the index reads S3."""
        self._index_id = index_id
        self._role_arn = role_arn

    def put(self, entries: Sequence[dict[str, Any]]) -> dict[str, str]:
        """Put entries; returns `{entry id: error code}` of those that the index refused for good.

        Raises TransientError when the index could not accept some of them now: it is safe to put all again.
        """
        refused: dict[str, str] = {}
        for batch in batches(entries):
            reply = self._call(
                "put entries", kendra().batch_put_document, RoleArn=self._role_arn, Documents=list(batch)
            )
            refused |= self._refused(reply.get("FailedDocuments", []))
        return refused

    def remove(self, entry_ids: Sequence[str]) -> None:
        for batch in batches(entry_ids):
            reply = self._call("removed entries", kendra().batch_delete_document, DocumentIdList=list(batch))
            refused = self._refused(reply.get("FailedDocuments", []))
            if refused:
                raise IndexingRefusedError(f"The index refused to remove {len(refused)} entries.")

    def states(self, entry_ids: Iterable[str]) -> dict[str, tuple[EntryState, str]]:
        """`{entry id: (state, the index's reason when it failed)}` of every entry, as the index reports it.

        Raises TransientError when the index does not report some of them: then their state is unknown.
        """
        states: dict[str, tuple[EntryState, str]] = {}
        for batch in batches(list(entry_ids)):
            reply = self._call(
                "was asked what it holds",
                kendra().batch_get_document_status,
                DocumentInfoList=[{"DocumentId": entry_id} for entry_id in batch],
            )
            told = {status["DocumentId"]: status for status in reply.get("DocumentStatusList", [])}
            for entry_id in batch:
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
