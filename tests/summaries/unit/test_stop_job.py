"""Stopping a job: the row, the execution and the batch job, and what was charged until then."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from docent.derived_keys import JobKeys
from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World, session
from tests.support.fake_service import FakeService
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summary_jobs import BATCH, RUN, job_of, put_job

EVENT = sample_event("stop_job.batch.json")
ID = EVENT["pathParameters"]["job_id"]
AT_WORK = {"arn": BATCH, "name": "docent-x", "status": "InProgress", "at": "2026-11-29T06:00:00.000Z"}


class BatchJobs(FakeService):
    """Of 200 records, 150 were answered when the job was stopped."""

    events: ClassVar = ("bedrock",)

    def StopModelInvocationJob(self, request: dict[str, Any]) -> dict[str, Any]:
        return {}

    def GetModelInvocationJob(self, request: dict[str, Any]) -> dict[str, Any]:
        where = {"s3Uri": "s3://docent-derived/summaries/x/"}
        return {
            "jobArn": request["jobIdentifier"],
            "jobName": "docent-x",
            "modelId": "claude",
            "roleArn": "arn:aws:iam::111122223333:role/docent-batch",
            "status": "Stopping",
            "submitTime": "2026-11-29T06:00:00Z",
            "inputDataConfig": {"s3InputDataConfig": where},
            "outputDataConfig": {"s3OutputDataConfig": where},
            "totalRecordCount": 200,
            "processedRecordCount": 150,
        }


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


@pytest.fixture(autouse=True)
def batches(aws: World) -> Iterator[BatchJobs]:
    batches = BatchJobs()
    with batches.attached(session()):
        yield batches


def test_the_execution_and_the_batch_job_are_stopped(
    function: Function, aws: World, workflows: FakeWorkflows, batches: BatchJobs
) -> None:
    put_job(aws, ID, batch=AT_WORK)
    status, body = call(function, EVENT)
    assert (status, body["status"], job_of(aws, ID)["status"]) == (202, "STOPPED", "STOPPED")
    assert workflows.asked("StopExecution")[0]["executionArn"] == RUN
    assert batches.asked("StopModelInvocationJob")[0]["jobIdentifier"] == BATCH


def test_it_tells_what_was_charged_already(function: Function, aws: World) -> None:
    put_job(aws, ID, batch=AT_WORK)
    for number in range(10):
        aws.put(JobKeys(ID).reply(2, f"r{number}"), b"{}")
    charged = call(function, EVENT)[1]["charged"]
    # Of 200 requests for $1.00 by batch and $2.00 on demand.
    assert charged == {"requests": 160, "of": 200, "usd": pytest.approx(0.75 + 0.1)}


def test_without_a_price_it_tells_only_how_many(function: Function, aws: World) -> None:
    put_job(aws, ID, "PREPARING", estimate=None)
    assert call(function, EVENT)[1]["charged"] == {"requests": 0, "of": 0, "usd": None}


def test_a_job_that_is_not_at_work_stays_as_it_is(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_job(aws, ID, "SUMMARIZED")
    assert call(function, EVENT)[1]["status"] == "SUMMARIZED"
    assert not workflows.requests


def test_what_has_ended_meanwhile_is_no_error(
    function: Function, aws: World, workflows: FakeWorkflows, batches: BatchJobs
) -> None:
    put_job(aws, ID, batch=AT_WORK)
    workflows.fail("ExecutionDoesNotExist")
    batches.fail("ConflictException")
    assert call(function, EVENT)[1]["status"] == "STOPPED"


def test_only_its_owner_can(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_job(aws, ID)
    assert call(function, asked(EVENT, ERIKA))[0] == 404
    assert not workflows.requests


def test_of_a_job_that_has_ended_it_tells_what_was_charged(function: Function, aws: World) -> None:
    put_job(aws, ID, "SUMMARIZED", batch=AT_WORK | {"status": "Completed"}, cost={"total": 0.4711})
    assert call(function, EVENT)[1]["charged"] == {"requests": 150, "of": 200, "usd": 0.4711}
