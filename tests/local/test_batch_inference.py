"""Bedrock batch inference through the SDK, signed and with IAM enforced."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.machine import Machine
from tests.support.waiting import wait_until

CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0"
ENDED = {"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"}
ONE_IS_ENOUGH = "bedrock-batch.MinimumRecords=reply:1"
EVENT = "Batch Inference Job State Change"
# https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "bedrock.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": "000000000000"},
        "ArnEquals": {"aws:SourceArn": "arn:aws:bedrock:us-east-1:000000000000:model-invocation-job/*"},
    },
}


def s3_policy(bucket: str) -> list[dict[str, Any]]:
    return [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/in/*"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/out/*"},
    ]


@dataclass
class Stand:
    machine: Machine
    bucket: str
    role: str
    queue: str

    def __post_init__(self) -> None:
        self.bedrock = self.machine.client("bedrock")
        self.s3 = self.machine.client("s3")

    def put(self, key: str, *lines: Any) -> str:
        """Records, or texts that are no records."""
        written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self.s3.put_object(Bucket=self.bucket, Key=key, Body="\n".join(written).encode())
        return f"s3://{self.bucket}/{key}"

    def create(self, uri: str, **more: Any) -> str:
        request: dict[str, Any] = {
            "jobName": f"job-{uuid.uuid4().hex}",
            "roleArn": self.role,
            "modelId": CLAUDE,
            "modelInvocationType": "Converse",
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": uri}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{self.bucket}/out/"}},
        }
        return self.bedrock.create_model_invocation_job(**request | more)["jobArn"]

    def job(self, arn: str) -> dict[str, Any]:
        return self.bedrock.get_model_invocation_job(jobIdentifier=arn)

    def ended(self, arn: str) -> dict[str, Any]:
        wait_until(lambda: self.job(arn)["status"] in ENDED, seconds=60)
        return self.job(arn)

    def reached(self, arn: str, status: str) -> None:
        wait_until(lambda: self.job(arn)["status"] == status, seconds=60)

    def read(self, arn: str, name: str) -> str:
        key = f"out/{arn.rpartition('/')[2]}/{name}"
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read().decode()

    def output(self, arn: str, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.read(arn, name).splitlines()]

    def events(self, arn: str, last: str) -> list[dict[str, Any]]:
        """The events of a job until the status `last` has come."""
        sqs, found = self.machine.client("sqs"), []

        def has_come() -> bool:
            for message in sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                event = json.loads(message["Body"])
                if event["detail"]["batchJobArn"] == arn:
                    found.append(event)
            return any(event["detail"]["status"] == last for event in found)

        wait_until(has_come, seconds=60)
        return found


@pytest.fixture(scope="module")
def stand(machine: Machine) -> Stand:
    bucket = "batch-inference"
    machine.client("s3").create_bucket(Bucket=bucket)
    sqs, events = machine.client("sqs"), machine.client("events")
    queue = sqs.create_queue(QueueName="batch-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["aws.bedrock"], "detail-type": [EVENT]})
    events.put_rule(Name="batch", EventPattern=pattern)
    events.put_targets(Rule="batch", Targets=[{"Id": "queue", "Arn": arn}])
    return Stand(machine, bucket, machine.role("batch-service", TRUST, *s3_policy(bucket)), queue)


@pytest.fixture(autouse=True)
def one_is_enough(stand: Stand) -> Iterator[None]:
    stand.machine.faults(ONE_IS_ENOUGH)
    yield
    stand.machine.faults("")


def faults(stand: Stand, *rules: str) -> None:
    stand.machine.faults(",".join((ONE_IS_ENOUGH, *rules)))


def converse(text: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"text": text}]}], **more}


def record(number: int, subject: str = "pump") -> dict[str, Any]:
    prompt = f"<history>user: How heavy is the {subject}?</history><question>And number {number}, is it?</question>"
    return {"recordId": f"CALL{number:07}", "modelInput": converse(prompt)}


def refused(call: Any, *args: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*args, **request)
    return told(caught.value)


def told(error: ClientError) -> tuple[str, str]:
    found = error.response.get("Error", {})
    return found.get("Code", ""), found.get("Message", "")


def test_a_job_answers_every_record_as_converse_does_and_shuffles_them(stand: Stand) -> None:
    uri = stand.put("in/whole/calls.jsonl", *(record(number) for number in range(60)))
    arn = stand.create(uri, tags=[{"key": "team", "value": "calls"}])
    job = stand.ended(arn)
    assert (job["status"], job["totalRecordCount"], job["successRecordCount"]) == ("Completed", 60, 60)
    assert job["endTime"] >= job["lastModifiedTime"] >= job["submitTime"]
    # "Amazon Bedrock generates an output JSONL file for each input JSONL file" and a manifest.
    # https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
    lines = stand.output(arn, "calls.jsonl.out")
    ids = [line["recordId"] for line in lines]
    assert sorted(ids) == [f"CALL{number:07}" for number in range(60)]
    assert ids != sorted(ids)
    assert all(set(line) == {"recordId", "modelInput", "modelOutput"} for line in lines)
    alone = stand.machine.client("bedrock-runtime").converse(modelId=CLAUDE, **record(7)["modelInput"])
    among = next(line for line in lines if line["recordId"] == "CALL0000007")
    assert among["modelInput"] == record(7)["modelInput"]
    assert among["modelOutput"]["output"] == alone["output"]
    manifest = json.loads(stand.read(arn, "manifest.json.out"))
    used = [line["modelOutput"]["usage"] for line in lines]
    assert manifest == {
        "totalRecordCount": 60,
        "processedRecordCount": 60,
        "successRecordCount": 60,
        "errorRecordCount": 0,
        "inputTokenCount": sum(usage["inputTokens"] for usage in used),
        "outputTokenCount": sum(usage["outputTokens"] for usage in used),
    }
    tags = stand.bedrock.list_tags_for_resource(resourceARN=arn)
    assert "calls" in str(tags)


def test_every_status_is_an_event_on_the_default_bus(stand: Stand) -> None:
    arn = stand.create(stand.put("in/events/calls.jsonl", record(1)))
    events = stand.events(arn, "Completed")
    told = {event["detail"]["status"] for event in events}
    assert told == {"Submitted", "Validating", "Scheduled", "InProgress", "Completed"}
    # https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-eventbridge-how-it-works.html
    last = next(event for event in events if event["detail"]["status"] == "Completed")
    job = stand.job(arn)
    assert (last["source"], last["detail-type"], last["resources"]) == ("aws.bedrock", EVENT, [arn])
    created = last["detail"].pop("creationTime")
    assert last["detail"] == {
        "version": "0.0",
        "accountId": "000000000000",
        "batchJobName": job["jobName"],
        "batchJobArn": arn,
        "batchModelId": f"arn:aws:bedrock:us-east-1::foundation-model/{CLAUDE}",
        "status": "Completed",
        "failureMessage": "",
    }
    assert time.strptime(created, "%b %d, %Y, %I:%M:%S %p")


def test_a_prefix_gives_one_output_for_each_of_its_jsonl_files(stand: Stand) -> None:
    stand.put("in/several/one.jsonl", record(1), record(2))
    stand.put("in/several/deep/two.jsonl", record(3), "")
    stand.put("in/several/notes.txt", "not a record")
    stand.put("in/several-others/three.jsonl", record(4))
    arn = stand.create(f"s3://{stand.bucket}/in/several")
    assert stand.ended(arn)["totalRecordCount"] == 3
    assert len(stand.output(arn, "one.jsonl.out")) == 2
    assert [line["recordId"] for line in stand.output(arn, "deep/two.jsonl.out")] == ["CALL0000003"]


def test_invoke_model_is_the_usual_type_and_takes_the_models_own_body(stand: Stand) -> None:
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": record(5)["modelInput"]["messages"][0]["content"][0]["text"]}],
    }
    # "If you omit the recordId field, Amazon Bedrock adds it in the output."
    uri = stand.put("in/invoke/calls.jsonl", {"modelInput": body})
    request = {
        "jobName": "invoke",
        "roleArn": stand.role,
        "modelId": CLAUDE,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": uri}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{stand.bucket}/out"}},
    }
    arn = stand.bedrock.create_model_invocation_job(**request)["jobArn"]
    job = stand.ended(arn)
    assert (job["status"], job["modelInvocationType"]) == ("Completed", "InvokeModel")
    (line,) = stand.output(arn, "calls.jsonl.out")
    assert line["modelOutput"]["type"] == "message"
    assert len(line["recordId"]) == 11
    assert line["recordId"].isalnum()


def test_a_record_that_the_model_refuses_is_an_error_line_and_the_job_completes(stand: Stand) -> None:
    # "Records that include toolConfig fail with a 400 error."
    # https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html
    with_tools = {"recordId": "TOOLS", "modelInput": converse("Hello", toolConfig={"tools": []})}
    empty = {"recordId": "EMPTY", "modelInput": {"messages": []}}
    named = {"recordId": "NAMED", "modelInput": converse("Hello", modelId=CLAUDE)}
    faults(stand, "bedrock-batch.Record[CALL0000002]=ThrottlingException")
    arn = stand.create(stand.put("in/refused/calls.jsonl", with_tools, empty, named, record(1), record(2)))
    job = stand.ended(arn)
    assert (job["status"], job["errorRecordCount"], job["processedRecordCount"]) == ("Completed", 4, 5)
    lines = {line["recordId"]: line for line in stand.output(arn, "calls.jsonl.out")}
    assert "modelOutput" in lines["CALL0000001"]
    for record_id, code in (("TOOLS", 400), ("EMPTY", 400), ("NAMED", 400), ("CALL0000002", 429)):
        error = lines[record_id]["error"]
        assert "modelOutput" not in lines[record_id]
        assert (error["errorCode"], error["expired"], error["retryable"]) == (code, False, code == 429)
        assert error["errorMessage"]


def test_the_output_of_a_record_can_be_spoiled_on_demand(stand: Stand) -> None:
    faults(stand, "bedrock-batch.Record[CALL0000001]=malformed", "bedrock-batch.Record[CALL0000002]=reply:no JSON")
    arn = stand.create(stand.put("in/spoiled/calls.jsonl", record(1), record(2)))
    assert stand.ended(arn)["status"] == "Completed"
    good, spoiled = sorted(stand.read(arn, "calls.jsonl.out").splitlines(), key=lambda line: not line.endswith("}"))
    assert json.loads(good)["modelOutput"]["output"]["message"]["content"] == [{"text": "no JSON"}]
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(spoiled)


def test_a_job_needs_a_hundred_records(stand: Stand) -> None:
    stand.machine.faults("")
    # The quota "Minimum number of records per batch inference job".
    few = stand.create(stand.put("in/few/calls.jsonl", *(record(number) for number in range(99))))
    job = stand.ended(few)
    assert job["status"] == "Failed"
    assert "(99) than the required minimum of: 100" in job["message"]
    enough = stand.create(stand.put("in/enough/calls.jsonl", *(record(number) for number in range(100))))
    assert stand.ended(enough)["status"] == "Completed"


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("broken", "{not json", "line 2 of s3://batch-inference/in/broken/calls.jsonl is not JSON"),
        ("array", "[1]", "line 2"),
        ("inputless", '{"recordId": "CALL0000001"}', "is not of the form"),
        ("text", '{"recordId": "CALL0000001", "modelInput": "hello"}', "is not of the form"),
        ("number", '{"recordId": 7, "modelInput": {}}', "recordId in line 2"),
    ],
)
def test_a_line_that_is_no_record_fails_the_job_and_is_named(stand: Stand, name: str, line: str, told: str) -> None:
    arn = stand.create(stand.put(f"in/{name}/calls.jsonl", record(1), line))
    job = stand.ended(arn)
    assert job["status"] == "Failed"
    assert told in job["message"]
    event = next(each for each in stand.events(arn, "Failed") if each["detail"]["status"] == "Failed")
    assert event["detail"]["failureMessage"] == job["message"]


def test_too_many_records_in_a_file_fail_the_job(stand: Stand) -> None:
    arn = stand.create(stand.put("in/many/calls.jsonl", *['{"modelInput": {}}'] * 50_001))
    job = stand.ended(arn)
    assert (job["status"], "50001 records" in job["message"]) == ("Failed", True)


def test_an_empty_prefix_or_a_missing_bucket_fails_the_job(stand: Stand) -> None:
    job = stand.ended(stand.create(f"s3://{stand.bucket}/in/nothing/"))
    assert (job["status"], "no .jsonl file" in job["message"]) == ("Failed", True)
    job = stand.ended(stand.create("s3://no-such-bucket-here/in/"))
    assert job["status"] == "Failed"
    assert "could not read s3://no-such-bucket-here/in/" in job["message"]


def test_the_service_role_needs_its_permissions_on_input_and_output(stand: Stand) -> None:
    uri = stand.put("in/permitted/calls.jsonl", record(1))
    listing, reading, writing = s3_policy(stand.bucket)
    for name, allowed, told in (
        ("no-list", [reading, writing], "could not read"),
        ("no-read", [listing, writing], "could not read"),
        ("no-write", [listing, reading], "not allowed s3:PutObject"),
    ):
        role = stand.machine.role(f"batch-{name}", TRUST, *allowed)
        job = stand.ended(stand.create(uri, roleArn=role))
        assert (job["status"], told in job["message"]) == ("Failed", True), name


def test_an_inference_profile_is_invoked_by_the_service_role(stand: Stand) -> None:
    # "To run batch inference with an inference profile, a service role must have permissions to invoke" it.
    # https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
    uri, profile = stand.put("in/profile/calls.jsonl", record(1)), f"us.{CLAUDE}"
    job = stand.ended(stand.create(uri, modelId=profile))
    assert (job["status"], "bedrock:InvokeModel" in job["message"]) == ("Failed", True)
    invoking = {
        "Effect": "Allow",
        "Action": "bedrock:InvokeModel",
        "Resource": f"arn:aws:bedrock:us-east-1:000000000000:inference-profile/{profile}",
    }
    role = stand.machine.role("batch-profile", TRUST, *s3_policy(stand.bucket), invoking)
    assert stand.ended(stand.create(uri, modelId=profile, roleArn=role))["status"] == "Completed"


def test_bedrock_must_be_able_to_assume_the_role(stand: Stand) -> None:
    uri = stand.put("in/trusted/calls.jsonl", record(1))
    others = TRUST | {"Principal": {"Service": "lambda.amazonaws.com"}}
    elsewhere = TRUST | {"Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}}}
    for name, trust in (("lambda", others), ("elsewhere", elsewhere)):
        role = stand.machine.role(f"batch-{name}", trust, *s3_policy(stand.bucket))
        assert refused(stand.create, uri, roleArn=role)[0] == "ValidationException"
    code, message = refused(stand.create, uri, roleArn="arn:aws:iam::000000000000:role/nobody")
    assert (code, "role/nobody" in message) == ("ValidationException", True)


def test_a_caller_needs_permissions_for_the_model_the_job_and_the_role(stand: Stand) -> None:
    uri = stand.put("in/caller/calls.jsonl", record(1))
    account = {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "sts:AssumeRole"}
    # https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html
    jobs = "arn:aws:bedrock:us-east-1:000000000000:model-invocation-job/*"
    model = f"arn:aws:bedrock:us-east-1::foundation-model/{CLAUDE}"
    creating = {"Effect": "Allow", "Action": "bedrock:CreateModelInvocationJob", "Resource": [jobs, model]}
    passing = {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": stand.role,
        "Condition": {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
    }
    to_lambda = passing | {"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}

    def caller(name: str, *allowed: dict[str, Any]) -> Any:
        role = stand.machine.role(f"batch-caller-{name}", account, *allowed)
        session = stand.machine.client("sts").assume_role(RoleArn=role, RoleSessionName=name)
        return stand.machine.client("bedrock", session["Credentials"])

    def create_as(client: Any) -> tuple[str, str] | None:
        own = Stand(stand.machine, stand.bucket, stand.role, stand.queue)
        own.bedrock = client
        try:
            own.create(uri)
        except ClientError as error:
            return told(error)
        return None

    for name, allowed, lacking in (
        ("nothing", [passing], "bedrock:CreateModelInvocationJob"),
        ("no-model", [creating | {"Resource": jobs}, passing], model),
        ("no-role", [creating], "iam:PassRole"),
        ("other-service", [creating, to_lambda], "iam:PassRole"),
    ):
        code, message = create_as(caller(name, *allowed)) or ("", "")
        assert (code, lacking in message) == ("AccessDeniedException", True), name
    assert create_as(caller("both", creating, passing)) is None

    arn = stand.create(uri)
    other = stand.create(uri)
    own = caller("one-job", {"Effect": "Allow", "Action": "bedrock:*ModelInvocationJob", "Resource": arn})
    assert own.get_model_invocation_job(jobIdentifier=arn)["jobArn"] == arn
    assert refused(own.get_model_invocation_job, jobIdentifier=other)[0] == "AccessDeniedException"
    assert refused(own.stop_model_invocation_job, jobIdentifier=other)[0] == "AccessDeniedException"
    assert refused(own.list_model_invocation_jobs)[0] == "AccessDeniedException"


def test_a_request_that_came_before_is_the_same_job(stand: Stand) -> None:
    # "If this token matches a previous request, Amazon Bedrock ignores the request, but does not return an error."
    uri = stand.put("in/again/calls.jsonl", record(1))
    once = stand.create(uri, jobName="again", clientRequestToken="token1")
    assert stand.create(uri, jobName="again", clientRequestToken="token1") == once
    code, message = refused(stand.create, uri, jobName="again", clientRequestToken="token2")
    assert (code, "job name" in message) == ("ConflictException", True)
    stand.ended(once)
    assert refused(stand.create, uri, jobName="again")[0] == "ConflictException"


def test_a_job_whose_reply_was_lost_is_found_by_its_name(stand: Stand) -> None:
    faults(stand, "bedrock.CreateModelInvocationJob=lost:InternalServerException*1")
    uri = stand.put("in/lost/calls.jsonl", record(1))
    assert refused(stand.create, uri, jobName="lost-reply")[0] == "InternalServerException"
    (job,) = stand.bedrock.list_model_invocation_jobs(nameContains="lost-rep")["invocationJobSummaries"]
    assert stand.ended(job["jobArn"])["status"] == "Completed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeoutDurationInHours": 169},
        {"jobName": "a name with spaces"},
        {"modelId": "amazon.no-such-model-v1:0"},
        {"clientRequestToken": "with a space"},
        {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "https://not-s3/"}}},
        {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://batch-inference/in/", "s3InputFormat": "CSV"}}},
    ],
)
def test_a_request_that_breaks_a_constraint_is_refused(stand: Stand, wrong: dict[str, Any]) -> None:
    assert refused(stand.create, f"s3://{stand.bucket}/in/", **wrong)[0] == "ValidationException"


def test_a_job_that_does_not_exist_is_not_found(stand: Stand) -> None:
    arn = "arn:aws:bedrock:us-east-1:000000000000:model-invocation-job/abcdefghijkl"
    assert refused(stand.bedrock.get_model_invocation_job, jobIdentifier=arn)[0] == "ResourceNotFoundException"
    assert refused(stand.bedrock.stop_model_invocation_job, jobIdentifier=arn)[0] == "ResourceNotFoundException"


def test_jobs_are_listed_by_page_status_name_and_time(stand: Stand) -> None:
    uri = stand.put("in/listed/calls.jsonl", record(1))
    arns = [stand.create(uri, jobName=f"listed-{number}") for number in range(3)]
    for arn in arns:
        stand.ended(arn)
    listing = stand.bedrock.list_model_invocation_jobs
    first = listing(nameContains="listed-", maxResults=2, sortBy="CreationTime", sortOrder="Ascending")
    rest = listing(
        nameContains="listed-", maxResults=2, sortBy="CreationTime", sortOrder="Ascending", nextToken=first["nextToken"]
    )
    found = first["invocationJobSummaries"] + rest["invocationJobSummaries"]
    assert [job["jobArn"] for job in found] == arns
    assert "nextToken" not in rest
    assert listing(nameContains="listed-", statusEquals="Failed")["invocationJobSummaries"] == []
    later = listing(nameContains="listed-", submitTimeAfter=found[0]["submitTime"])["invocationJobSummaries"]
    assert {job["jobArn"] for job in later} == set(arns[1:])


def test_a_stopped_job_keeps_what_it_has_done(stand: Stand) -> None:
    faults(stand, "bedrock-batch.Record=delay:0.2")
    arn = stand.create(stand.put("in/stopped/calls.jsonl", *(record(number) for number in range(200))))
    wait_until(lambda: stand.job(arn)["processedRecordCount"] >= 2, seconds=60)
    stand.bedrock.stop_model_invocation_job(jobIdentifier=arn)
    assert stand.job(arn)["status"] in {"Stopping", "Stopped"}
    job = stand.ended(arn)
    assert job["status"] == "Stopped"
    assert 2 <= len(stand.output(arn, "calls.jsonl.out")) == job["processedRecordCount"] < 200
    assert {"Stopping", "Stopped"} <= {event["detail"]["status"] for event in stand.events(arn, "Stopped")}
    assert refused(stand.bedrock.stop_model_invocation_job, jobIdentifier=arn)[0] == "ConflictException"


def test_a_job_that_has_not_begun_is_stopped_without_output(stand: Stand) -> None:
    faults(stand, "bedrock-batch.Scheduled=delay:1")
    arn = stand.create(stand.put("in/early/calls.jsonl", record(1)))
    stand.reached(arn, "Scheduled")
    stand.bedrock.stop_model_invocation_job(jobIdentifier=arn)
    assert stand.ended(arn)["status"] == "Stopped"
    assert refused(stand.read, arn, "manifest.json.out")[0] == "NoSuchKey"


def test_a_partially_completed_job_marks_the_records_it_did_not_reach(stand: Stand) -> None:
    # "PartiallyCompleted - Not all of your records could be processed in time."
    faults(stand, "bedrock-batch.InProgress=PartiallyCompleted")
    arn = stand.create(stand.put("in/partly/calls.jsonl", *(record(number) for number in range(10))))
    job = stand.ended(arn)
    assert (job["status"], job["successRecordCount"], job["errorRecordCount"]) == ("PartiallyCompleted", 5, 5)
    errors = [line["error"] for line in stand.output(arn, "calls.jsonl.out") if "error" in line]
    assert len(errors) == 5
    assert all(error["expired"] and error["retryable"] for error in errors)


def test_jobs_expire_and_fail_on_demand(stand: Stand) -> None:
    # "Expired - This job timed out because it was scheduled but didn't begin before the set timeout duration."
    faults(stand, "bedrock-batch.Scheduled[expiring]=Expired", "bedrock-batch.InProgress[failing]=Failed")
    uri = stand.put("in/ends/calls.jsonl", record(1))
    assert stand.ended(stand.create(uri, jobName="expiring"))["status"] == "Expired"
    failed = stand.ended(stand.create(uri, jobName="failing"))
    assert (failed["status"], bool(failed["message"])) == ("Failed", True)


def test_an_event_is_lost_or_comes_twice_on_demand(stand: Stand) -> None:
    faults(stand, "bedrock-batch.Event[lossy InProgress]=Lost", "bedrock-batch.Event[twice InProgress]=Twice")
    uri = stand.put("in/lossy/calls.jsonl", record(1))
    for name, times in (("lossy", 0), ("twice", 2)):
        arn = stand.create(uri, jobName=name)
        statuses = [event["detail"]["status"] for event in stand.events(arn, "Completed")]
        assert statuses.count("InProgress") == times, name


def test_other_operations_of_bedrock_still_work(stand: Stand) -> None:
    assert stand.bedrock.list_foundation_models()["modelSummaries"]


def test_other_requests_are_answered_while_a_job_is_in_progress(stand: Stand) -> None:
    faults(stand, "bedrock-batch.Record=delay:0.05")
    arn = stand.create(stand.put("in/busy/calls.jsonl", *(record(number) for number in range(400))))
    stand.reached(arn, "InProgress")
    stand.machine.client("bedrock-runtime").converse(modelId=CLAUDE, **record(7)["modelInput"])
    assert stand.job(arn)["status"] == "InProgress"
    stand.bedrock.stop_model_invocation_job(jobIdentifier=arn)
    stand.ended(arn)


def test_jobs_outlive_a_restart_and_go_on(stand: Stand) -> None:
    faults(stand, "bedrock-batch.Scheduled[waits]=delay:60", "bedrock-batch.Record=delay:0.3")
    uri = stand.put("in/restarted/calls.jsonl", *(record(number) for number in range(40)))
    waiting, working = stand.create(uri, jobName="waits"), stand.create(uri, jobName="works")
    stand.reached(waiting, "Scheduled")
    wait_until(lambda: stand.job(working)["processedRecordCount"] >= 1, seconds=60)
    stand.machine.restart()
    faults(stand)
    for arn in (waiting, working):
        job = stand.ended(arn)
        assert (job["status"], job["processedRecordCount"]) == ("Completed", 40)
        assert len({line["recordId"] for line in stand.output(arn, "calls.jsonl.out")}) == 40
    assert refused(stand.create, uri, jobName="waits")[0] == "ConflictException"
