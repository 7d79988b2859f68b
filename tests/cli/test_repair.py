"""What an operator does about all documents or events at once: a problem with one does not stop the others."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from cli.library import ATTEMPTS, Library
from cli.repair import reingest, replay
from cli.target import CommandError, Target
from docent.documents import document_id_of
from docent.readers import METADATA
from tests.support.aws import DERIVED_BUCKET, DOCUMENTS_TABLE, LIBRARY_TABLE, SOURCE_BUCKET, World, session

READERS = {METADATA: '{"groups": ["energy"]}'}


class MotoTarget(Target):
    outputs = {  # pyright: ignore[reportAssignmentType, reportIncompatibleVariableOverride]  # noqa: RUF012
        "SourceBucketName": SOURCE_BUCKET,
        "DerivedBucketName": DERIVED_BUCKET,
        "DocumentsTableName": DOCUMENTS_TABLE,
        "LibraryTableName": LIBRARY_TABLE,
    }

    def client(self, service: str, *_: Any, **__: Any) -> Any:
        make: Any = session().client
        return make(service)


@pytest.fixture
def library(aws: World) -> Library:
    """Two documents that are there, one whose removal failed, and one that was removed."""
    aws.keep_versions()
    for key, status in {"a": "INGESTED", "b": "REMOVING", "c": "FAILED", "d": "REMOVED"}.items():
        aws.put_item(DOCUMENTS_TABLE, document_id=document_id_of(SOURCE_BUCKET, key), key=key, status=status)
    for key in "abc":
        aws.put(key, b"words", SOURCE_BUCKET, READERS, "application/pdf")
    aws.delete("b", SOURCE_BUCKET)
    return Library(MotoTarget())


def test_everything_that_is_there_is_ingested_again_for_the_same_readers(library: Library, aws: World) -> None:
    assert list(reingest(library, [])) == [
        ("a", "is ingested again"),
        ("b", "is REMOVING and no longer in its bucket; upload it again if you need it"),
        ("c", "is ingested again"),
        ("0 approved answers", "are indexed again"),
    ]
    assert [len(aws.versions(key)) for key in "abc"] == [2, 1, 2]
    again = aws.head("a")
    uploaded_at = again["Metadata"].pop("docent-uploaded-at")  # that of the file, not of its copy
    assert datetime.fromisoformat(uploaded_at) <= aws.versions("a")[-1]["LastModified"]
    assert (again["Metadata"], again["ContentType"]) == (READERS, "application/pdf")


def test_approved_answers_are_touched_so_that_the_stream_tells_of_them(library: Library, aws: World) -> None:
    aws.put_item(LIBRARY_TABLE, digest="d", answer_id="a", version=2, completion="A bird.")
    assert ("1 approved answers", "are indexed again") in list(reingest(library, []))
    (item,) = aws.items(LIBRARY_TABLE)
    assert item.pop("index_again_at")
    assert (item["version"], item["completion"]) == ("2", "A bird.")
    assert list(reingest(library, [document_id_of(SOURCE_BUCKET, "a")])) == [("a", "is ingested again")]


def test_what_s3_will_not_show_now_is_not_called_gone(library: Library, aws: World) -> None:
    with aws.refusing("s3.HeadObject", 503, "SlowDown"), pytest.raises(Exception, match="SlowDown"):
        list(reingest(library, []))


@dataclass
class DeadLetters:
    """A target with a queue of dead letters; its receives answer what it holds, in this order."""

    receives: list[list[int]]
    outputs = {  # noqa: RUF012
        "UndeliveredEventsUrl": "https://sqs/undelivered",
        "SourceBucketName": SOURCE_BUCKET,
        "DerivedBucketName": DERIVED_BUCKET,
        "DocumentsTableName": DOCUMENTS_TABLE,
    }
    waits: list[int] = field(default_factory=list)
    started: list[int] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    @property
    def step_functions(self) -> "DeadLetters":
        return self

    def client(self, service: str) -> "DeadLetters":
        assert service == "sqs"
        return self

    def receive_message(self, WaitTimeSeconds: int = 0, **_: Any) -> dict[str, Any]:
        self.waits.append(WaitTimeSeconds)
        numbers = self.receives.pop(0) if self.receives else []
        return {"Messages": [_letter(number) for number in numbers]} if numbers else {}

    def start_execution(self, stateMachineArn: str, input: str) -> dict[str, Any]:
        assert stateMachineArn == "arn:ingest"
        self.started.append(json.loads(input)["number"])
        return {"executionArn": f"arn:{input}"}

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:
        self.deleted.append(ReceiptHandle)


def _letter(number: int) -> dict[str, Any]:
    target = {"TARGET_ARN": {"StringValue": "arn:ingest", "DataType": "String"}}
    return {
        "Body": json.dumps({"number": number}),
        "ReceiptHandle": f"receipt-{number}",
        "MessageAttributes": target,
    }


def test_a_replay_does_not_end_at_one_empty_receive() -> None:
    queue: Any = DeadLetters([[1, 2], [], [3], [], [4]])
    assert len(list(replay(Library(queue)))) == 4
    assert queue.started == [1, 2, 3, 4]
    assert queue.deleted == ["receipt-1", "receipt-2", "receipt-3", "receipt-4"]
    assert min(queue.waits) > 0, "a short poll asks only some of SQS's servers"


def test_keys_that_dynamodb_leaves_are_asked_for_again_after_longer_and_longer_pauses(aws: World) -> None:
    aws.put_item(DOCUMENTS_TABLE, document_id="1", key="a", status="INGESTED")
    pauses: list[float] = []
    with aws.leaving_unprocessed("dynamodb.BatchGetItem", ATTEMPTS - 1):
        rows = Library(MotoTarget(), pauses.append).rows(["1"])
    assert [row["key"] for row in rows] == ["a"]
    assert len(pauses) == ATTEMPTS - 1
    assert all(0 <= pause <= 0.1 * 2**number for number, pause in enumerate(pauses, start=1))


def test_a_table_that_stays_throttled_ends_the_command_with_what_to_do(aws: World) -> None:
    pauses: list[float] = []
    with (
        aws.leaving_unprocessed("dynamodb.BatchGetItem", ATTEMPTS),
        pytest.raises(CommandError, match="Try again in a minute"),
    ):
        Library(MotoTarget(), pauses.append).rows(["1"])
    assert len(pauses) == ATTEMPTS - 1
