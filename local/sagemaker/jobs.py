"""A labeling job as DescribeLabelingJob answers it, its objects, and the rules for both.

An object is `{"number", "line", "status", "input", "answers", "claims"}`. It is WAITING for its input, READY for
workers, ANSWERED when all have answered, and then LABELED; or it is FAILED, or LEFT_OUT because no person is needed.
Ground Truth names objects by their numbers, from 0.
"""

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from local.sagemaker.wire import Json, invalid

ENDED = frozenset({"Completed", "Failed", "Stopped"})
OBJECT_ENDED = frozenset({"LABELED", "FAILED", "LEFT_OUT"})
# Of custom jobs with a private workforce.
MOST_TASK_SECONDS, MOST_AVAILABLE_SECONDS = 28_800, 2_592_000
USUAL_CONCURRENCY = 1000
_KEPT = (
    "LabelingJobName",
    "LabelAttributeName",
    "InputConfig",
    "OutputConfig",
    "RoleArn",
    "LabelCategoryConfigS3Uri",
    "StoppingConditions",
    "HumanTaskConfig",
    "Tags",
)


class JobFailedError(Exception):
    """Why a job failed, as its `FailureReason` tells."""


def check(request: Json) -> None:
    """What the model of the API does not say. Raises SageMakerError."""
    human, attribute = request["HumanTaskConfig"], request["LabelAttributeName"]
    if attribute.endswith("-metadata"):
        raise invalid("The LabelAttributeName must not end with -metadata.")
    if not request["InputConfig"]["DataSource"].get("S3DataSource"):
        raise invalid("Streaming labeling jobs are not offered here: name an S3DataSource.")
    if request.get("LabelingJobAlgorithmsConfig"):
        raise invalid("Automated data labeling is not offered here.")
    if not human["UiConfig"].get("UiTemplateS3Uri"):
        raise invalid("Only custom labeling jobs are offered here: name a UiTemplateS3Uri.")
    if human["TaskTimeLimitInSeconds"] > MOST_TASK_SECONDS:
        raise invalid(f"TaskTimeLimitInSeconds of a custom labeling job must be at most {MOST_TASK_SECONDS}.")
    if human.get("TaskAvailabilityLifetimeInSeconds", 60) > MOST_AVAILABLE_SECONDS:
        raise invalid(f"TaskAvailabilityLifetimeInSeconds must be at most {MOST_AVAILABLE_SECONDS}.")


def created(arn: str, request: Json) -> Json:
    code = hashlib.sha256(f"{arn} {time.time()}".encode()).hexdigest()[:32]
    now = time.time()
    job: Json = {"LabelingJobArn": arn, "JobReferenceCode": code, "LabelingJobStatus": "Initializing"}
    job |= {"CreationTime": now, "LastModifiedTime": now, "LabelCounters": counters([])}
    return job | {name: request[name] for name in _KEPT if name in request}


def counters(objects: Sequence[Json]) -> Json:
    statuses = [each["status"] for each in objects]
    labeled, failed = statuses.count("LABELED"), statuses.count("FAILED")
    return {
        "TotalLabeled": labeled,
        "HumanLabeled": labeled,
        "MachineLabeled": 0,
        "FailedNonRetryableError": failed,
        "Unlabeled": len(statuses) - labeled - failed,
    }


def summary(job: Json) -> Json:
    """As ListLabelingJobs has it."""
    human = job["HumanTaskConfig"]
    consolidation = human.get("AnnotationConsolidationConfig", {})
    told = {
        name: job[name]
        for name in (
            "LabelingJobName",
            "LabelingJobArn",
            "CreationTime",
            "LastModifiedTime",
            "LabelingJobStatus",
            "LabelCounters",
            "FailureReason",
            "LabelingJobOutput",
            "InputConfig",
        )
        if name in job
    }
    told["WorkteamArn"] = human["WorkteamArn"]
    if "PreHumanTaskLambdaArn" in human:
        told["PreHumanTaskLambdaArn"] = human["PreHumanTaskLambdaArn"]
    return told | consolidation


def selected(jobs: Sequence[Json], request: Json) -> list[Json]:
    """The jobs that a request lists, in its order."""
    by = {"Name": "LabelingJobName", "Status": "LabelingJobStatus"}.get(request.get("SortBy", ""), "CreationTime")
    found = [job for job in jobs if _matches(job, request)]
    return sorted(found, key=lambda job: job[by], reverse=request.get("SortOrder") == "Descending")


def _matches(job: Json, request: Json) -> bool:
    return (
        request.get("StatusEquals", job["LabelingJobStatus"]) == job["LabelingJobStatus"]
        and request.get("NameContains", "") in job["LabelingJobName"]
        and job["CreationTime"] > request.get("CreationTimeAfter", float("-inf"))
        and job["CreationTime"] < request.get("CreationTimeBefore", float("inf"))
        and job["LastModifiedTime"] > request.get("LastModifiedTimeAfter", float("-inf"))
        and job["LastModifiedTime"] < request.get("LastModifiedTimeBefore", float("inf"))
    )


# ─── Objects ─────────────────────────────────────────────────────────────────────────────────────


def new_object(number: int, line: Json) -> Json:
    return {"number": number, "line": line, "status": "WAITING", "answers": [], "claims": {}}


def is_for(found: Json, worker: str, needed: int, now: float) -> bool:
    """Whether a worker can have it: a claim that ran out holds no place."""
    if found["status"] != "READY" or any(answer["worker"] == worker for answer in found["answers"]):
        return False
    others = sum(until > now for name, until in found["claims"].items() if name != worker)
    return len(found["answers"]) + others < needed


def moment(seconds: float) -> str:
    """As worker responses have it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def file_time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d_%H:%M:%S}"


def output_line(job: Json, found: Json, label: Json | None, response: str) -> Json:
    """Of output.manifest. Without a function that consolidates, the label is empty and names the workers' answers."""
    attribute = job["LabelAttributeName"]
    metadata: Json = {
        "type": "groundtruth/custom",
        "job-name": job["LabelingJobName"],
        "human-annotated": "yes",
        "creation-date": f"{datetime.fromtimestamp(found['labeled_at'], UTC):%Y-%m-%dT%H:%M:%S.%f}",
    }
    content: Json = label if label is not None else {attribute: {}}
    if label is None:
        metadata["worker-response-ref"] = response
    return found["line"] | content | {f"{attribute}-metadata": metadata}


def worker_id(job: Json, worker: str) -> str:
    """Tells nobody who it is."""
    region = job["LabelingJobArn"].split(":")[3]
    return f"private.{region}.{hashlib.sha256(worker.encode()).hexdigest()[:16]}"


def worker_answer(job: Json, answer: Json) -> Json:
    began, ended = answer["accepted_at"], answer["submitted_at"]
    told: Any = {
        "acceptanceTime": moment(began),
        "answerContent": answer["content"],
        "submissionTime": moment(ended),
        "timeSpentInSeconds": round(ended - began, 3),
        "workerId": worker_id(job, answer["worker"]),
    }
    return told
