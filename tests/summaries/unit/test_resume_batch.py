"""Workflows go on when their batch job has ended: once, and also if its event is lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.aws import World, session
from tests.support.fake_batch_jobs import FakeBatchJobs
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summaries import job_of, put_job

EVENT = sample_event("bedrock.batch_completed.json")
DAILY = sample_event("resume_batch.schedule.json")
NAME, ARN = EVENT["detail"]["batchJobName"], EVENT["detail"]["batchJobArn"]


@pytest.fixture(autouse=True)
def batches(aws: World) -> Iterator[FakeBatchJobs]:
    fake = FakeBatchJobs()
    fake.put(ARN, NAME, totalRecordCount=120, processedRecordCount=30)
    with fake.attached(session()):
        yield fake


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    fake = FakeWorkflows()
    with fake.attached(session()):
        yield fake


@pytest.fixture(autouse=True)
def waiting(aws: World) -> None:
    put_job(aws, task_token="AQCEAAAAKg", batch={"arn": ARN, "name": NAME, "status": "Submitted"})


def batch_of(aws: World) -> dict[str, Any]:
    return json.loads(job_of(aws)["batch"])


def test_a_batch_job_in_progress_shows_bedrocks_counts_and_their_age(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    assert function(EVENT) == {"followed": 1}
    batch = batch_of(aws)
    assert (batch["status"], batch["processedRecordCount"], batch["totalRecordCount"]) == ("InProgress", 30, 120)
    assert batch["at"]
    assert not workflows.requests, "Bedrock decides, and not the event"


@pytest.mark.parametrize("status", ["Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"])
def test_the_workflow_goes_on_whatever_the_end_is(
    function: Function, aws: World, batches: FakeBatchJobs, workflows: FakeWorkflows, status: str
) -> None:
    batches.end(ARN, status, "The reason.")
    function(EVENT)
    (sent,) = workflows.asked("SendTaskSuccess")
    told = json.loads(sent["output"])
    assert (told["status"], told["message"], sent["taskToken"]) == (status, "The reason.", "AQCEAAAAKg")
    assert "task_token" not in job_of(aws)


def test_an_event_that_comes_twice_resumes_once(
    function: Function, aws: World, batches: FakeBatchJobs, workflows: FakeWorkflows
) -> None:
    batches.end(ARN, "Completed")
    function(EVENT)
    function(EVENT)
    put_job(aws, task_token="AQCEAAAAKg", batch={"arn": ARN, "name": NAME})
    function(EVENT)  # as if the first one had died before it removed the token
    assert workflows.tokens_used == {"AQCEAAAAKg"}
    assert "task_token" not in job_of(aws)


@pytest.mark.parametrize("name", ["nightly-batch", NAME.replace("0123", "4567"), f"docent-{'0' * 32}-{'1' * 16}"])
def test_events_of_other_batch_jobs_are_ignored(
    function: Function, aws: World, batches: FakeBatchJobs, name: str
) -> None:
    before = job_of(aws)
    assert function(EVENT | {"detail": EVENT["detail"] | {"batchJobName": name}}) == {"followed": 0}
    assert job_of(aws) == before
    assert not batches.requests


def test_a_lost_event_is_made_good_by_the_daily_run(
    function: Function, batches: FakeBatchJobs, workflows: FakeWorkflows
) -> None:
    batches.end(ARN, "Completed")
    assert function(DAILY) == {"followed": 1}
    assert len(workflows.asked("SendTaskSuccess")) == 1
    assert function(DAILY) == {"followed": 0}


def test_one_job_that_cannot_be_looked_at_does_not_hold_up_the_others(
    function: Function, aws: World, batches: FakeBatchJobs, workflows: FakeWorkflows
) -> None:
    gone = {"arn": f"{ARN}gone", "name": "gone"}
    put_job(aws, job_id="0" * 32, task_token="AQCEother", batch=gone)
    put_job(aws, job_id="f" * 32, task_token="AQCEanother", batch=gone)
    batches.end(ARN, "Completed")
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        function(DAILY)
    assert len(workflows.asked("SendTaskSuccess")) == 1
