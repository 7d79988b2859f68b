"""What a labeling job of Ground Truth left: its counters against its input, and the labels wherever they are.

A job that is completed may have left lines out. Without a function that consolidates, the label of a line is empty, and
the workers' answers are in a file of their own that the metadata names.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.target import CommandError, Target
from docent.documents import ObjectPointer
from labeling.ground_truth import metadata_in, workers_in
from labeling.manifests import address_of, source_in

type Read = Callable[[str], bytes]


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
        yield from workers_in(label)
        return
    address = metadata_in(line, attribute).get("worker-response-ref")
    if address:
        for answer in json.loads(read(address))["answers"]:
            yield answer.get("workerId", ""), answer["answerContent"]


def _own(line: Mapping[str, Any], attribute: str) -> str:
    """The line as it was given, by which it is found again."""
    rest = {name: value for name, value in line.items() if name not in (attribute, f"{attribute}-metadata")}
    return json.dumps(rest, sort_keys=True)


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip()]
