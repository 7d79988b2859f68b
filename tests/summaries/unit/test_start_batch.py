"""A batch job is started once, whatever becomes of the replies."""

import json
from collections.abc import Iterator

import pytest

from tests.support.aws import World, session
from tests.support.fake_batch_jobs import FakeBatchJobs
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summaries import JOB_ID, job_of, put_job

EVENT = sample_event("start_batch.prepared.json")


@pytest.fixture(autouse=True)
def batches(aws: World) -> Iterator[FakeBatchJobs]:
    fake = FakeBatchJobs()
    with fake.attached(session()):
        yield fake


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    fake = FakeWorkflows()
    with fake.attached(session()):
        yield fake


@pytest.fixture(autouse=True)
def prepared(aws: World) -> None:
    aws.put(f"{EVENT['input']['prefix']}part-00001.jsonl", b'{"recordId": "a"}\n')
    put_job(aws)


def test_a_batch_job_begins_with_a_name_of_its_content_and_its_token_is_kept(
    function: Function, aws: World, batches: FakeBatchJobs
) -> None:
    function(EVENT)
    ((arn, job),) = batches.jobs.items()
    assert job["jobName"].startswith(f"docent-{JOB_ID}-")
    assert len(job["jobName"]) <= 63
    assert job["clientRequestToken"] == job["jobName"]
    assert job["modelInvocationType"] == "Converse"
    assert job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"].endswith(f"summaries/{JOB_ID}/output/1/")
    row = job_of(aws)
    assert row["task_token"] == EVENT["task_token"]
    kept = json.loads(row["batch"])
    assert (kept["arn"], kept["name"], kept["status"]) == (arn, job["jobName"], "Submitted")


def test_a_second_attempt_finds_the_same_batch_job(function: Function, batches: FakeBatchJobs) -> None:
    function(EVENT)
    function(EVENT)
    assert len(batches.asked("CreateModelInvocationJob")) == 1


def test_a_lost_reply_starts_nothing_twice(function: Function, aws: World, batches: FakeBatchJobs) -> None:
    # The SDK sends a request once more; the token tells Bedrock that it is the same one.
    batches.lost = True
    function(EVENT)
    assert len(batches.asked("CreateModelInvocationJob")) == 2
    ((arn, _),) = batches.jobs.items()
    assert json.loads(job_of(aws)["batch"])["arn"] == arn


def test_a_name_in_use_that_cannot_be_listed_yet_is_looked_for_again(
    function: Function, batches: FakeBatchJobs
) -> None:
    batches.listed = False
    batches.fail_always("ConflictException")
    with pytest.raises(Exception, match="ConflictException") as raised:
        function(EVENT)
    assert type(raised.value).__name__ == "TransientError"


def test_a_full_account_is_waited_for(function: Function, batches: FakeBatchJobs) -> None:
    batches.fail(b'{"invocationJobSummaries": []}', "ServiceQuotaExceededException")
    with pytest.raises(Exception, match="ServiceQuotaExceededException") as raised:
        function(EVENT)
    assert type(raised.value).__name__ == "ThrottledError"


def test_other_input_or_another_upload_is_another_batch_job(
    function: Function, aws: World, batches: FakeBatchJobs
) -> None:
    function(EVENT)
    aws.put(f"{EVENT['input']['prefix']}part-00001.jsonl", b'{"recordId": "b"}\n')
    function(EVENT)
    later = "006B5C20" + "0" * 24
    put_job(aws, generation=later)
    function(EVENT | {"generation": later})
    assert len({job["jobName"] for job in batches.jobs.values()}) == 3


def test_a_batch_job_that_has_ended_already_is_not_waited_for(
    function: Function, aws: World, batches: FakeBatchJobs, workflows: FakeWorkflows
) -> None:
    function(EVENT)
    ((arn, _),) = batches.jobs.items()
    batches.end(arn, "Completed", totalRecordCount=1, successRecordCount=1)
    function(EVENT)
    (sent,) = workflows.asked("SendTaskSuccess")
    assert (sent["taskToken"], json.loads(sent["output"])["status"]) == (EVENT["task_token"], "Completed")
    assert "task_token" not in job_of(aws)


@pytest.mark.parametrize("changes", [{"status": "STOPPED"}, {"execution_arn": "arn:of:another"}])
def test_a_job_that_was_stopped_or_put_again_starts_nothing(
    function: Function, aws: World, batches: FakeBatchJobs, changes: dict[str, str]
) -> None:
    put_job(aws, **changes)
    with pytest.raises(Exception, match="was stopped") as raised:
        function(EVENT)
    assert type(raised.value).__name__ == "SupersededJobError"
    assert not batches.jobs


def test_what_was_stopped_while_it_began_is_stopped_at_bedrock_too(
    function: Function, aws: World, batches: FakeBatchJobs
) -> None:
    def stop() -> None:
        put_job(aws, "STOPPED")

    with (
        aws.before("bedrock.CreateModelInvocationJob", stop),
        pytest.raises(Exception, match="was stopped"),
    ):
        function(EVENT)
    assert [job["status"] for job in batches.jobs.values()] == ["Stopping"]
