"""After a failure or a change: redrive executions, ingest documents again, replay undelivered events."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from cli.library import Library
from docent import dead_letters
from docent.executions import BADLY_ENDED
from docent.objects import copy_onto_itself
from docent.redriving import DocumentWork


def redrive(library: Library, document_ids: list[str]) -> Iterator[tuple[str, str]]:
    """Redrive the failed executions of documents, of all if none is named: `(key, outcome)`.

    Failed executions are looked up in Step Functions, not in the documents table: an execution can fail before it
    claims its document or after the row is INGESTED, and recording a failure can fail too.
    """
    step_functions = library.target.step_functions
    failed = [(arn, each) for arn, each in _failed(library) if not document_ids or each.document_id in document_ids]
    generations = {
        row["document_id"]: row["generation"] for row in library.rows(list({each.document_id for _, each in failed}))
    }
    tried: set[str] = set()
    for arn, each in failed:
        if each.is_overtaken_by(generations.get(each.document_id, "")):
            continue
        tried.add(each.document_id)
        try:
            step_functions.redrive_execution(executionArn=arn)
            yield each.key, "is redriven"
        except step_functions.exceptions.ExecutionNotRedrivable as error:
            yield each.key, f"cannot be redriven ({error.response['Error']['Message']}); run `docent reingest`"
    for row in library.rows([each for each in document_ids if each not in tried]):
        yield row["key"], f"is {row['status']} and has no failed execution to redrive"


def _failed(library: Library) -> Iterator[tuple[str, DocumentWork]]:
    """`(its ARN, what it was for)` of each failed execution."""
    step_functions = library.target.step_functions
    for workflow in ("IngestDocumentArn", "RemoveDocumentArn", "RecordFailureArn"):
        for status in BADLY_ENDED:
            pages = step_functions.get_paginator("list_executions").paginate(
                stateMachineArn=library.target.outputs[workflow], statusFilter=status
            )
            for execution in (each for page in pages for each in page["executions"]):
                arn = execution["executionArn"]
                given = step_functions.describe_execution(executionArn=arn)["input"]
                yield arn, DocumentWork.of_input(given)


def reingest(library: Library, document_ids: list[str]) -> Iterator[tuple[str, str]]:
    """Ingest documents again, all if none is named, by copying each object onto itself: `(key, outcome)`.

    Captions that are in the cache for the current model and prompt cost nothing. With all documents, approved answers
    are indexed again too.
    """
    rows = library.rows(document_ids) if document_ids else library.documents()
    for row in rows:
        try:
            copy_onto_itself(library.target.s3, library.bucket, row["key"])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "404":
                raise
            yield row["key"], f"is {row['status']} and no longer in its bucket; upload it again if you need it"
            continue
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
    """Start the workflow of every undelivered event; yields execution ARNs."""
    target = library.target
    yield from dead_letters.replay(target.client("sqs"), target.step_functions, target.outputs["UndeliveredEventsUrl"])
