"""Approved answers in a Kendra index: ten entries a call."""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.answer_library import APPROVED_ANSWER, CATEGORY, LibraryAnswer
from docent.clients import kendra
from docent.errors import TransientError, from_aws
from docent.errors.ingest import IndexingRefusedError

from .library_index import words_of

BATCH = 10
MAX_TITLE = 1024


class KendraLibrary:
    """See LibraryIndex."""

    def __init__(self, index_id: str, role_arn: str) -> None:
        self._index_id = index_id
        self._role_arn = role_arn

    def put(self, answers: Sequence[LibraryAnswer]) -> None:
        for batch in batched(map(entry_of, answers), BATCH, strict=False):
            self._call("put answers", kendra().batch_put_document, RoleArn=self._role_arn, Documents=list(batch))

    def remove(self, entry_ids: Sequence[str]) -> None:
        for batch in batched(entry_ids, BATCH, strict=False):
            self._call("removed answers", kendra().batch_delete_document, DocumentIdList=list(batch))

    def _call(self, doing: str, operation: Any, **arguments: Any) -> None:
        try:
            reply = operation(IndexId=self._index_id, **arguments)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, f"the index {doing}", IndexingRefusedError) from error
        codes = {failure.get("ErrorCode", "InternalError") for failure in reply.get("FailedDocuments", [])}
        if "InternalError" in codes:
            raise TransientError("The index could not take some approved answers now.")
        if codes:
            raise IndexingRefusedError(f"The index refused approved answers ({', '.join(sorted(codes))}).")


def entry_of(answer: LibraryAnswer) -> dict[str, Any]:
    question = answer.question
    attributes = {CATEGORY: APPROVED_ANSWER, "docent_key": question.digest}
    return {
        "Id": answer.entry_id,
        "Title": question.text[:MAX_TITLE],
        "Blob": words_of(answer).encode(),
        "ContentType": "PLAIN_TEXT",
        "AccessControlList": answer.readers.to_access_list(),
        "Attributes": [{"Key": key, "Value": {"StringValue": value}} for key, value in attributes.items()],
    }
