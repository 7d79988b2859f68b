"""Transcripts' whole way to masked summaries: by a batch job and on demand, and through faults at every step."""

import hashlib
import json
from collections import Counter
from typing import Any

import pytest

from docent.documents import document_id_of
from docent.summary_jobs import JobRow
from tests.support.stack import Stack
from tests.support.waiting import wait_until

THINGS = ("router", "boiler", "kettle", "printer", "camera", "doorbell", "freezer", "modem", "radio", "scanner")
ENDED = ("SUMMARIZED", "STOPPED", "FAILED", "ESTIMATED")
WORKFLOW = "docent-summarize-transcripts"


def call(number: int) -> str:
    """Each another one, as of two that are the same only one is summarised."""
    thing = THINGS[number % len(THINGS)]
    return (
        f"Customer: Hello, my name is Maria Weber and my {thing} number {number} stopped working yesterday.\n"
        f"Agent: I am sorry to hear that. Which light is on at the {thing}?\n"
        f"Customer: The red one. You can reach me at maria.weber{number}@example.com.\n"
        f"Agent: Thank you. I will send you a new {thing} by Friday, at no charge.\n"
        "Customer: Great, thank you very much."
    )


class Job:
    def __init__(self, stack: Stack, name: str) -> None:
        self.stack = stack
        self.prefix = f"transcripts/{name}/"
        self.id = document_id_of(stack.library.bucket, f"{self.prefix}job.json")

    def put(self, count: int, asked: dict[str, Any] | None = None, **files: bytes) -> None:
        for number in range(count):
            self.stack.put(f"{self.prefix}call-{number:03d}.txt", call(number).encode())
        for name, body in files.items():
            self.stack.put(f"{self.prefix}{name}.txt", body)
        self.stack.put(f"{self.prefix}job.json", json.dumps(asked or {}).encode())

    @property
    def row(self) -> JobRow | None:
        table = self.stack.target.outputs["SummariesTableName"]
        found = self.stack.target.dynamodb.get_item(
            TableName=table, Key={"job_id": {"S": self.id}}, ConsistentRead=True
        )
        return JobRow.from_item(found["Item"]) if "Item" in found else None

    def ended(self, after: str = "") -> JobRow:
        """Its row once it has ended, of a generation later than `after`."""
        wait_until(lambda: (row := self.row) and row.generation > after and row.status in ENDED)
        assert self.row
        return self.row

    def read(self, name: str) -> bytes:
        key = f"summaries/{self.id}/{name}"
        return self.stack.target.s3.get_object(Bucket=self.stack.library.derived, Key=key)["Body"].read()

    @property
    def summaries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.read("summaries.jsonl").splitlines()]

    @property
    def batches(self) -> list[dict[str, Any]]:
        bedrock = self.stack.target.client("bedrock")
        return bedrock.list_model_invocation_jobs(nameContains=self.id)["invocationJobSummaries"]


@pytest.fixture
def job(stack: Stack, request: pytest.FixtureRequest) -> Job:
    return Job(stack, hashlib.sha256(request.node.name.encode()).hexdigest()[:12])


def run_daily(stack: Stack) -> None:
    """What the schedule of resume_batch does once a day."""
    functions = stack.target.client("lambda")
    name = next(
        each["FunctionName"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if "ResumeBatch" in each["FunctionName"]
    )
    functions.invoke(FunctionName=name, Payload=b"{}")


def outcomes(summaries: list[dict[str, Any]]) -> Counter[str]:
    return Counter(each["outcome"] for each in summaries)


def test_a_small_folder_is_summarized_on_demand_and_bad_files_are_told(stack: Stack, job: Job) -> None:
    job.put(3, empty=b"", noise=b"\x00\xff\x00\x01" * 99)
    row = job.ended()
    assert row.status == "SUMMARIZED", row.values.get("error")
    summaries = job.summaries
    assert outcomes(summaries) == {"masked": 3, "unreadable": 2} == row.values["counts"]
    assert not job.batches
    told = json.dumps(summaries)
    assert "new router by Friday" in told
    assert "maria.weber" not in told
    first = next(each for each in summaries if each["source"] == "call-000.txt")
    assert first["insights"]["summary"][0]["turns"], "every sentence points to the turns it rests on"
    report = json.loads(job.read("report.json"))
    assert report["pii"]["EMAIL"] >= 3
    assert job.read("report.html").startswith(b"<!doctype html>")


def test_a_large_folder_is_summarized_by_one_batch_job(stack: Stack, job: Job) -> None:
    stack.faults(
        "bedrock-batch.Record=ModelErrorException*2,bedrock-batch.Record=reply:no JSON*1,"
        "bedrock-batch.Record=malformed*1,bedrock-batch.Event[Completed]=Twice,bedrock.CreateModelInvocationJob=lost:InternalServerException*1"
    )
    job.put(101)
    row = job.ended()
    assert row.status == "SUMMARIZED", row.values.get("error")
    assert outcomes(job.summaries).total() == 101
    assert set(outcomes(job.summaries)) <= {"clean", "masked"}, "what failed was asked once more"
    (batch,) = job.batches
    assert (batch["status"], row.batch["totalRecordCount"]) == ("Completed", 101)
    assert stack.calls()["bedrock-runtime.Converse"] == 4, "only what failed was asked again"


@pytest.mark.parametrize("status", ["Failed", "Expired"])
def test_a_batch_job_that_ends_badly_ends_the_job_with_its_reason(stack: Stack, job: Job, status: str) -> None:
    state = {"Failed": "Validating", "Expired": "Scheduled"}[status]
    stack.faults(f"bedrock-batch.{state}={status}")
    job.put(100)
    row = job.ended()
    assert (row.status, row.values["error"]["name"]) == ("FAILED", "BatchJobFailedError")
    assert status in row.values["error"]["message"]
    assert row.batch["message"] in row.values["error"]["message"]
    assert len(job.summaries) == 100, "each transcript has its outcome all the same"


def test_a_partly_completed_batch_job_counts_and_the_rest_is_asked_on_demand(stack: Stack, job: Job) -> None:
    stack.faults("bedrock-batch.InProgress=PartiallyCompleted")
    job.put(100)
    row = job.ended()
    assert row.status == "SUMMARIZED", row.values.get("error")
    assert row.batch["status"] == "PartiallyCompleted"
    assert stack.calls()["bedrock-runtime.Converse"] == 50
    assert outcomes(job.summaries).total() == 100


def test_a_batch_job_with_an_error_in_every_record_is_a_failed_job(stack: Stack, job: Job) -> None:
    stack.faults("bedrock-batch.Record=ModelErrorException")
    job.put(100)
    row = job.ended()
    assert (row.status, row.values["error"]["name"]) == ("FAILED", "BatchJobFailedError")
    assert row.batch["errorRecordCount"] == 100
    assert "error 424" in row.values["error"]["message"]
    assert "bedrock-runtime.Converse" not in stack.calls()


def test_a_lost_event_is_made_good_by_the_daily_run(stack: Stack, job: Job) -> None:
    stack.faults("bedrock-batch.Event[Completed]=Lost")
    job.put(100)
    wait_until(lambda: any(batch["status"] == "Completed" for batch in job.batches), 120)
    assert job.row
    assert job.row.status == "SUMMARIZING"
    run_daily(stack)
    assert job.ended().status == "SUMMARIZED"


def test_batch_jobs_of_others_neither_resume_a_job_nor_fail(stack: Stack, job: Job) -> None:
    stack.faults("bedrock-batch.Event[Completed]=Lost*1")
    job.put(100)
    wait_until(lambda: any(batch["status"] == "Completed" for batch in job.batches), 120)
    (own,) = job.batches
    bedrock = stack.target.client("bedrock")
    given = bedrock.get_model_invocation_job(jobIdentifier=own["jobArn"])
    # The second one has a name as of a batch job of this job, which knows nothing of it.
    for name in ("somebody-elses", f"docent-{job.id}-{'0' * 16}"):
        arn = bedrock.create_model_invocation_job(
            jobName=name,
            modelInvocationType="Converse",
            **{each: given[each] for each in ("modelId", "roleArn", "inputDataConfig", "outputDataConfig")},
        )["jobArn"]
        wait_until(lambda arn=arn: bedrock.get_model_invocation_job(jobIdentifier=arn)["status"] == "Completed", 120)
    row = job.row
    assert row
    assert (row.status, row.batch["arn"]) == ("SUMMARIZING", own["jobArn"])
    run_daily(stack)
    assert (job.ended().status, job.row and job.row.batch["arn"]) == ("SUMMARIZED", own["jobArn"])
    queues = stack.target.client("sqs")
    for left in (url for url in queues.list_queues()["QueueUrls"] if "UnfollowedBatches" in url):
        counted = queues.get_queue_attributes(QueueUrl=left, AttributeNames=["ApproximateNumberOfMessages"])
        assert counted["Attributes"]["ApproximateNumberOfMessages"] == "0"


@pytest.mark.parametrize(
    "fault",
    [  # test_faults.py has those of the other tasks
        f"{WORKFLOW}.StartBatch=kill:0.1*1",
        "bedrock-runtime.Converse=ThrottlingException@0.5",
        "bedrock-runtime.ApplyGuardrail=ThrottlingException@0.3",
    ],
)
def test_a_fault_loses_nothing(stack: Stack, job: Job, fault: str) -> None:
    stack.faults(fault)
    count = 100 if "StartBatch" in fault else 4
    job.put(count)
    row = job.ended()
    assert row.status == "SUMMARIZED", row.values.get("error")
    assert outcomes(job.summaries) == {"masked": count}
    assert len(job.batches) == (1 if count == 100 else 0)


def test_the_same_event_twice_does_nothing_and_the_same_job_again_is_a_new_generation(stack: Stack, job: Job) -> None:
    job.put(2)
    first = job.ended()
    arn = first.values["execution_arn"]
    event = json.loads(stack.target.step_functions.describe_execution(executionArn=arn)["input"])
    again = stack.ended(stack.start(stack.target.outputs["SummarizeTranscriptsArn"], event))
    assert again["status"] == "SUCCEEDED"
    assert job.row == first
    job.put(3)
    second = job.ended(first.generation)
    assert (second.status, len(job.summaries)) == ("SUMMARIZED", 3)


def test_a_transcript_longer_than_the_models_context_is_summarized_in_two_passes(stack: Stack, job: Job) -> None:
    long = "\n".join(call(number) for number in range(3000))
    job.put(1, long=long.encode())
    row = job.ended()
    assert row.status == "SUMMARIZED", row.values.get("error")
    assert stack.calls()["bedrock-runtime.Converse"] == 1 + 2 + 1, "the short one, two parts, and both together"
    (line,) = (each for each in job.summaries if each["source"] == "long.txt")
    assert line["outcome"] == "masked"
    coverage = line["coverage"]
    assert coverage["covered_turns"] == coverage["turns"] > 9000
