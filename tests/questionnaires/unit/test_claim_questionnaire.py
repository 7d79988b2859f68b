"""The claim of an upload: the newest wins, in whatever order the events arrive."""

import json
from collections.abc import Iterator

import pytest

from tests.support.api_calls import MARY
from tests.support.aws import QUESTIONNAIRES_TABLE, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_row, row_of

EVENT = sample_event("claim_questionnaire.upload.json")


ID = EVENT["document"]["document_id"]


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    fake = FakeWorkflows()
    with fake.attached(session()):
        yield fake


def test_an_upload_that_was_put_straight_there_belongs_to_the_default_group(function: Function, aws: World) -> None:
    assert function(EVENT) == {"claimed": True, "at_once": True}
    row = row_of(aws, ID)
    assert (row["status"], json.loads(row["owner"])["groups"]) == ("FINDING", ["everyone"])
    assert [each["questionnaire_id"] for each in aws.items(QUESTIONNAIRES_TABLE)] == [ID, "reader#group:everyone"]


def test_without_a_default_group_it_fails_and_has_a_row_to_say_so(function: Function, aws: World) -> None:
    function.set(DEFAULT_READER_GROUP="")
    with pytest.raises(Exception, match="Nobody may read s3://") as raised:
        function(EVENT)
    assert type(raised.value).__name__ == "NobodyReadsItError"
    assert row_of(aws, ID)["status"] == "FINDING", "record_failure makes it FAILED"


def test_what_was_announced_is_its_owners_and_waits_for_a_start(function: Function, aws: World) -> None:
    announced = json.dumps({"description": "We are Orrery.", "answer": "when_started"})
    put_row(aws, ID, "UPLOADING", generation=None, announced=announced)
    assert function(EVENT) == {"claimed": True, "at_once": False}
    row = row_of(aws, ID)
    assert (row["status"], row["description"], json.loads(row["owner"])["user"]) == (
        "FINDING",
        "We are Orrery.",
        MARY.user,
    )


def test_older_and_repeated_events_change_nothing(function: Function, aws: World) -> None:
    function(EVENT)
    assert function(EVENT) == {"claimed": True, "at_once": True}, "the same execution, retried"
    before = row_of(aws, ID)
    assert function(EVENT | {"execution_arn": "arn:of:another"}) == {"claimed": False}
    older = EVENT["document"] | {"generation": "0" * 32}
    assert function(EVENT | {"document": older}) == {"claimed": False}
    assert row_of(aws, ID) == before


def test_a_late_event_does_not_bring_back_what_was_deleted(function: Function, aws: World) -> None:
    generation = EVENT["document"]["generation"]
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id=ID, item="questionnaire", generation=generation)
    assert function(EVENT) == {"claimed": False}


def test_the_same_upload_is_read_again_but_not_while_it_is_answered(function: Function, aws: World) -> None:
    again = EVENT | {"again": True, "execution_arn": "arn:of:another"}
    put_row(aws, ID, "ANSWERING", announced="{}")
    assert function(again) == {"claimed": False}
    put_row(aws, ID, "ANSWERED", announced="{}")
    assert function(again) == {"claimed": True, "at_once": False}


def test_a_questionnaire_whose_execution_was_stopped_meanwhile_has_failed_and_says_what_to_do(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    workflows.record(EVENT["execution_arn"], status="ABORTED")
    assert function(EVENT) == {"claimed": False}
    row = row_of(aws, ID)
    assert (row["status"], row["error"]["name"]["S"]) == ("FAILED", "ProcessingAbortedError")
    assert "Upload it again." in row["error"]["message"]["S"]
