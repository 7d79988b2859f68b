"""Labeling jobs of the local SageMaker: statuses, the functions of a job, its files, and what workers get."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from local.bedrock_agent.store import Store
from local.sagemaker import jobs, runs
from local.sagemaker.runs import Runs
from tests.support.machine import Machine
from tests.support.waiting import wait_until

ARN = "arn:aws:sagemaker:us-east-1:000000000000:labeling-job/calls"
ROLE = "arn:aws:iam::000000000000:role/labeling-job"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:"
OUTPUT = "labels/calls/"
LINES = [{"source-ref": f"s3://media/{number}.wav", "call-id": f"c{number}"} for number in range(3)]
type Json = dict[str, Any]


def request(**changes: Any) -> Json:
    human = {
        "WorkteamArn": "arn:aws:sagemaker:us-east-1:000000000000:workteam/private-crowd/team",
        "UiConfig": {"UiTemplateS3Uri": "s3://labels/page.html"},
        "PreHumanTaskLambdaArn": f"{FUNCTION}prepare",
        "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{FUNCTION}consolidate"},
        "TaskTitle": "Calls",
        "TaskDescription": "Calls",
        "NumberOfHumanWorkersPerDataObject": 2,
        "TaskTimeLimitInSeconds": 3600,
        "TaskAvailabilityLifetimeInSeconds": 21600,
    }
    given: Json = {
        "LabelingJobName": "calls",
        "LabelAttributeName": "label",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://labels/input.manifest"}}},
        "OutputConfig": {"S3OutputPath": "s3://labels/"},
        "RoleArn": ROLE,
        "HumanTaskConfig": {name: value for name, value in (human | changes).items() if value is not None},
    }
    return given


@dataclass
class World:
    """S3 and the functions of a job. What a function raises is its own error."""

    runs: Runs
    files: dict[str, str] = field(default_factory=dict)
    called: list[tuple[str, Json]] = field(default_factory=list)
    prepared: Callable[[Json], Json] = lambda line: {"taskInput": {"line": line}}
    consolidated: Callable[[list[Json]], list[Json]] = lambda found: [
        {
            "datasetObjectId": each["datasetObjectId"],
            "consolidatedAnnotation": {"content": {"label": {"workers": len(each["annotations"])}}},
        }
        for each in found
    ]

    def get_object(self, Bucket: str, Key: str) -> Json:
        if f"{Bucket}/{Key}" not in self.files:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self.files[f"{Bucket}/{Key}"].encode())}

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:
        self.files[f"{Bucket}/{Key}"] = Body.decode()

    def invoke(self, FunctionName: str, Payload: str) -> Json:
        event, name = json.loads(Payload), FunctionName.rpartition(":")[2]
        self.called.append((name, event))
        try:
            if name == "prepare":
                answer: Any = self.prepared(event["dataObject"])
            else:
                answer = self.consolidated(json.loads(self.files[event["payload"]["s3Uri"].removeprefix("s3://")]))
        except ValueError as error:
            told = json.dumps({"errorType": str(error)}).encode()
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(told)}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    @property
    def job(self) -> Json:
        found = self.runs.job(ARN)
        assert found
        return found

    def output(self) -> list[Json]:
        return [json.loads(line) for line in self.files[f"{OUTPUT}manifests/output/output.manifest"].splitlines()]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    store = Store(tmp_path / "jobs.sqlite")
    world: World
    world = World(Runs(store, lambda _: world, lambda _: world))
    world.files["labels/input.manifest"] = "".join(json.dumps(line) + "\n" for line in LINES)
    world.files["labels/page.html"] = "<crowd-form></crowd-form>"
    monkeypatch.setattr(runs, "LOOK_SECONDS", 0.01)
    yield world
    store.close()


def run(world: World, asked: Json, work: Callable[[], Awaitable[None]]) -> None:
    """A job from its creation to its end, while `work` answers."""

    async def whole() -> None:
        await world.runs.resume()
        world.runs.begin(jobs.created(ARN, asked))
        await asyncio.wait_for(work(), 60)
        await until(lambda: world.job["LabelingJobStatus"] in jobs.ENDED)

    asyncio.run(whole())


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(2000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It did not happen.")


async def taken(world: World, worker: str) -> Json:
    """The next object for a worker, once there is one."""
    found: list[Json] = []

    def is_there() -> bool:
        task = world.runs.next_task(ARN, worker)
        found.extend([task] if task else [])
        return bool(found)

    await until(is_there)
    return found[0]


async def answered(world: World, worker: str, count: int) -> None:
    for _ in range(count):
        task = await taken(world, worker)
        assert world.runs.answer(ARN, task["number"], worker, {"rate": {"5": True}})


def shape_of(name: str) -> Any:
    return botocore.session.Session().get_service_model("sagemaker").shape_for(name)


def test_a_job_calls_its_functions_and_leaves_the_files_of_ground_truth(world: World) -> None:
    async def work() -> None:
        await answered(world, "mary", 3)
        assert world.runs.next_task(ARN, "mary") is None, "nobody answers twice"
        await answered(world, "erika", 3)

    run(world, request(), work)
    job = world.job
    assert job["LabelingJobStatus"] == "Completed"
    assert job["LabelCounters"] == {
        "TotalLabeled": 3, "HumanLabeled": 3, "MachineLabeled": 0, "FailedNonRetryableError": 0, "Unlabeled": 0,
    }  # fmt: skip
    assert job["LabelingJobOutput"]["OutputDatasetS3Uri"] == f"s3://{OUTPUT}manifests/output/output.manifest"
    prepared = [event for name, event in world.called if name == "prepare"]
    assert {json.dumps(event["dataObject"]) for event in prepared} == {json.dumps(line) for line in LINES}
    assert {(event["version"], event["labelingJobArn"]) for event in prepared} == {("2018-10-16", ARN)}
    first = world.output()[0]
    assert {name: first[name] for name in LINES[0]} == LINES[0]
    assert first["label"] == {"workers": 2}
    metadata = first["label-metadata"]
    assert (metadata["type"], metadata["job-name"], metadata["human-annotated"]) == (
        "groundtruth/custom", "calls", "yes",
    )  # fmt: skip
    (response,) = [name for name in world.files if f"{OUTPUT}annotations/worker-response/iteration-1/0/" in name]
    answers = json.loads(world.files[response])["answers"]
    assert [answer["answerContent"] for answer in answers] == [{"rate": {"5": True}}] * 2
    assert len({answer["workerId"] for answer in answers}) == 2
    asked = [event for name, event in world.called if name == "consolidate"]
    assert all(event["labelAttributeName"] == "label" and event["roleArn"] == ROLE for event in asked)
    payload = json.loads(world.files[asked[0]["payload"]["s3Uri"].removeprefix("s3://")])[0]
    assert payload["dataObject"]["s3Uri"].startswith("s3://media/")
    assert json.loads(payload["annotations"][0]["annotationData"]["content"]) == {"rate": {"5": True}}


def test_what_is_described_and_listed_has_the_shapes_of_the_service(world: World) -> None:
    run(world, request(), lambda: two_workers(world))
    for shape, told in (
        ("DescribeLabelingJobResponse", world.job),
        ("ListLabelingJobsResponse", {"LabelingJobSummaryList": [jobs.summary(world.job)]}),
    ):
        report = ParamValidator().validate(told, shape_of(shape))
        assert not report.has_errors(), report.generate_report()
        assert set(told) <= set(shape_of(shape).members)


async def two_workers(world: World) -> None:
    await answered(world, "mary", 3)
    await answered(world, "erika", 3)


def test_without_functions_the_label_is_empty_and_names_the_workers_answers(world: World) -> None:
    asked = request(PreHumanTaskLambdaArn=None, AnnotationConsolidationConfig=None, NumberOfHumanWorkersPerDataObject=1)
    run(world, asked, lambda: answered(world, "mary", 3))
    first = world.output()[0]
    assert first["label"] == {}
    response = first["label-metadata"]["worker-response-ref"].removeprefix("s3://")
    assert json.loads(world.files[response])["answers"][0]["answerContent"] == {"rate": {"5": True}}
    assert world.called == []


def test_objects_whose_functions_fail_are_counted_and_left_out_of_the_output(world: World) -> None:
    def prepared(line: Json) -> Json:
        if line["call-id"] == "c1":
            raise ValueError("InvalidManifestError")
        return {"taskInput": line, "isHumanAnnotationRequired": "true"}

    usual = world.consolidated
    world.prepared = prepared
    world.consolidated = lambda found: [each for each in usual(found) if each["datasetObjectId"] != "2"]
    run(world, request(NumberOfHumanWorkersPerDataObject=1), lambda: answered(world, "mary", 2))
    assert (world.job["LabelingJobStatus"], [line["call-id"] for line in world.output()]) == ("Completed", ["c0"])
    assert world.job["LabelCounters"]["FailedNonRetryableError"] == 2
    assert [name for name, event in world.called if event.get("dataObject") == LINES[1]] == ["prepare"] * runs.TRIES


def test_an_object_that_needs_no_person_goes_to_nobody(world: World) -> None:
    world.prepared = lambda line: {"taskInput": line, "isHumanAnnotationRequired": str(line["call-id"] != "c1").lower()}
    run(world, request(NumberOfHumanWorkersPerDataObject=1), lambda: answered(world, "mary", 2))
    assert [line["call-id"] for line in world.output()] == ["c0", "c2"]
    assert world.job["LabelCounters"]["Unlabeled"] == 1


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ('{"source-ref": "s3://m/a"}\n{\n', "Line 2 of the manifest is not valid JSON"),
        ('{"source": "a", "source-ref": "s3://m/a"}\n', "Line 1 of the manifest needs one of"),
        ("\n", "no data object"),
    ],
)
def test_a_manifest_that_is_wrong_fails_the_job(world: World, manifest: str, told: str) -> None:
    world.files["labels/input.manifest"] = manifest
    run(world, request(), lambda: until(lambda: world.job["LabelingJobStatus"] == "Failed"))
    assert told in world.job["FailureReason"]


def test_a_job_that_is_stopped_keeps_what_was_labeled(world: World) -> None:
    async def work() -> None:
        await answered(world, "mary", 1)
        await until(lambda: world.job["LabelCounters"]["TotalLabeled"] == 1)
        world.runs.stop(ARN)

    run(world, request(NumberOfHumanWorkersPerDataObject=1), work)
    assert (world.job["LabelingJobStatus"], len(world.output())) == ("Stopped", 1)
    assert world.job["LabelCounters"]["Unlabeled"] == 2


def test_two_workers_have_different_objects_until_each_needs_them(world: World) -> None:
    async def work() -> None:
        one = await taken(world, "mary")
        assert (await taken(world, "erika"))["number"] != one["number"]
        assert (await taken(world, "mary"))["number"] == one["number"], "what was begun comes first"
        assert not world.runs.answer(ARN, one["number"], "erika", {}), "it is not hers"
        await answered(world, "mary", 2)
        await answered(world, "erika", 1)

    run(world, request(NumberOfHumanWorkersPerDataObject=1), work)


def test_a_restart_goes_on_with_a_job(world: World) -> None:
    async def first() -> None:
        await world.runs.resume()
        world.runs.begin(jobs.created(ARN, request(NumberOfHumanWorkersPerDataObject=1)))
        await answered(world, "mary", 1)

    asyncio.run(first())

    async def second() -> None:
        await world.runs.resume()
        await answered(world, "mary", 2)
        await until(lambda: world.job["LabelingJobStatus"] == "Completed")

    asyncio.run(second())
    assert len(world.output()) == 3


# ─── On the machine ──────────────────────────────────────────────────────────────────────────────


def test_the_api_checks_requests_roles_and_names(machine: Machine) -> None:
    sagemaker, s3 = machine.client("sagemaker"), machine.client("s3")
    s3.create_bucket(Bucket="labels")
    s3.put_object(Bucket="labels", Key="input.manifest", Body=b"{}")
    assert sagemaker.list_labeling_jobs()["LabelingJobSummaryList"] == []
    trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    asked = request() | {"RoleArn": machine.role("labeling-job", trust)}

    def refused(**changes: Any) -> str:
        with pytest.raises(ClientError) as caught:
            sagemaker.create_labeling_job(**asked | changes)
        return caught.value.response.get("Error", {}).get("Code", "")

    assert refused(LabelAttributeName="label-metadata") == "ValidationException"
    assert refused(RoleArn="arn:aws:iam::000000000000:role/nobody") == "ValidationException"
    assert refused(HumanTaskConfig=request(TaskTimeLimitInSeconds=28_801)["HumanTaskConfig"]) == "ValidationException"
    assert sagemaker.create_labeling_job(**asked)["LabelingJobArn"] == ARN
    assert refused() == "ResourceInUse"
    described = lambda: sagemaker.describe_labeling_job(LabelingJobName="calls")  # noqa: E731
    wait_until(lambda: described()["LabelingJobStatus"] == "Failed", seconds=30)
    assert "AccessDenied" in described()["FailureReason"], "the role may read nothing"
    assert [each["LabelingJobName"] for each in sagemaker.list_labeling_jobs()["LabelingJobSummaryList"]] == ["calls"]
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.stop_labeling_job(LabelingJobName="others")
