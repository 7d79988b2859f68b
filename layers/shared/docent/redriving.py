"""Redriving what failed: which executions it is for, and what the document's row says from then on."""

import json
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb, step_functions
from docent.document_rows import DocumentRow
from docent.documents import document_id_of, generation_of
from docent.errors import MisconfiguredError, from_aws
from docent.errors.documents import NothingToRedriveError
from docent.executions import can_be_redriven, describe

# Events start these workflows, and they start their child executions again. The owners of questionnaires, jobs and
# runs start those again themselves.
REDRIVABLE = ("ingest_document", "remove_document", "record_failure")


@dataclass(frozen=True, slots=True)
class DocumentWork:
    """The upload or deletion that an execution was for; `recording` if it was to record the failure of another one."""

    document_id: str
    generation: str
    key: str
    recording: bool

    @classmethod
    def of_input(cls, text: str) -> Self:
        """From the input of an execution of a workflow of `REDRIVABLE`."""
        event: dict[str, Any] = json.loads(text)
        recording = event.get("source") == "aws.states"
        if recording:
            event = json.loads(event["detail"]["input"])
        bucket, uploaded = event["detail"]["bucket"]["name"], event["detail"]["object"]
        document_id = document_id_of(bucket, uploaded["key"])
        return cls(document_id, generation_of(uploaded["sequencer"]), uploaded["key"], recording)

    def is_overtaken_by(self, generation: str) -> bool:
        """Whether a newer upload or deletion has replaced it, so that redriving it would do nothing."""
        return not self.recording and self.generation < generation


def redrive(execution_arn: str, name: str) -> None:
    """Raises NothingToRedriveError unless the execution failed and can still be redriven; messages call it `name`."""
    execution = describe(execution_arn) if execution_arn else None
    if execution is None or not can_be_redriven(execution):
        raise NothingToRedriveError(f"{name} has no failed execution that can be redriven.")
    try:
        step_functions().redrive_execution(executionArn=execution_arn)
    except step_functions().exceptions.ExecutionNotRedrivable as error:
        raise NothingToRedriveError(f"The execution of {name} cannot be redriven.") from error
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"{name} was redriven", MisconfiguredError) from error


def mark_redriven(table: str, row: DocumentRow) -> str:
    """The status from now on: what the execution does, unless it has ended or been replaced meanwhile."""
    status = "REMOVING" if row.values["execution_arn"].split(":")[6].endswith("-remove-document") else "INGESTING"
    try:
        dynamodb().update_item(
            TableName=table,
            Key={"document_id": {"S": row.document_id}},
            UpdateExpression="SET #status = :status REMOVE #error",
            ConditionExpression="#status = :failed AND generation = :generation AND updated_at = :seen",
            ExpressionAttributeNames={"#status": "status", "#error": "error"},
            ExpressionAttributeValues={
                ":status": {"S": status},
                ":failed": {"S": "FAILED"},
                ":generation": {"S": row.generation},
                ":seen": {"S": row.values["updated_at"]},
            },
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return status  # its failure was not recorded yet, or it has ended again already
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a document was marked", MisconfiguredError) from error
    return status
