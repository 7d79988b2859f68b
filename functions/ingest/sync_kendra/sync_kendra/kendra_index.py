"""The index as Docent uses it: put, ask what became of it, remove. Ten entries a call, and no failure unnoticed."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import kendra
from docent.deadlines import Deadline
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
    """Each method works through its entries batch by batch, and returns how many of them, from the first one on, it is
    done with. It ends early when time runs out, or when the index cannot take a batch now: what is done need not be
    done again. Only if that is the first batch it raises the TransientError.
    """

    def __init__(self, index_id: str, role_arn: str, deadline: Deadline) -> None:
        """`role_arn`: the role with which the index reads S3."""
        self._index_id = index_id
        self._role_arn = role_arn
        self._deadline = deadline

    def put(self, entries: Sequence[dict[str, Any]], refuse: Callable[[str, str], None]) -> int:
        """`refuse` is told the entries that the index refuses for good: `(entry id, error code)`."""

        def put(batch: Sequence[dict[str, Any]]) -> bool:
            reply = self._call(
                "put entries", kendra().batch_put_document, RoleArn=self._role_arn, Documents=list(batch)
            )
            for entry_id, code in self._refused(reply.get("FailedDocuments", [])).items():
                refuse(entry_id, code)
            return True

        return self._work_through(entries, put)

    def remove(self, entry_ids: Sequence[str]) -> int:
        def remove(batch: Sequence[str]) -> bool:
            reply = self._call("removed entries", kendra().batch_delete_document, DocumentIdList=list(batch))
            refused = self._refused(reply.get("FailedDocuments", []))
            if refused:
                raise IndexingRefusedError(f"The index refused to remove {len(refused)} entries.")
            return True

        return self._work_through(entry_ids, remove)

    def settled(self, entry_ids: Sequence[str], is_settled: Callable[[str, EntryState, str], bool]) -> int:
        """`is_settled` is told `(entry id, state, the index's reason when it failed)`. The first batch with an entry
        that is not settled is the last one that is asked about."""

        def ask(batch: Sequence[str]) -> bool:
            states = self._states(batch)
            settled = [is_settled(entry_id, *states[entry_id]) for entry_id in batch]
            return all(settled)

        return self._work_through(entry_ids, ask)

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

    def _work_through[T](self, items: Sequence[T], work: Callable[[Sequence[T]], bool]) -> int:
        done = 0
        for batch in batches(items):
            if done and not self._deadline.seconds:
                return done
            try:
                if not work(batch):
                    return done
            except TransientError:
                if not done:
                    raise
                return done
            done += len(batch)
        return done

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
