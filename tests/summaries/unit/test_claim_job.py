"""The claim of a job: the newest job.json wins, whatever the order of the events."""

from collections.abc import Iterator

import pytest

from docent.documents import document_id_of, generation_of
from tests.support.api_calls import MARY
from tests.support.aws import World, session
from tests.support.fake_batch_jobs import FakeBatchJobs
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summaries import GENERATION, JOB_ID, PREFIX, RUN, job_of, put_job

EVENT = sample_event("claim_job.put.json")
EARLIER, EARLIER_RUN = "006B5C1E" + "0" * 24, f"{RUN}-earlier"
pytestmark = pytest.mark.usefixtures("workflows")
LEFT = f"summaries/{JOB_ID}/records-00001.jsonl"


@pytest.fixture
def batches(aws: World) -> Iterator[FakeBatchJobs]:
    fake = FakeBatchJobs()
    with fake.attached(session()):
        yield fake


@pytest.fixture
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    fake = FakeWorkflows()
    with fake.attached(session()):
        yield fake


def test_the_claim_is_of_what_s3_announces() -> None:
    announced = sample_event("s3.job_put.json")["detail"]
    bucket, key = announced["bucket"]["name"], announced["object"]["key"]
    assert EVENT["document"] == {
        "document_id": document_id_of(bucket, key),
        "generation": generation_of(announced["object"]["sequencer"]),
        "source": {"bucket": bucket, "key": key},
    }


def test_a_job_that_was_put_straight_there_is_claimed_and_has_no_owner(function: Function, aws: World) -> None:
    source = {"bucket": "docent-documents", "prefix": PREFIX}
    owner = {"subject": "", "user": ""}
    assert function(EVENT) == {"claimed": True, "job": {"job_id": JOB_ID, "source": source, "owner": owner}}
    row = job_of(aws)
    assert (row["status"], row["generation"], "owner" in row) == ("PREPARING", GENERATION, False)


def test_a_job_keeps_who_announced_it_and_when(function: Function, aws: World) -> None:
    put_job(aws, "UPLOADING", generation=None, execution_arn=None, cleared=None)
    before = job_of(aws)
    assert function(EVENT)["job"]["owner"] == {"subject": MARY.subject, "user": MARY.user}
    assert {name: job_of(aws)[name] for name in ("owner", "created_at")} == {
        name: before[name] for name in ("owner", "created_at")
    }


def test_older_and_repeated_events_change_nothing(function: Function, aws: World) -> None:
    function(EVENT)
    before = job_of(aws)
    assert function(EVENT | {"execution_arn": "arn:of:another"}) == {"claimed": False}
    older = EVENT["document"] | {"generation": EARLIER}
    assert function(EVENT | {"document": older}) == {"claimed": False}
    assert job_of(aws) == before


def test_a_newer_job_ends_the_earlier_one_and_deletes_what_it_left(
    function: Function, aws: World, batches: FakeBatchJobs, workflows: FakeWorkflows
) -> None:
    arn = "arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/job000000007"
    batches.put(arn)
    put_job(aws, generation=EARLIER, execution_arn=EARLIER_RUN, cleared=EARLIER, batch={"arn": arn, "name": "x"})
    aws.put(LEFT, b"{}")
    assert function(EVENT)["claimed"]
    assert [each["executionArn"] for each in workflows.asked("StopExecution")] == [EARLIER_RUN]
    assert batches.jobs[arn]["status"] == "Stopping"
    assert not aws.list_keys(f"summaries/{JOB_ID}/")
    assert "batch" not in job_of(aws)


def test_an_earlier_batch_job_that_has_ended_is_no_obstacle(
    function: Function, aws: World, batches: FakeBatchJobs, workflows: FakeWorkflows
) -> None:
    workflows.fail("ExecutionDoesNotExist")
    arn = "arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/job000000007"
    batches.put(arn, status="Completed")
    put_job(aws, generation=EARLIER, execution_arn=EARLIER_RUN, batch={"arn": arn, "name": "x"})
    assert function(EVENT)["claimed"]


def test_a_repeated_claim_deletes_nothing_of_its_own(function: Function, aws: World) -> None:
    function(EVENT)
    aws.put(LEFT, b"{}")
    assert function(EVENT)["claimed"], "the same execution, retried"
    assert aws.list_keys(f"summaries/{JOB_ID}/") == {LEFT}


@pytest.mark.parametrize("status", ["STOPPED", None])
def test_a_late_event_does_not_bring_back_what_was_stopped_or_deleted(
    function: Function, aws: World, status: str | None
) -> None:
    put_job(aws, status=status)
    before = job_of(aws)
    assert function(EVENT) == {"claimed": False}
    assert job_of(aws) == before


def test_a_job_whose_execution_was_stopped_meanwhile_is_stopped_and_can_be_put_again(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    workflows.record(EVENT["execution_arn"], status="ABORTED")
    assert function(EVENT) == {"claimed": False}
    assert job_of(aws)["status"] == "STOPPED"
    newer = EVENT["document"] | {"generation": "006B5C20" + "0" * 24}
    assert function(EVENT | {"document": newer, "execution_arn": f"{RUN}-newer"})["claimed"]
    assert job_of(aws)["status"] == "PREPARING"
