"""Labeling jobs of Ground Truth: started with the functions of this stack, and what they left.

With a page of one's own, the manifest is checked before a job is created. With Docent's page, a labeling task prepares
the clips first, and each line of the job names its item. A job that is completed may have left lines out. Without a
function that consolidates, the label of a line is empty, and the workers' answers are in a file of their own that the
metadata names.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from cli.target import CommandError, Target
from docent.derived_keys import LabelingJobKeys
from docent.documents import ObjectPointer
from docent.objects import MISSING_CODES
from labeling.ground_truth import ITEM_KEY, metadata_in, unwrapped, workers_in
from labeling.manifests import (
    MOST_LINE_BYTES,
    LineProblem,
    ManifestLine,
    ManifestRules,
    address_of,
    read_manifest,
    source_in,
)

type Read = Callable[[str], bytes]
SHOWN = 20
# Of the console, as Vite builds it.
PAGE = "ground-truth.html"
AT_ONCE = 10
# A worker has an hour for one object, and an object waits for six hours for its workers.
TASK_SECONDS, AVAILABLE_SECONDS = 3_600, 21_600


@dataclass(frozen=True, slots=True)
class JobRequest:
    """`manifest` is that of the job, `page` in Liquid with a `crowd-form`; `workteam` the ARN of those who label."""

    name: str
    manifest: bytes
    page: bytes
    workteam: str
    title: str
    answers: int
    attribute: str


def checked_manifest(target: Target, manifest: Path, media: str) -> bytes:
    """Raises CommandError that names the lines that are wrong."""
    given = file_given(manifest)
    rules = ManifestRules(target.outputs["SourceBucketName"], None, media)
    if problems := list(_problems(target, given, rules)):
        told = " ".join(f"Line {each.number}: {each.reason}" for each in problems[:SHOWN])
        raise CommandError(f"{len(problems)} lines of {manifest} are wrong. {told}")
    return given


def prepared_manifest(given: bytes, task_id: str, failed: Collection[int]) -> bytes:
    """The lines whose clips are prepared, each with its item. Raises CommandError for a line that gets too long."""
    lines = list[bytes]()
    for number, line in enumerate(_lines(given), 1):
        if number in failed:
            continue
        named = json.dumps(json.loads(line) | {ITEM_KEY: f"{task_id}/{number}"}, ensure_ascii=False).encode()
        if len(named) > MOST_LINE_BYTES:
            raise CommandError(f"Line {number} is longer than {MOST_LINE_BYTES} bytes together with {ITEM_KEY}.")
        lines.append(named + b"\n")
    return b"".join(lines)


def own_page(target: Target) -> bytes:
    """Docent's page for workers of Ground Truth, which loads its parts from the console's distribution."""
    console = target.outputs["ConsoleUrl"].rstrip("/")
    asked, headers = f"{console}/{PAGE}", dict[str, str]()
    if target.is_local:  # browsers know that *.localhost is this machine, and Python does not
        asked, headers = f"{target.local.url}/{PAGE}", {"Host": urlsplit(console).netloc}
    try:
        reply = httpx.get(asked, headers=headers, timeout=60)
        reply.raise_for_status()
    except httpx.HTTPError as error:
        raise CommandError(f"{console}/{PAGE} could not be fetched ({type(error).__name__}). Try again.") from error
    return reply.text.replace('"/assets/', f'"{console}/assets/').encode()


def start_job(target: Target, asked: JobRequest) -> str:
    """Its ARN. Raises CommandError."""
    derived = target.outputs["DerivedBucketName"]
    keys = LabelingJobKeys(asked.name)
    try:
        for key, body, kind in (
            (keys.manifest, asked.manifest, "application/jsonl"),
            (keys.template, asked.page, "text/html"),
        ):
            target.s3.put_object(Bucket=derived, Key=key, Body=body, ContentType=kind)
        request = job_request(asked, target.outputs, derived)
        return target.client("sagemaker").create_labeling_job(**request)["LabelingJobArn"]
    except (ClientError, BotoCoreError) as error:
        raise CommandError(f"The labeling job {asked.name} could not be created: {error}") from error


def job_request(asked: JobRequest, outputs: Mapping[str, str], derived: str) -> dict[str, Any]:
    """Of CreateLabelingJob."""
    keys = LabelingJobKeys(asked.name)
    consolidation = {"AnnotationConsolidationLambdaArn": outputs["ConsolidateAnnotationsFunctionArn"]}
    return {
        "LabelingJobName": asked.name,
        "LabelAttributeName": asked.attribute,
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": f"s3://{derived}/{keys.manifest}"}}},
        "OutputConfig": {"S3OutputPath": f"s3://{derived}/{keys.output}"},
        "RoleArn": outputs["LabelingJobRoleArn"],
        "HumanTaskConfig": {
            "WorkteamArn": asked.workteam,
            "UiConfig": {"UiTemplateS3Uri": f"s3://{derived}/{keys.template}"},
            "PreHumanTaskLambdaArn": outputs["PrepareAnnotationFunctionArn"],
            "AnnotationConsolidationConfig": consolidation,
            "TaskTitle": asked.title,
            "TaskDescription": asked.title,
            "NumberOfHumanWorkersPerDataObject": asked.answers,
            "TaskTimeLimitInSeconds": TASK_SECONDS,
            "TaskAvailabilityLifetimeInSeconds": AVAILABLE_SECONDS,
        },
    }


def _problems(target: Target, manifest: bytes, rules: ManifestRules) -> Iterator[LineProblem]:
    read = list(read_manifest(iter(manifest.splitlines(keepends=True)), rules))
    clips = [(each.number, each.source) for each in read if isinstance(each, ManifestLine) and each.source]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        there = threads.map(lambda clip: _is_there(target, clip[1]), clips)
    missing = [
        LineProblem(number, f"There is no object s3://{source.bucket}/{source.key}.")
        for (number, source), is_there in zip(clips, there, strict=True)
        if not is_there
    ]
    found = [each for each in read if isinstance(each, LineProblem)] + missing
    yield from sorted(found, key=lambda problem: problem.number)
    if not read:
        yield LineProblem(1, "The manifest is empty.")


def _is_there(target: Target, source: ObjectPointer) -> bool:
    try:
        target.s3.head_object(Bucket=source.bucket, Key=source.key)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING_CODES:
            return False
        raise CommandError(f"s3://{source.bucket}/{source.key} cannot be looked for: {error}") from error
    return True


def file_given(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


# ─── What a job left ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class JobOutput:
    """`missing` are the lines of the input that have no label, `labels` those that have, with all workers' answers."""

    lines: int
    missing: list[int]
    labels: list[dict[str, Any]]
    unread: list[int]


class LabelingJob:
    def __init__(self, target: Target, name: str) -> None:
        self._target, self._name = target, name

    def describe(self) -> dict[str, Any]:
        try:
            return self._target.client("sagemaker").describe_labeling_job(LabelingJobName=self._name)
        except (ClientError, BotoCoreError) as error:
            raise CommandError(f"The labeling job {self._name} cannot be read: {error}") from error

    def output(self, job: Mapping[str, Any]) -> JobOutput:
        """Raises CommandError if the job has no output yet."""
        place = job.get("LabelingJobOutput", {}).get("OutputDatasetS3Uri")
        if not place:
            raise CommandError(f"The labeling job {self._name} is {job['LabelingJobStatus']} and has no output yet.")
        given = self.read(job["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"])
        return job_output(_lines(given), _lines(self.read(place)), job["LabelAttributeName"], self.read)

    def read(self, address: str) -> bytes:
        pointer = address_of(address) or ObjectPointer("", "")
        try:
            return self._target.s3.get_object(Bucket=pointer.bucket, Key=pointer.key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise CommandError(f"{address} cannot be read: {error}") from error


def job_output(given: Iterable[bytes], came: Iterable[bytes], attribute: str, read: Read) -> JobOutput:
    """Compare what a job was given with what came of it. Equal lines are told apart by how many there are."""
    labeled: dict[str, list[Mapping[str, Any]]] = {}
    for line in map(json.loads, came):
        labeled.setdefault(_own(line, attribute), []).append(line)
    lines, missing, labels, unread = 0, list[int](), list[dict[str, Any]](), list[int]()
    for number, line in enumerate(map(json.loads, given), 1):
        lines += 1
        found = labeled.get(_own(line, attribute))
        if not found:
            missing.append(number)
            continue
        try:
            answers = list(answers_in(found.pop(0), attribute, read))
        except (ValueError, TypeError, LookupError):
            unread.append(number)
            continue
        told = [{"workerId": worker, "answerContent": content} for worker, content in answers]
        labels.append({"line": number, "source": source_in(line), "answers": told})
    return JobOutput(lines, missing, labels, unread)


def answers_in(line: Mapping[str, Any], attribute: str, read: Read) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The workers' answers of one line: in its label, or in the file that its metadata names."""
    label = line.get(attribute)
    if label:
        yield from ((worker, unwrapped(content)) for worker, content in workers_in(label))
        return
    address = metadata_in(line, attribute).get("worker-response-ref")
    if address:
        for answer in json.loads(read(address))["answers"]:
            yield answer.get("workerId", ""), unwrapped(answer["answerContent"])


def _own(line: Mapping[str, Any], attribute: str) -> str:
    """The line as it was given, by which it is found again."""
    rest = {name: value for name, value in line.items() if name not in (attribute, f"{attribute}-metadata")}
    return json.dumps(rest, sort_keys=True)


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip()]
