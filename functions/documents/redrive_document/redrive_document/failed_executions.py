"""Redriving the execution of a document, and saying so in its row."""

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb, step_functions
from docent.document_rows import DocumentRow
from docent.errors import MisconfiguredError, from_aws
from docent.errors.documents import NothingToRedriveError
from docent.executions import can_be_redriven, describe


def redrive(row: DocumentRow) -> None:
    """Raises NothingToRedriveError unless its execution failed and can still be redriven."""
    arn = row.values.get("execution_arn", "")
    execution = describe(arn) if arn else None
    if execution is None or not can_be_redriven(execution):
        raise NothingToRedriveError(f"{row.file_name} has no failed execution that can be redriven.")
    try:
        step_functions().redrive_execution(executionArn=arn)
    except step_functions().exceptions.ExecutionNotRedrivable as error:
        raise NothingToRedriveError(f"The execution of {row.file_name} cannot be redriven.") from error
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"{row.file_name} was redriven", MisconfiguredError) from error


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
