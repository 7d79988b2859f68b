"""What an operator does after something went wrong, or changed: redrive, replay, ingest again."""

from collections.abc import Iterator
from typing import Any

from cli.library import Library

# A dead letter stays invisible to others this long while it is replayed.
VISIBILITY_SECONDS = 60
BATCH = 10


def redrive(library: Library, document_ids: list[str]) -> Iterator[tuple[str, str]]:
    """Redrive the failed executions of documents, of all that failed if none is named: `(key, what happened)`."""
    step_functions = library.target.step_functions
    rows = library.rows(document_ids) if document_ids else library.documents()
    for row in rows:
        if row["status"] != "FAILED":
            if document_ids:
                yield row["key"], f"is {row['status']}, not FAILED"
            continue
        try:
            step_functions.redrive_execution(executionArn=row["execution_arn"])
            yield row["key"], "goes on"
        except step_functions.exceptions.ExecutionNotRedrivable as error:
            yield row["key"], f"cannot be redriven ({error.response['Error']['Message']}); ingest it again"


def reingest(library: Library, document_ids: list[str]) -> Iterator[str]:
    """Ingest documents again, all of them if none is named: each object is copied onto itself.

    Captions that are in the cache for the present model and prompt are not paid for again.
    """
    rows = library.rows(document_ids) if document_ids else library.documents()
    for row in rows:
        head = library.target.s3.head_object(Bucket=library.bucket, Key=row["key"])
        library.target.s3.copy_object(
            Bucket=library.bucket,
            Key=row["key"],
            CopySource={"Bucket": library.bucket, "Key": row["key"]},
            ContentType=head.get("ContentType", "application/octet-stream"),
            Metadata=head.get("Metadata", {}),
            MetadataDirective="REPLACE",
        )
        yield row["key"]


def replay(library: Library) -> Iterator[str]:
    """Start the workflow of every undelivered event, and delete the event once that is done; yields execution ARNs."""
    sqs, url = library.target.client("sqs"), library.target.outputs["UndeliveredEventsUrl"]
    while messages := _receive(sqs, url):
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
        MessageAttributeNames=["TARGET_ARN"],
    )
    return reply.get("Messages", [])
