"""The deployed template on this machine, once for all tests that use it, and access to it."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from cli import people
from cli.asking import ask_question
from cli.library import Library, document_json
from cli.target import Target
from docent.derived_keys import document_prefix
from docent.documents import document_id_of
from docent.readers import METADATA
from tests.support.deployments import copy_deployed, running, settings_for
from tests.support.http import http
from tests.support.waiting import wait_until

ENDED = ("INGESTED", "INGESTED_WITH_GAPS", "FAILED", "REMOVED")
# Retries and waits take a twentieth of their time, because only their number matters.
WAIT_SCALE = "0.05"
# What a test may take: the first waits until the template is built and deployed, on a busy machine for minutes.
SECONDS = 900


@dataclass
class Stack:
    target: Target
    library: Library

    def put(self, key: str, body: bytes, readers: str | None = None) -> None:
        """All users can read it, unless it names its readers."""
        said = {} if readers is None else {METADATA: readers}
        self.target.s3.put_object(Bucket=self.library.bucket, Key=key, Body=body, Metadata=said)

    def document(self, key: str) -> dict[str, Any] | None:
        row = self.library.row(document_id_of(self.library.bucket, key))
        return (
            None
            if row is None
            else {
                **document_json(row),
                "generation": row["generation"],
                "execution_arn": row["execution_arn"],
            }
        )

    def settled(self, key: str, after: str = "", seconds: float = 240) -> dict[str, Any]:
        """The document once it ended, with a generation later than `after`."""

        def document() -> dict[str, Any] | None:
            found = self.document(key)
            return found if found and found["generation"] > after and found["status"] in ENDED else None

        return wait_until(document, seconds, told=f"{key} did not end")

    def ingest(self, key: str, body: bytes) -> dict[str, Any]:
        before = (self.document(key) or {"generation": ""})["generation"]
        self.put(key, body)
        return self.settled(key, before)

    def ask(self, question: str) -> dict[str, Any]:
        """Ask as the user that `docent up` creates, who can read documents without named readers."""
        return ask_question(self.target, question)

    def claim(self, key: str) -> None:
        """Claim the document as a newer upload would."""
        self.target.dynamodb.update_item(
            TableName=self.library.table,
            Key={"document_id": {"S": document_id_of(self.library.bucket, key)}},
            UpdateExpression="SET generation = :newest",
            ExpressionAttributeValues={":newest": {"S": "F" * 32}},
        )

    def start(self, machine_arn: str, event: dict[str, Any]) -> str:
        return self.target.step_functions.start_execution(stateMachineArn=machine_arn, input=json.dumps(event))[
            "executionArn"
        ]

    def ended(self, execution_arn: str, seconds: float = 240) -> dict[str, Any]:

        def execution() -> dict[str, Any] | None:
            found = self.target.step_functions.describe_execution(executionArn=execution_arn)
            return found if found["status"] != "RUNNING" else None

        return wait_until(execution, seconds, told=f"{execution_arn} did not end")

    def states(self, execution_arn: str) -> list[str]:
        events = self.target.step_functions.get_execution_history(executionArn=execution_arn, maxResults=1000)["events"]
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def faults(self, rules: str) -> None:
        """Set the faults of the engines (local/faults.py), and count calls from zero."""
        assert http.put(f"{self.target.local.url}/_docent/faults", content=rules).status_code == 200

    def calls(self) -> dict[str, int]:
        return self._counted("calls")

    def struck(self) -> dict[str, int]:
        """How often each rule matched, by its text."""
        return self._counted("struck")

    def _counted(self, what: str) -> dict[str, int]:
        return http.get(f"{self.target.local.url}/_docent/faults").json()[what]

    def entries(self, key: str) -> dict[str, str]:
        """`{entry id: status}` of every entry that any upload of the document may have in the index."""
        prefix = document_prefix(document_id_of(self.library.bucket, key))
        objects = self.target.s3.list_objects_v2(Bucket=self.library.derived, Prefix=prefix).get("Contents", [])
        ids: list[str] = []
        for found in objects:
            if found["Key"].endswith("/entries.json"):
                record = json.loads(
                    self.target.s3.get_object(Bucket=self.library.derived, Key=found["Key"])["Body"].read()
                )
                ids += [record["text_id"], *record["pages"]]
        return self.statuses(ids)

    def indexed(self, key: str) -> dict[str, str]:
        """`{entry id: its words}` of all entries of the document in the index, for any reader.

        This asks the index itself, so forgotten entries are found too.
        """
        document_id = document_id_of(self.library.bucket, key)
        reply = self.target.client("kendra").query(
            IndexId=self.target.outputs["IndexId"],
            AttributeFilter={"EqualsTo": {"Key": "docent_document", "Value": {"StringValue": document_id}}},
            PageSize=100,
        )
        return {each["DocumentId"]: each["DocumentExcerpt"]["Text"] for each in reply["ResultItems"]}

    def statuses(self, entry_ids: list[str]) -> dict[str, str]:
        kendra = self.target.client("kendra")
        found: dict[str, str] = {}
        for start in range(0, len(entry_ids), 10):
            batch = [{"DocumentId": each} for each in entry_ids[start : start + 10]]
            reply = kendra.batch_get_document_status(IndexId=self.target.outputs["IndexId"], DocumentInfoList=batch)
            found |= {each["DocumentId"]: each["DocumentStatus"] for each in reply["DocumentStatusList"]}
        return found

    def derived_keys(self, key: str) -> list[str]:
        prefix = document_prefix(document_id_of(self.library.bucket, key))
        return [
            each["Key"]
            for each in self.target.s3.list_objects_v2(Bucket=self.library.derived, Prefix=prefix).get("Contents", [])
        ]


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = settings_for(tmp_path_factory.mktemp("home"), WAIT_SCALE)
    copy_deployed(tmp_path_factory, settings)
    try:
        with running(settings):
            target = Target(local=settings)
            people.sign_in_locally(target, print)
            yield Stack(target, Library(target))
    finally:
        if report := os.environ.get("DOCENT_TEST_LOG"):
            shutil.copy(settings.log, report)


@pytest.fixture
def stack(running_stack: Stack) -> Iterator[Stack]:
    """The stack without faults, before and after the test."""
    running_stack.faults("")
    yield running_stack
    running_stack.faults("")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever uses the stack is marked so: `pytest -m "not stack"` runs without one."""
    asked = {"running_stack", "chat_stack"} & set(getattr(item, "fixturenames", ()))
    if asked:
        item.add_marker(pytest.mark.stack)
        item.add_marker(pytest.mark.timeout(SECONDS))
    if "chat_stack" in asked:
        item.add_marker(pytest.mark.xdist_group("chat"))  # it is deployed for one kind of provider after the other
