"""After a failure or a change: redrive executions, ingest documents again, replay undelivered events."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from cli.library import Library
from docent.documents import document_id_of, generation_of

# For this long after it is received, no one else receives the same dead letter.
VISIBILITY_SECONDS = 60
BATCH = 10
# A receive can be empty although messages are there, if it asks only some of SQS's servers. Any wait makes SQS ask all.
WAIT_SECONDS = 1
EMPTY_RECEIVES = 2


def redrive(library: Library, document_ids: list[str]) -> Iterator[tuple[str, str]]:
    """Redrive the failed executions of documents, of all if none is named: `(key, outcome)`.

    Failed executions are looked up in Step Functions, not in the documents table: an execution can fail before it
    claims its document or after the row is INGESTED, and recording a failure can fail too.
    """
    step_functions = library.target.step_functions
    failed = [each for each in _failed(library) if not document_ids or each.document_id in document_ids]
    generations = {
        row["document_id"]: row["generation"] for row in library.rows(list({each.document_id for each in failed}))
    }
    tried: set[str] = set()
    for each in failed:
        if not each.recording and each.generation < generations.get(each.document_id, ""):
            continue  # a newer upload or deletion has replaced it
        tried.add(each.document_id)
        try:
            step_functions.redrive_execution(executionArn=each.execution_arn)
            yield each.key, "is redriven"
        except step_functions.exceptions.ExecutionNotRedrivable as error:
            yield each.key, f"cannot be redriven ({error.response['Error']['Message']}); run `docent reingest`"
    for row in library.rows([each for each in document_ids if each not in tried]):
        yield row["key"], f"is {row['status']} and has no failed execution to redrive"


@dataclass(frozen=True, slots=True)
class _Failed:
    """A failed execution, and the upload or deletion it was for; `recording` if its workflow records a failure."""

    execution_arn: str
    recording: bool
    document_id: str
    generation: str
    key: str


def _failed(library: Library) -> Iterator[_Failed]:
    """The failed executions of the workflows that events start. These start their child executions again."""
    step_functions = library.target.step_functions
    for workflow in ("IngestDocumentArn", "RemoveDocumentArn", "RecordFailureArn"):
        for status in ("FAILED", "TIMED_OUT", "ABORTED"):
            pages = step_functions.get_paginator("list_executions").paginate(
                stateMachineArn=library.target.outputs[workflow], statusFilter=status
            )
            for execution in (each for page in pages for each in page["executions"]):
                arn = execution["executionArn"]
                event = json.loads(step_functions.describe_execution(executionArn=arn)["input"])
                recording = workflow == "RecordFailureArn"
                if recording:
                    event = json.loads(event["detail"]["input"])
                bucket, uploaded = event["detail"]["bucket"]["name"], event["detail"]["object"]
                document_id = document_id_of(bucket, uploaded["key"])
                generation = generation_of(uploaded["sequencer"])
                yield _Failed(arn, recording, document_id, generation, uploaded["key"])


def reingest(library: Library, document_ids: list[str]) -> Iterator[tuple[str, str]]:
    """Ingest documents again, all if none is named, by copying each object onto itself: `(key, outcome)`.

    Captions that are in the cache for the current model and prompt cost nothing. With all documents, approved answers
    are indexed again too.
    """
    rows = library.rows(document_ids) if document_ids else library.documents()
    for row in rows:
        try:
            head = library.target.s3.head_object(Bucket=library.bucket, Key=row["key"])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "404":
                raise
            yield row["key"], f"is {row['status']} and no longer in its bucket; upload it again if you need it"
            continue
        library.target.s3.copy_object(
            Bucket=library.bucket,
            Key=row["key"],
            CopySource={"Bucket": library.bucket, "Key": row["key"]},
            ContentType=head.get("ContentType", "application/octet-stream"),
            Metadata=head.get("Metadata", {}),
            MetadataDirective="REPLACE",
        )
        yield row["key"], "is ingested again"
    if not document_ids:
        yield f"{index_answers_again(library)} approved answers", "are indexed again"


def index_answers_again(library: Library) -> int:
    """Touch every approved answer, so that the table's stream tells index_answer about it."""
    dynamodb, table = library.target.client("dynamodb"), library.target.outputs["LibraryTableName"]
    touched, now = 0, datetime.now(UTC).isoformat()
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ProjectionExpression="digest, answer_id")
    for item in (each for page in pages for each in page["Items"]):
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):  # its approval was just withdrawn
            dynamodb.update_item(
                TableName=table,
                Key=item,
                UpdateExpression="SET index_again_at = :now",
                ConditionExpression="attribute_exists(digest)",
                ExpressionAttributeValues={":now": {"S": now}},
            )
            touched += 1
    return touched


def replay(library: Library) -> Iterator[str]:
    """Start the workflow of every undelivered event, then delete the event; yields execution ARNs."""
    sqs, url = library.target.client("sqs"), library.target.outputs["UndeliveredEventsUrl"]
    empty = 0
    while empty < EMPTY_RECEIVES:
        messages = _receive(sqs, url)
        empty = 0 if messages else empty + 1
        for message in messages:
            workflow = message["MessageAttributes"]["TARGET_ARN"]["StringValue"]
            started = library.target.step_functions.start_execution(stateMachineArn=workflow, input=message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield started["executionArn"]


def _receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    reply = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=VISIBILITY_SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
        MessageAttributeNames=["TARGET_ARN"],
    )
    return reply.get("Messages", [])
