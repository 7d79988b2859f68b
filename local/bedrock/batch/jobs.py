"""A batch inference job, as GetModelInvocationJob answers it, and the rules for its statuses."""

from datetime import datetime, timedelta

from local.bedrock.batch.wire import Json

ENDED = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})
USUAL_HOURS = 24
COUNTS = ("totalRecordCount", "processedRecordCount", "successRecordCount", "errorRecordCount")
# What Bedrock keeps of the request that created a job. Tags are kept apart.
_KEPT = (
    "jobName",
    "roleArn",
    "clientRequestToken",
    "modelId",
    "inputDataConfig",
    "outputDataConfig",
    "vpcConfig",
    "timeoutDurationInHours",
    "modelInvocationType",
)


class JobFailedError(Exception):
    """Why a job failed, as its `message` tells its owner."""


def submitted(arn: str, request: Json, now: datetime) -> Json:
    job: Json = {"jobArn": arn} | {name: request[name] for name in _KEPT if name in request}
    job.setdefault("modelInvocationType", "InvokeModel")
    hours = job.setdefault("timeoutDurationInHours", USUAL_HOURS)
    return job | {
        "status": "Submitted",
        "submitTime": written(now),
        "lastModifiedTime": written(now),
        "jobExpirationTime": written(now + timedelta(hours=hours)),
    }


def move(job: Json, status: str, now: datetime, message: str = "") -> None:
    job |= {"status": status, "lastModifiedTime": written(now)}
    if message:
        job["message"] = message[:2048]
    if status in ENDED:
        job["endTime"] = written(now)


def is_over(job: Json, now: datetime) -> bool:
    return now >= datetime.fromisoformat(job["jobExpirationTime"])


def detail_of(job: Json, account: str, model_arn: str) -> Json:
    """The detail of the job's event, as AWS's sample has it.

    https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-eventbridge-how-it-works.html
    """
    created = datetime.fromisoformat(job["submitTime"])
    return {
        "version": "0.0",
        "accountId": account,
        "batchJobName": job["jobName"],
        "batchJobArn": job["jobArn"],
        "batchModelId": model_arn,
        "status": job["status"],
        "failureMessage": job.get("message", ""),
        "creationTime": f"{created:%b} {created.day}, {created.year}, {created:%I:%M:%S %p}".replace(", 0", ", "),
    }


def selected(jobs: list[Json], request: Json) -> list[Json]:
    """The jobs that a request lists, newest first unless it asks for another order."""
    found = [job for job in jobs if _matches(job, request)]
    return sorted(found, key=lambda job: job["submitTime"], reverse=request.get("sortOrder") != "Ascending")


def _matches(job: Json, request: Json) -> bool:
    at = datetime.fromisoformat(job["submitTime"]).timestamp()
    return (
        at > request.get("submitTimeAfter", float("-inf"))
        and at < request.get("submitTimeBefore", float("inf"))
        and request.get("statusEquals", job["status"]) == job["status"]
        and request.get("nameContains", "") in job["jobName"]
    )


def written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(job: Json) -> Json:
    return job | {name: job.get(name, 0) for name in COUNTS}
